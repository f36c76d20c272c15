/**
 * Time series: columns, dates and their spacing, what is missing, splits in time, and several series in one file.
 *
 * <p>Begin with {@link dev.carousel.data.series.TimeSeries}. Uses file, table.
 */
@NullMarked
package dev.carousel.data.series;

import org.jspecify.annotations.NullMarked;
