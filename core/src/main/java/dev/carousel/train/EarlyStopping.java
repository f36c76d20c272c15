package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import java.util.List;

/**
 * Ends training when the loss (the held-out loss, if there is held-out data) has not fallen for some epochs.
 *
 * <p>Together with {@link TrainingPlan#withKeepBest} the network ends with the parameters of the best epoch. It keeps count
 * of one run at a time: when two share it, the first hears of it by an error.
 */
public final class EarlyStopping implements TrainingListener {

    private final int patience;
    private double best = Double.POSITIVE_INFINITY;
    private int epochsSinceBest;
    private final OneThread one = new OneThread("EarlyStopping");

    private EarlyStopping(int patience) {
        this.patience = patience;
    }

    /**
     * A listener that ends training.
     *
     * @param patience how many epochs in a row without improvement end the run
     * @throws IllegalArgumentException if that is not 1 at least
     */
    public static EarlyStopping after(int patience) {
        if (patience < 1) {
            throw new IllegalArgumentException(
                    "Early stopping needs a patience of 1 epoch at least, not " + patience + ".");
        }
        return new EarlyStopping(patience);
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        one.enterAfterAnother();
        best = Double.POSITIVE_INFINITY;
        epochsSinceBest = 0;
        one.leave();
    }

    private void goOn() {
        if (one.enterAfterAnother()) {
            one.leave();
            throw new IllegalStateException(
                    "This EarlyStopping counts the epochs of one training at a time, and another"
                            + " training is using it. Give each its own.");
        }
    }

    /** Counts the epochs of the earlier run too. */
    @Override
    public void trainingResumed(List<EpochFigures> epochs, int batches) {
        epochs.forEach(this::epochEnded);
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        goOn();
        if (figures.decidingLoss() < best) {
            best = figures.decidingLoss();
            epochsSinceBest = 0;
        } else {
            epochsSinceBest++;
        }
        one.leave();
    }

    @Override
    public boolean wantsStop() {
        goOn();
        boolean stop = epochsSinceBest >= patience;
        one.leave();
        return stop;
    }
}
