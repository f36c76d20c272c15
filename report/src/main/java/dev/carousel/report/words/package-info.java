/**
 * Words and numbers that pages and the command {@code carousel} have in common; no part of the public interface. Begin with
 * {@link dev.carousel.report.words.SeriesNames}. Uses the series and forecasts of {@code data}.
 */
@NullMarked
package dev.carousel.report.words;

import org.jspecify.annotations.NullMarked;
