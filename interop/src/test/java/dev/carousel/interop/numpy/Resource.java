package dev.carousel.interop.numpy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files beside the tests. */
final class Resource {

    private Resource() {}

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Resource.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
