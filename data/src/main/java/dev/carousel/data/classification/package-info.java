/**
 * Sequences with labels: their files, batches, splits, classifiers, scores, and streams.
 *
 * <p>Begin with {@link dev.carousel.data.classification.LabelledSequences}. Uses file, text, table, series, scaling.
 */
@NullMarked
package dev.carousel.data.classification;

import org.jspecify.annotations.NullMarked;
