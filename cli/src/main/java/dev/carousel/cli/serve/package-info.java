/**
 * The server of live sessions: its options.
 *
 * <p>Begin with {@link dev.carousel.cli.serve.Serve}. Uses console and command.
 */
@NullMarked
package dev.carousel.cli.serve;

import org.jspecify.annotations.NullMarked;
