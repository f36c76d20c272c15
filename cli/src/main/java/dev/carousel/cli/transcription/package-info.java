/**
 * Transcribers: training, texts, label error rates.
 *
 * <p>Begin with {@link dev.carousel.cli.transcription.TrainTranscribe}.
 */
@NullMarked
package dev.carousel.cli.transcription;

import org.jspecify.annotations.NullMarked;
