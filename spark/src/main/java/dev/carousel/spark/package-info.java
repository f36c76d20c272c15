/**
 * Training and scoring on Apache Spark, where sequences outgrow one machine.
 *
 * <p>Begin with {@link dev.carousel.spark.SparkTrainer}. Spark schedules, moves and recovers the data; here is only the work on it.
 */
@NullMarked
package dev.carousel.spark;

import org.jspecify.annotations.NullMarked;
