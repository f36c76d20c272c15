/**
 * Sessions as a step of a Kafka Streams topology: the state of each key in a changelogged store.
 *
 * <p>Begin with {@link dev.carousel.kafka.CarouselProcessor}; {@link dev.carousel.kafka.SessionQueries} looks into its store. Uses
 * core and data, and of Kafka Streams what the application brings.
 */
@NullMarked
package dev.carousel.kafka;

import org.jspecify.annotations.NullMarked;
