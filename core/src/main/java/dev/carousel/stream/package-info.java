/**
 * One event at a time: the state of a stream next to an immutable network, stepped and reset.
 *
 * <p>Begin with {@link dev.carousel.stream.Session}, {@link dev.carousel.stream.SessionBatch} for many at once, and
 * {@link dev.carousel.stream.SessionPool} for very many by key. Uses
 * network and what is below it.
 */
@NullMarked
package dev.carousel.stream;

import org.jspecify.annotations.NullMarked;
