package dev.carousel.train;

import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.Schedule;
import java.util.List;
import java.util.Objects;

/**
 * How a network is trained: everything but the network and the data. An immutable value.
 *
 * <pre>{@code
 * TrainingPlan plan = TrainingPlan.forClasses()
 *         .withOptimiser(new Adam(0.002))
 *         .withClipNorm(5)
 *         .withEpochs(10)
 *         .withSeed(1);
 * }</pre>
 *
 * @param loss what is minimised
 * @param rule how gradients become updates
 * @param averaging whether the run is judged by, and ends with, an average of parameters
 * @param epochs how often all training data is seen, at most; at least 1
 * @param seed determines shuffling and dropout (and, through {@link Seeds}, the first parameters)
 * @param keepBest whether the network ends with the parameters that had the least held-out loss, where something is held
 *     out, rather than with the last ones
 * @param segment how many steps of a long batch are in memory at a time, or {@link #WHOLE}, or {@link #FITTING}
 */
public record TrainingPlan(
        Loss loss, UpdateRule rule, Averaging averaging, int epochs, long seed, boolean keepBest, int segment) {

    /** As a segment: all steps of a batch at once. */
    public static final int WHOLE = Integer.MAX_VALUE;

    /**
     * As a segment: all steps of a batch at once if that needs no more than half of the memory that Java may use, else about
     * √T of T steps. Both give the same gradient but for rounding.
     */
    public static final int FITTING = 0;

    /** Checks the numbers. */
    public TrainingPlan {
        Objects.requireNonNull(loss, "TrainingPlan: loss is null; without one nothing is learned");
        Objects.requireNonNull(rule, "TrainingPlan: rule is null; UpdateRule.DEFAULT is the usual one");
        Objects.requireNonNull(averaging, "TrainingPlan: averaging is null; Averaging.NONE is none");
        if (epochs < 1) {
            throw new IllegalArgumentException("TrainingPlan: epochs is " + epochs
                    + " but must be at least 1; without an epoch nothing is learned.");
        }
        if (segment < 0) {
            throw new IllegalArgumentException(
                    "segment is " + segment + " but must be at least 1 step, or TrainingPlan.FITTING.");
        }
    }

    /**
     * Adam at 0.001, constant, without clipping, for 10 epochs from seed 1; the last parameters are kept, and what does not
     * fit into memory is trained in segments.
     */
    public static TrainingPlan of(Loss loss) {
        return new TrainingPlan(loss, UpdateRule.DEFAULT, Averaging.NONE, 10, 1, false, FITTING);
    }

    /** As {@link #of}, for a network that chooses among classes: its scores against ids, by cross-entropy. */
    public static TrainingPlan forClasses() {
        return of(new SoftmaxCrossEntropy());
    }

    /** As {@link #of}, for a network whose outputs are numbers, by the mean squared error. */
    public static TrainingPlan forNumbers() {
        return of(new MeanSquaredError());
    }

    /** How parameters follow their gradient. */
    public Optimiser optimiser() {
        return rule.optimiser();
    }

    /** What happens to the learning rate. */
    public Schedule schedule() {
        return rule.schedule();
    }

    /** What is done to large gradients. */
    public Clipping clipping() {
        return rule.clipping();
    }

    /** The same with another way from gradients to updates. */
    public TrainingPlan withRule(UpdateRule rule) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }

    /** The same with another optimiser. */
    public TrainingPlan withOptimiser(Optimiser optimiser) {
        return withRule(rule.withOptimiser(optimiser));
    }

    /** The same with another schedule. */
    public TrainingPlan withSchedule(Schedule schedule) {
        return withRule(rule.withSchedule(schedule));
    }

    /** The same, lowering the learning rate when the loss stops falling. */
    public TrainingPlan withPlateau(Plateau plateau) {
        Objects.requireNonNull(plateau, "TrainingPlan: plateau is null");
        return withRule(rule.withPlateau(plateau));
    }

    /** The same with other clipping. */
    public TrainingPlan withClipping(Clipping clipping) {
        return withRule(rule.withClipping(clipping));
    }

    /** The same with gradients whose Euclidean norm is at most this, above 0. */
    public TrainingPlan withClipNorm(double norm) {
        return withClipping(Clipping.byNorm(norm));
    }

    /** The same with an update for this many batches together. */
    public TrainingPlan withAccumulate(int batches) {
        return withRule(rule.withAccumulate(batches));
    }

    /**
     * The same with some parameters frozen: they stay as they are, to the bit, and do not count in the norm of the gradient.
     *
     * @param names full names, {@code rnn.weight_hh_l0}, or those of layers, {@code rnn}
     */
    public TrainingPlan withFrozen(String... names) {
        Objects.requireNonNull(names, "TrainingPlan: the names of what is to be frozen are null");
        for (String name : names) {
            Objects.requireNonNull(name, "TrainingPlan: the name of what is to be frozen is null");
        }
        return withRule(rule.withFrozen(List.of(names)));
    }

    /** The same with an average of parameters, or none. */
    public TrainingPlan withAveraging(Averaging averaging) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }

    /** The same for another number of epochs. */
    public TrainingPlan withEpochs(int epochs) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }

    /** The same from another seed. */
    public TrainingPlan withSeed(long seed) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }

    /** The same, ending with the best or the last parameters. */
    public TrainingPlan withKeepBest(boolean keepBest) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }

    /**
     * The same in bounded memory: batches of more steps are taken in segments of so many, forward twice and backward once,
     * with the gradient running through all steps. Only for networks of one direction and losses over every step.
     */
    public TrainingPlan withSegment(int segment) {
        return new TrainingPlan(loss, rule, averaging, epochs, seed, keepBest, segment);
    }
}
