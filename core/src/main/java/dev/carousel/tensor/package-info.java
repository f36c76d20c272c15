/** Row-major float views: {@code Matrix} [rows, cols], time-major {@code Sequence} [T, N, D], {@code Tokens} [T, N]. */
@NullMarked
package dev.carousel.tensor;

import org.jspecify.annotations.NullMarked;
