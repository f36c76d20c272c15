/**
 * What the outputs of a network say about whole sequences: the most probable labels, and how far they are from the right ones.
 *
 * <p>Begin with {@link dev.carousel.decoding.CtcDecoder}. Uses tensor.
 */
@NullMarked
package dev.carousel.decoding;

import org.jspecify.annotations.NullMarked;
