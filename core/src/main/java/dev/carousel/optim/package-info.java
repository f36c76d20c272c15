/**
 * How parameters follow their gradients: optimisers, one file each with its paper, schedules of the learning rate, clipping.
 *
 * <p>Begin with {@link dev.carousel.optim.Adam}; {@link dev.carousel.optim.Descent} applies all of it. Uses kernel, spec, network.
 */
@NullMarked
package dev.carousel.optim;

import org.jspecify.annotations.NullMarked;
