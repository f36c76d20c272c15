/** Networks from and to files of other programs: the formats there are, and errors that name what Carousel does not know. */
@NullMarked
package dev.carousel.interop;

import org.jspecify.annotations.NullMarked;
