/** One event at a time: the state of a stream beside an immutable network, stepped and reset. */
@NullMarked
package dev.carousel.stream;

import org.jspecify.annotations.NullMarked;
