/**
 * Training: sources of batches, truncated backpropagation through time, the loop over epochs, held-out evaluation, listeners.
 *
 * <p>Begin with {@link dev.carousel.train.Trainer}; the loop is in {@code TrainingRun}. Uses optim, loss, network and what is
 * below them.
 */
@NullMarked
package dev.carousel.train;

import org.jspecify.annotations.NullMarked;
