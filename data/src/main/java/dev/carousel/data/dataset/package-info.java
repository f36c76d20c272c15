/**
 * Built-in data sets: the daily births of the USA, the addition of binary numbers, the tones of telephone keys, pairs of texts.
 *
 * <p>Begin with {@link dev.carousel.data.dataset.Births}. Uses table, series.
 */
@NullMarked
package dev.carousel.data.dataset;

import org.jspecify.annotations.NullMarked;
