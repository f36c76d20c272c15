/**
 * One stream for every task: an event in, an answer out, reset, save and restore, for one key or many.
 *
 * <p>Begin with {@link dev.carousel.data.stream.StreamModel}. Uses all but dataset.
 */
@NullMarked
package dev.carousel.data.stream;

import org.jspecify.annotations.NullMarked;
