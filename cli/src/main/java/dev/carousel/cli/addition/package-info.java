/**
 * Networks that add: training and asking.
 *
 * <p>Begin with {@link dev.carousel.cli.addition.TrainAddition}. Uses train, task.
 */
@NullMarked
package dev.carousel.cli.addition;

import org.jspecify.annotations.NullMarked;
