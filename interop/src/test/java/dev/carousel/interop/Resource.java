package dev.carousel.interop;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files next to the tests. */
public final class Resource {

    private Resource() {}

    /** The file of this name below this package, such as {@code numpy/arrays.npz}. */
    public static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Resource.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
