/**
 * ONNX files, for those who use them: run as graphs, read as networks, and written from networks.
 *
 * <p>Begin with {@link dev.carousel.interop.onnx.OnnxFiles} and {@link dev.carousel.interop.onnx.OnnxGraph}. The work is done
 * below, from bottom to top: {@code onnx.graph} knows files, {@code onnx.run} computes, and {@code onnx.network} turns graphs
 * into networks and networks into graphs. It uses these three and {@code numpy}, and no other format.
 */
@NullMarked
package dev.carousel.interop.onnx;

import org.jspecify.annotations.NullMarked;
