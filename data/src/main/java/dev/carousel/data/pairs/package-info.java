/**
 * Pairs of texts, one to be written for the other: what files of them hold, networks that write, and how far that is from the
 * truth.
 *
 * <p>Begin with {@link dev.carousel.data.pairs.PairSpec} and {@link dev.carousel.data.pairs.PairWriter}. Uses transcription and what is
 * below it.
 */
@NullMarked
package dev.carousel.data.pairs;

import org.jspecify.annotations.NullMarked;
