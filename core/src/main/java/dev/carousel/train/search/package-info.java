/**
 * Many trainings: a search for better settings, and one setting from several seeds.
 *
 * <p>Begin with {@link dev.carousel.train.search.Search} and {@link dev.carousel.train.search.SeveralSeeds}. Uses nothing of
 * training but its error, so that what a trial does is the caller's.
 */
@NullMarked
package dev.carousel.train.search;

import org.jspecify.annotations.NullMarked;
