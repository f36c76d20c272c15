/** What a person sees: lines, tables, the progress of a training. */
@NullMarked
package dev.carousel.cli.console;

import org.jspecify.annotations.NullMarked;
