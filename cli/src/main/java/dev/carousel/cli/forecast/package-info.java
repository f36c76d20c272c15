/**
 * Forecasters: training, forecasts, errors, reports.
 *
 * <p>Begin with {@link dev.carousel.cli.forecast.TrainForecast}. Uses train, task, plot.
 */
@NullMarked
package dev.carousel.cli.forecast;

import org.jspecify.annotations.NullMarked;
