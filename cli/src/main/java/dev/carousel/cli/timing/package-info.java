/** What is timed and how, the same for the command's {@code bench} and for the module {@code bench}. */
@NullMarked
package dev.carousel.cli.timing;

import org.jspecify.annotations.NullMarked;
