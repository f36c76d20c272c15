/** Losses: one file each, and {@code BatchLoss}, which evaluates one over the steps of a batch that count. */
@NullMarked
package dev.carousel.loss;

import org.jspecify.annotations.NullMarked;
