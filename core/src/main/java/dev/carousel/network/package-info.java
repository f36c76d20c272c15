/**
 * Networks at work: forward and backward passes over whole batches, the buffers that they need, and the state between them.
 *
 * <p>Begin with {@link dev.carousel.network.Network} and {@link dev.carousel.network.Tape}; the work is done in {@code
 * RecurrentPass}. Uses layer and what is below it.
 */
@NullMarked
package dev.carousel.network;

import org.jspecify.annotations.NullMarked;
