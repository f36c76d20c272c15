package dev.carousel.train;

import dev.carousel.spec.Parameters;

/**
 * A moment between two updates, at which a run could be stopped and resumed: what a listener that saves checkpoints
 * receives. Asking costs nothing until {@link #state} is called. Valid during the call that brought it.
 */
public interface TrainingMoment {

    /** The epoch that is under way, or has just ended, from 1. */
    int epoch();

    /** How many of its batches are done; all of them where it has ended. */
    int batch();

    /** Whether the epoch has ended and been judged. */
    boolean epochEnded();

    /** Whether no epoch follows. */
    boolean runEnded();

    /** Whether an epoch has ended and is the best so far. */
    boolean epochBest();

    /** The parameters that the last epoch was judged by: the network's, or their average; not a copy. */
    Parameters judged();

    /** All that the run needs to go on from here; its arrays are the run's own and change when it goes on. */
    TrainingState state();
}
