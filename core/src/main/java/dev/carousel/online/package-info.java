/**
 * Learning on a stream: a network that predicts, is told what was right, and goes on, in a memory that does not grow.
 *
 * <p>Begin with {@link dev.carousel.online.OnlineLearner}. The gradient of a recurrent layer is carried forward with its state
 * (real-time recurrent learning); what it is an approximation of, and where, is said there. Uses stream and all below it.
 */
@NullMarked
package dev.carousel.online;

import org.jspecify.annotations.NullMarked;
