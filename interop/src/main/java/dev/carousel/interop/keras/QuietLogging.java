package dev.carousel.interop.keras;

import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The library that parses HDF5 logs by SLF4J, which prints three lines to standard error where nobody has chosen a provider.
 * To print them is not for a library.
 */
final class QuietLogging {

    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private QuietLogging() {}

    /** To be called before the first class that logs; does nothing where there is a provider, or SLF4J has begun. */
    static synchronized void begin() {
        if (System.getProperty(VERBOSITY) != null
                || ServiceLoader.load(SLF4JServiceProvider.class).findFirst().isPresent()) {
            return;
        }
        // SLF4J reads it once, when it is first asked for a logger.
        System.setProperty(VERBOSITY, "ERROR");
        try {
            LoggerFactory.getILoggerFactory();
        } finally {
            System.clearProperty(VERBOSITY);
        }
    }
}
