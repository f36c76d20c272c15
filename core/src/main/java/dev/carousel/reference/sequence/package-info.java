/**
 * Losses of whole sequences in double precision, to be read: sums over all the ways in which labels can stand in a sequence, or all the
 * tags that its steps can have; and of values under distributions, as forecasts of whole paths need them.
 *
 * <p>Begin with {@link dev.carousel.reference.sequence.CtcReference}. Uses reference alone.
 */
@NullMarked
package dev.carousel.reference.sequence;

import org.jspecify.annotations.NullMarked;
