package dev.carousel.bench;

import dev.carousel.kernel.Kernels;

/** What the figures were measured on. */
final class Machine {

    private Machine() {}

    /** One line for the head of a table. */
    static String line() {
        return "Java " + Runtime.version() + " on " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processor(s), kernels: "
                + Kernels.best().name()
                + Kernels.whyScalar().map(why -> ". " + why).orElse("");
    }
}
