/**
 * Sessions of a server of Carousel: events that are taken exactly once, whatever the network does.
 *
 * <p>Begin with {@link dev.carousel.client.CarouselClient}. Uses the JDK alone.
 */
@NullMarked
package dev.carousel.client;

import org.jspecify.annotations.NullMarked;
