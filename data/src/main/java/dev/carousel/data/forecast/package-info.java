/**
 * Forecasts: how a series is presented to a network, windows as batches, naive forecasts, scores, and streams.
 *
 * <p>Begin with {@link dev.carousel.data.forecast.ForecastSpec}. Uses file, table, series, scaling.
 */
@NullMarked
package dev.carousel.data.forecast;

import org.jspecify.annotations.NullMarked;
