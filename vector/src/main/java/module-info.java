/** The fast kernels, on the Vector API: the only module that sees {@code jdk.incubator.vector}. */
module dev.carousel.vector {
    requires static org.jspecify;
    requires static jdk.incubator.vector;
    requires dev.carousel.core;

    provides dev.carousel.kernel.KernelProvider with
            dev.carousel.vector.VectorProvider;
}
