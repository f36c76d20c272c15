package dev.carousel.train;

import dev.carousel.spec.Parameters;

/** The parameters that a run ends with: those of the best epoch, or of the last good one, whichever its plan says. */
final class KeptWeights {

    private final Parameters kept;
    private final boolean best;
    private int keptEpoch;
    private int bestEpoch;
    private double bestLoss = Double.POSITIVE_INFINITY;

    /**
     * Keeps the first parameters until there are others.
     *
     * @param best whether only better epochs replace what is kept
     */
    KeptWeights(Parameters first, boolean best) {
        this.kept = first.copy();
        this.best = best;
    }

    /** An epoch has been judged, with these parameters. */
    void offer(EpochFigures figures, Parameters parameters) {
        if (count(figures)) {
            System.arraycopy(parameters.values(), 0, kept.values(), 0, kept.size());
        }
    }

    /** Whether an epoch is one to keep. */
    private boolean count(EpochFigures figures) {
        boolean better = figures.decidingLoss() < bestLoss;
        if (better) {
            bestLoss = figures.decidingLoss();
            bestEpoch = figures.epoch();
        }
        if (better || !best) {
            keptEpoch = figures.epoch();
            return true;
        }
        return false;
    }

    /** Goes on after these epochs with what was kept then. */
    void restore(Iterable<EpochFigures> epochs, Parameters saved) {
        epochs.forEach(this::count);
        System.arraycopy(saved.values(), 0, kept.values(), 0, kept.size());
    }

    /** Copies what is kept over the parameters of the network. */
    void giveBack(Parameters parameters) {
        System.arraycopy(kept.values(), 0, parameters.values(), 0, kept.size());
    }

    /** What is kept, not a copy. */
    Parameters values() {
        return kept;
    }

    /** The epoch whose parameters are kept, from 1; 0 for the first parameters. */
    int keptEpoch() {
        return keptEpoch;
    }

    /** The epoch with the least loss, from 1; 0 if there was none. */
    int bestEpoch() {
        return bestEpoch;
    }
}
