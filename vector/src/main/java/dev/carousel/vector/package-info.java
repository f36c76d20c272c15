/**
 * The kernels of {@code dev.carousel.kernel} on the Vector API.
 *
 * <p>The scalar kernels define what is correct; these give the same numbers up to rounding, at every vector width.
 */
@NullMarked
package dev.carousel.vector;

import org.jspecify.annotations.NullMarked;
