/**
 * What every command has: its options, errors, figures, files and the words for networks.
 *
 * <p>Begin with {@link dev.carousel.cli.command.Subcommand}. Uses console.
 */
@NullMarked
package dev.carousel.cli.command;

import org.jspecify.annotations.NullMarked;
