/**
 * Forecasts: how a series is put before a network, windows as batches, naive forecasts, scores, and streams.
 *
 * <p>Begin with {@link dev.carousel.data.forecast.ForecastSpec}. Uses file, table, series, scaling.
 */
@NullMarked
package dev.carousel.data.forecast;

import org.jspecify.annotations.NullMarked;
