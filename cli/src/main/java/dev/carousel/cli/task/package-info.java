/**
 * What is asked of a trained model: predict, evaluate, stream; each task says what that is for its models.
 *
 * <p>Begin with {@link dev.carousel.cli.task.TaskCommands}. Uses command.
 */
@NullMarked
package dev.carousel.cli.task;

import org.jspecify.annotations.NullMarked;
