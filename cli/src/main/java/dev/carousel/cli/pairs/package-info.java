/**
 * Networks that write a text for a text: training, texts, how many are right.
 *
 * <p>Begin with {@link dev.carousel.cli.pairs.TrainPairs}.
 */
@NullMarked
package dev.carousel.cli.pairs;

import org.jspecify.annotations.NullMarked;
