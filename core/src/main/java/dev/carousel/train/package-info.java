/** Training: sources of batches, truncated BPTT, the loop over epochs, held-out evaluation, listeners. */
@NullMarked
package dev.carousel.train;

import org.jspecify.annotations.NullMarked;
