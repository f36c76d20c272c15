package dev.carousel.train;

import java.util.Optional;

/**
 * Training stopped because a number was NaN or infinite. The network has the parameters of the last good epoch again, or
 * of the best one where the plan keeps that.
 */
public final class TrainingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int epoch;
    private final int batch;
    private final int keptEpoch;
    private final String parameter;

    TrainingException(int epoch, int batch, int keptEpoch, Diagnosis diagnosis, TrainingPlan plan, double rate) {
        super("Training stopped in epoch " + epoch + (batch < 0 ? "" : ", batch " + batch) + ": " + diagnosis.what()
                + " Every number must be finite. " + diagnosis.advice(plan, rate) + " The network has the parameters "
                + (keptEpoch == 0 ? "it started with." : "of epoch " + keptEpoch + " again."));
        this.epoch = epoch;
        this.batch = batch;
        this.keptEpoch = keptEpoch;
        this.parameter = diagnosis.parameter();
    }

    /** The epoch in which it happened, from 1. */
    public int epoch() {
        return epoch;
    }

    /** The batch of the epoch, from 0; -1 if it was noticed after the last. */
    public int batch() {
        return batch;
    }

    /** The epoch whose parameters the network has again; 0 for those it started with. */
    public int keptEpoch() {
        return keptEpoch;
    }

    /** The first parameter that is not finite, or whose gradient is not; empty where the data is to blame. */
    public Optional<String> parameter() {
        return parameter.isEmpty() ? Optional.empty() : Optional.of(parameter);
    }
}
