package dev.carousel.train;

import java.util.List;

/**
 * The result of a training run; the parameters are in the network.
 *
 * @param epochs the figures of every epoch, in order
 * @param bestEpoch the one with the least loss (held-out, where something is held out, else that of training), from 1;
 *     0 if there was no epoch
 * @param keptEpoch the one whose parameters the network has now, from 1; 0 if there was no epoch
 * @param stopped whether a listener ended the run before the last epoch was complete
 */
public record TrainingResult(List<EpochFigures> epochs, int bestEpoch, int keptEpoch, boolean stopped) {

    /** Takes a copy of the list. */
    public TrainingResult {
        epochs = List.copyOf(epochs);
    }

    /**
     * The figures of the epoch whose parameters the network has.
     *
     * @throws IllegalStateException if there was no epoch
     */
    public EpochFigures kept() {
        if (keptEpoch == 0) {
            throw new IllegalStateException("TrainingResult: there was no epoch, so there are no figures.");
        }
        return epochs.get(keptEpoch - 1);
    }
}
