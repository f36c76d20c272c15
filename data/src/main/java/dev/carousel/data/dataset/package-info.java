/**
 * Two built-in data sets: the daily births of the USA and the addition of binary numbers.
 *
 * <p>Begin with {@link dev.carousel.data.dataset.Births}. Uses table, series.
 */
@NullMarked
package dev.carousel.data.dataset;

import org.jspecify.annotations.NullMarked;
