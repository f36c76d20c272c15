/** Files of other programs, in and out: NumPy arrays, and the networks of PyTorch, ONNX and Keras. */
module dev.carousel.interop {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires tools.jackson.core;
    requires io.jhdf;
    // jhdf's jar is no module, so it cannot require these itself.
    requires org.slf4j;
    requires org.apache.commons.lang3;

    // Asked for whether there is one, so that SLF4J does not print that there is none.
    uses org.slf4j.spi.SLF4JServiceProvider;

    exports dev.carousel.interop;
    exports dev.carousel.interop.keras;
    exports dev.carousel.interop.numpy;
    exports dev.carousel.interop.onnx;
    exports dev.carousel.interop.pytorch;
}
