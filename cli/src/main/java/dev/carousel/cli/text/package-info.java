/**
 * Text models: training, sampling, judging.
 *
 * <p>Begin with {@link dev.carousel.cli.text.TrainText}. Uses train, task.
 */
@NullMarked
package dev.carousel.cli.text;

import org.jspecify.annotations.NullMarked;
