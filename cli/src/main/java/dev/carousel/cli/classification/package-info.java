/**
 * Classifiers and taggers: training, classes, confusion.
 *
 * <p>Begin with {@link dev.carousel.cli.classification.TrainClassify}. Uses text.
 */
@NullMarked
package dev.carousel.cli.classification;

import org.jspecify.annotations.NullMarked;
