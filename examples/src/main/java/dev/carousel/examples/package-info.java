/**
 * Short programs to copy from, each on one page with a {@code main} of its own, in this order: an LSTM by hand, adding
 * numbers, writing text, forecasting, a page about a forecaster, classifying, cross-validation, watching streams, serving forecasts.
 */
@NullMarked
package dev.carousel.examples;

import org.jspecify.annotations.NullMarked;
