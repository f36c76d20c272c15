package dev.carousel.server;

import java.util.Optional;

/** The version of the jar; of classes without one, as in tests, "development". */
final class ServerVersion {

    private ServerVersion() {}

    static String text() {
        return Optional.ofNullable(ServerVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
