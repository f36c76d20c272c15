/**
 * Networks from ONNX graphs that are chains of layers, and graphs from networks; either is tried against the other before it is
 * given out.
 *
 * <p>Begin with {@link dev.carousel.interop.onnx.network.NetworkReader} and
 * {@link dev.carousel.interop.onnx.network.NetworkWriter}. It uses {@code onnx.graph} and {@code onnx.run}.
 */
@NullMarked
package dev.carousel.interop.onnx.network;

import org.jspecify.annotations.NullMarked;
