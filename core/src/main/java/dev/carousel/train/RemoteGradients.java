package dev.carousel.train;

import dev.carousel.spec.Parameters;
import java.util.Optional;

/**
 * Gradients of batches that are computed elsewhere, such as on the machines of a cluster, for a {@link Trainer} that does all the
 * rest: schedules, clipping, updates, averages, which epoch is kept, checkpoints.
 *
 * <pre>{@code
 * Trainer.of(network, plan).train(cluster, Checkpoints.inFolder(folder));
 * }</pre>
 *
 * <p>What it gives must depend on its arguments alone, so that a run that is resumed goes on with the bits of one that never
 * stopped. The order of an epoch's examples is drawn from {@link Seeds#shuffling} of the plan's seed. It serves one training at a
 * time.
 */
public interface RemoteGradients {

    /** How many batches an epoch has, at least 1. */
    int size();

    /**
     * The loss of a batch and the gradient of its mean.
     *
     * @param epoch which epoch, from 1
     * @param batch which of its batches, from 0
     * @param parameters those of the network now; to be read only
     * @param noise one number, from which all noise of the pass is drawn
     * @param gradient of the network's layout; overwritten with the gradient of the mean loss
     */
    Sums gradient(int epoch, int batch, Parameters parameters, long noise, Parameters gradient);

    /** Whether there is held-out data. */
    boolean holdsOut();

    /**
     * The loss of all held-out data, without noise.
     *
     * @param parameters those to be judged; to be read only
     * @return nothing if no data is held out
     */
    Optional<Sums> heldOut(Parameters parameters);

    /** What tells the training data from other data, in words that are equal for equal data in different processes. */
    String trainingData();

    /** The same of what is held out; {@code none} if nothing is. */
    String heldOutData();

    /**
     * What was added up over a batch, or over all that is held out.
     *
     * @param loss the sum of the losses of all steps that count
     * @param weight what the sum is divided by; 0 if no step counts
     * @param steps how many steps of sequences the network read
     */
    record Sums(double loss, double weight, long steps) {

        /** Nothing. */
        public static final Sums NONE = new Sums(0, 0, 0);

        /** These and others together. */
        public Sums plus(Sums other) {
            return new Sums(loss + other.loss, weight + other.weight, steps + other.steps);
        }

        /** The mean loss; NaN if no step counts. */
        public double mean() {
            return loss / weight;
        }
    }
}
