/**
 * The server: its options, its start and its end, and which path goes where.
 *
 * <p>Begin with {@link dev.carousel.server.CarouselServer}. Uses all packages of the server.
 */
@NullMarked
package dev.carousel.server;

import org.jspecify.annotations.NullMarked;
