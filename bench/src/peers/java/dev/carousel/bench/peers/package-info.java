/** ONNX Runtime and PyTorch as engines, of the Maven profile {@code peers}. */
@NullMarked
package dev.carousel.bench.peers;

import org.jspecify.annotations.NullMarked;
