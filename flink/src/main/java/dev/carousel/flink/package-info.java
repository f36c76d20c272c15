/**
 * Sessions as an operator of a Flink job: the state of each key as Flink's keyed state.
 *
 * <p>Begin with {@link dev.carousel.flink.CarouselProcessFunction}; {@link dev.carousel.flink.CarouselTableFunction} is for SQL. Uses
 * core and data, and of Flink what the cluster brings.
 */
@NullMarked
package dev.carousel.flink;

import org.jspecify.annotations.NullMarked;
