/** Pictures, drawn into files. */
@NullMarked
package dev.carousel.cli.plot;

import org.jspecify.annotations.NullMarked;
