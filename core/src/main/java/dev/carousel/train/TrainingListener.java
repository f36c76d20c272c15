package dev.carousel.train;

import java.util.List;

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

    /**
     * Training goes on where an earlier run was left; called after {@link #trainingStarted}.
     *
     * @param epochs the figures of the epochs that were complete, in order
     * @param batches how many batches of the next epoch are done already
     */
    default void trainingResumed(List<EpochFigures> epochs, int batches) {}

    /** An epoch begins, or goes on after {@link #trainingResumed}; epochs count from 1. */
    default void epochStarted(int epoch) {}

    /**
     * A batch led to an update; where several make one update, the last of them.
     *
     * @param batch which of the epoch, from 0
     * @param items how many steps of sequences were read since the update before
     * @param loss the mean loss over what was read, before the update
     * @param gradientNorm before clipping
     */
    default void batchEnded(int batch, long items, double loss, double gradientNorm) {}

    /**
     * An epoch ended and the held-out data has been evaluated. The network has the parameters that were evaluated: where
     * they are averaged, the average.
     */
    default void epochEnded(EpochFigures figures) {}

    /**
     * The run could be left here and taken up again; called after every update that does not end an epoch, and after every
     * epoch.
     */
    default void resumable(TrainingMoment moment) {}

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
