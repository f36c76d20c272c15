/**
 * Search for better options of a training.
 *
 * <p>Begin with {@link dev.carousel.cli.tune.Tune}. Uses train.
 */
@NullMarked
package dev.carousel.cli.tune;

import org.jspecify.annotations.NullMarked;
