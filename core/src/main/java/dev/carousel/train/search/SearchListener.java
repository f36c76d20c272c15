package dev.carousel.train.search;

/** Follows a search. Its methods are called one at a time, by whichever thread trained. */
public interface SearchListener {

    /** Does nothing. */
    SearchListener NONE = new SearchListener() {};

    /**
     * A round begins.
     *
     * @param rung how many settings for how many epochs
     * @param missing how many of its trainings are still to be made; the others were given to the search
     */
    default void roundBegins(Halving.Rung rung, int missing) {}

    /** A training has ended; to be kept by whoever wants to go on with the search later. */
    default void trialEnded(FinishedTrial trial) {}
}
