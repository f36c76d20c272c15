/**
 * What sees whole sequences, in double precision, to be read: losses that are sums over all the ways in which labels can stand in a
 * sequence, or all the tags that its steps can have; values under distributions, as forecasts of whole paths need them; and attention
 * between an encoder and a decoder.
 *
 * <p>Begin with {@link dev.carousel.reference.sequence.CtcReference}. Uses reference alone.
 */
@NullMarked
package dev.carousel.reference.sequence;

import org.jspecify.annotations.NullMarked;
