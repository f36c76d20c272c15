package dev.carousel.train;

/**
 * Follows a run of training: for a progress bar, a log, a plot, or to end it early. All calls come from the thread that
 * trains, which waits for them.
 */
public interface TrainingListener {

    /**
     * Training begins.
     *
     * @param plan what is going to be done
     * @param batches how many batches an epoch has
     */
    default void trainingStarted(TrainingPlan plan, int batches) {}

    /** An epoch begins; epochs count from 1. */
    default void epochStarted(int epoch) {}

    /**
     * A batch led to an update.
     *
     * @param batch which of the epoch, from 0
     * @param items how many steps of sequences it had
     * @param loss its mean loss, before the update
     * @param gradientNorm before clipping
     */
    default void batchEnded(int batch, long items, double loss, double gradientNorm) {}

    /** An epoch ended and what is held out has been evaluated. */
    default void epochEnded(EpochFigures figures) {}

    /** Training ended, with the parameters of the result in the network. Not called after an exception. */
    default void trainingEnded(TrainingResult result) {}

    /**
     * Whether training should end now; asked after every batch and every epoch. An epoch that is cut short is evaluated
     * and reported like any other.
     */
    default boolean wantsStop() {
        return false;
    }
}
