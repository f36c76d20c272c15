/**
 * From files to sequences.
 *
 * <pre>{@code
 * CSV file  -> SeriesSet -> TimeSeries -> ForecastWindows(ForecastSpec) -> Sequence batches -> forecasts in the file's units
 * text file -> TextFiles -> TextData(TextUnits) -> train.Windows        -> Tokens batches
 * }</pre>
 *
 * <p>A file that cannot be used ends in one {@link dev.carousel.data.DataException}, whose message says where, what was
 * expected, what was found and the likely cause. Batches are written into arrays of the caller: nothing is allocated per
 * batch.
 */
@NullMarked
package dev.carousel.data;

import org.jspecify.annotations.NullMarked;
