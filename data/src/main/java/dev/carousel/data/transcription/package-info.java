/**
 * Sequences with a text each, whose letters stand nobody knows where: transcribers and how far they are from the truth.
 *
 * <p>Begin with {@link dev.carousel.data.transcription.TranscriberSpec} and
 * {@link dev.carousel.data.transcription.Transcriber}. Sequences are read as those that have classes; the text is the class.
 */
@NullMarked
package dev.carousel.data.transcription;

import org.jspecify.annotations.NullMarked;
