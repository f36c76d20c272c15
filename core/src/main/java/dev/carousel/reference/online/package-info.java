/**
 * Gradients that are carried forward in time, in double precision: the yardstick of learning on a stream.
 *
 * <p>Begin with {@link dev.carousel.reference.online.RealTimeRecurrentLearning}. It needs nothing of a cell but its step and the
 * way back through it, so that it is right for every cell as soon as the cell's own gradients are. Uses reference.
 */
@NullMarked
package dev.carousel.reference.online;

import org.jspecify.annotations.NullMarked;
