package dev.carousel.train;

import dev.carousel.network.State;
import dev.carousel.spec.Parameters;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** Batches whose gradients come from elsewhere. */
final class RemotePass implements BatchPass {

    private final RemoteGradients remote;
    private final Parameters parameters;
    private final IntSupplier epoch;
    private final IntSupplier batch;
    private RemoteGradients.Sums sums = RemoteGradients.Sums.NONE;

    /**
     * A pass.
     *
     * @param parameters those that are trained
     * @param epoch which epoch is under way
     * @param batch which of its batches is
     */
    RemotePass(RemoteGradients remote, Parameters parameters, IntSupplier epoch, IntSupplier batch) {
        this.remote = remote;
        this.parameters = parameters;
        this.epoch = epoch;
        this.batch = batch;
    }

    @Override
    public void run(Batch placeholder, State state, RandomGenerator dropout, Parameters gradient) {
        sums = remote.gradient(epoch.getAsInt(), batch.getAsInt(), parameters, dropout.nextLong(), gradient);
    }

    @Override
    public double sum() {
        return sums.loss();
    }

    @Override
    public double weight() {
        return sums.weight();
    }

    @Override
    public long count() {
        return sums.weight() > 0 ? 1 : 0;
    }

    @Override
    public long steps(Batch placeholder) {
        return sums.steps();
    }
}
