/** Files of other programs, in and out: NumPy arrays, and the networks of PyTorch, ONNX and Keras. */
module dev.carousel.interop {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires tools.jackson.core;

    exports dev.carousel.interop;
    exports dev.carousel.interop.numpy;
    exports dev.carousel.interop.pytorch;
}
