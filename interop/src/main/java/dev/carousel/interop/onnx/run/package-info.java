/**
 * What an ONNX graph computes: every operator that Carousel knows, and the graph executed node by node.
 *
 * <p>Begin with {@link dev.carousel.interop.onnx.run.RunnableGraph}. An operator is a method and a line in
 * {@code Operators}. It uses {@code onnx.graph}, and core for recurrent nodes.
 */
@NullMarked
package dev.carousel.interop.onnx.run;

import org.jspecify.annotations.NullMarked;
