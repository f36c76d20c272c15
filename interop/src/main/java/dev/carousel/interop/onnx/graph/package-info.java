/**
 * What an ONNX file says, read from its bytes and written to them: nodes, attributes and tensors, without what they compute.
 *
 * <p>Begin with {@link dev.carousel.interop.onnx.graph.OnnxDocument}, which
 * {@link dev.carousel.interop.onnx.graph.OnnxBytes} reads. It uses nothing of interop but its error.
 */
@NullMarked
package dev.carousel.interop.onnx.graph;

import org.jspecify.annotations.NullMarked;
