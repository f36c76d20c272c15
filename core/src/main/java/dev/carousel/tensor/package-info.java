/**
 * Row-major views of floats: {@code Matrix} [rows, cols], time-major {@code Sequence} [T, N, D], {@code Tokens} [T, N].
 *
 * <p>Begin with {@link dev.carousel.tensor.Sequence}. Uses nothing.
 */
@NullMarked
package dev.carousel.tensor;

import org.jspecify.annotations.NullMarked;
