/** What all formats share: errors that name what a file holds and Carousel does not. */
@NullMarked
package dev.carousel.interop;

import org.jspecify.annotations.NullMarked;
