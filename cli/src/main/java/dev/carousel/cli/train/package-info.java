/**
 * What all trainings have: network, optimiser, checkpoints, reports, several seeds, files of options.
 *
 * <p>Begin with {@link dev.carousel.cli.train.TrainCommand}. Uses command, task.
 */
@NullMarked
package dev.carousel.cli.train;

import org.jspecify.annotations.NullMarked;
