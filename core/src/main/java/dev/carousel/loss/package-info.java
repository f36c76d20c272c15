/**
 * Losses, one file each; those of whole sequences with the pass that evaluates one.
 *
 * <p>Begin with {@link dev.carousel.loss.Loss}; {@link dev.carousel.loss.BatchLoss} evaluates one over the steps of a batch
 * that count. Uses kernel, tensor.
 */
@NullMarked
package dev.carousel.loss;

import org.jspecify.annotations.NullMarked;
