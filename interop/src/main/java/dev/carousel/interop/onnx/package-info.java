/** ONNX files: executed as graphs, read as networks, and written from networks. */
@NullMarked
package dev.carousel.interop.onnx;

import org.jspecify.annotations.NullMarked;
