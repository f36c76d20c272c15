/**
 * The command {@code carousel}, one class per subcommand.
 *
 * <p>{@link dev.carousel.cli.Main} builds the tree of commands and turns what they throw into one line of error and an exit
 * code. Results go to standard output; progress, notes and errors go to standard error.
 */
@NullMarked
package dev.carousel.cli;

import org.jspecify.annotations.NullMarked;
