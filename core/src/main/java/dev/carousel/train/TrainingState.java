package dev.carousel.train;

import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a run needs to resume as if it had never stopped, bit for bit. What follows from the plan, the data
 * and the figures of the epochs is not repeated here: the state of schedules and plateaus, of early stopping and of
 * what is best.
 *
 * <pre>{@code
 * TrainingState state = ...;                              // a listener's TrainingMoment.state(), or a checkpoint file
 * Trainer.of(network, plan, team).resuming(state).train(training, heldOut);
 * }</pre>
 *
 * @param identity what the run is of, by name: the network, the parts of the plan, the data; a run goes on only from a
 *     state with the same
 * @param position where it is
 * @param epochs the figures of the epochs that are complete
 * @param sums of the epoch that is under way
 * @param weights the parameters
 * @param optimiser what the optimiser remembers
 * @param carried the recurrent state that the next batch may begin from, {@code position.carriedBatch} sequences; empty
 *     between epochs
 */
public record TrainingState(
        Map<String, String> identity,
        Position position,
        List<EpochFigures> epochs,
        Sums sums,
        Weights weights,
        Memory optimiser,
        float[] carried) {

    /** Takes copies of the map and the list, not of arrays. */
    public TrainingState {
        identity = Collections.unmodifiableMap(new LinkedHashMap<>(identity));
        epochs = List.copyOf(epochs);
    }

    /**
     * Where a run is.
     *
     * @param epoch the epoch that comes next, or is under way, from 1
     * @param batch how many of its batches are done
     * @param dropout where the generator of dropout is; of no meaning between epochs
     * @param carriedBatch of how many sequences the carried state is; 0 between epochs
     * @param stopped whether a listener has ended the run
     */
    public record Position(int epoch, int batch, long dropout, int carriedBatch, boolean stopped) {

        /** Checks the numbers. */
        public Position {
            if (epoch < 1 || batch < 0 || carriedBatch < 0) {
                throw new IllegalArgumentException("Epoch " + epoch + ", batch " + batch + " and a carried batch of "
                        + carriedBatch + " sequences: an epoch is 1 at least, the others are not negative.");
            }
        }
    }

    /** What has been added up in the epoch that is under way; see {@link EpochFigures}. */
    public record Sums(
            double loss,
            double weight,
            double norm,
            List<Double> layerNorms,
            long updates,
            long items,
            double rate,
            long nanos) {

        /** Takes a copy of the norms. */
        public Sums {
            layerNorms = List.copyOf(layerNorms);
        }
    }

    /**
     * The parameters of a run.
     *
     * @param now those that are being trained
     * @param kept those that the run would end with now
     * @param average their average, where the plan wants one
     * @param averaged over how many updates that is, where it begins when the loss has stopped falling; 0 before, and for others
     */
    public record Weights(Parameters now, Parameters kept, Optional<Parameters> average, long averaged) {

        /** Checks the number. */
        public Weights {
            if (averaged < 0) {
                throw new IllegalArgumentException("An average over " + averaged + " updates: there are 0 at least.");
            }
        }
    }

    /**
     * What an optimiser remembers.
     *
     * @param updates how many updates there were
     * @param arrays by name, each as long as the parameters
     */
    public record Memory(long updates, Map<String, float[]> arrays) {

        /** Takes a copy of the map, not of the arrays. */
        public Memory {
            arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
        }
    }

    /** A state that shares no array with this one, to be kept while the run goes on. */
    public TrainingState copy() {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        optimiser.arrays().forEach((name, values) -> arrays.put(name, values.clone()));
        Weights copied = new Weights(
                weights.now().copy(),
                weights.kept().copy(),
                weights.average().map(Parameters::copy),
                weights.averaged());
        return new TrainingState(
                identity, position, epochs, sums, copied, new Memory(optimiser.updates(), arrays), carried.clone());
    }

    /** The same with more to tell it from other runs, such as the checksums of the files that it learns from. */
    public TrainingState withIdentity(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(identity);
        all.putAll(more);
        return new TrainingState(all, position, epochs, sums, weights, optimiser, carried);
    }

    /**
     * Checks that a run is the one that was left.
     *
     * @param expected the identity of the run that is to go on
     * @throws ResumeException if one of its parts is another; the message names those that are
     */
    public void requireIdentity(Map<String, String> expected) {
        List<String> differences = new ArrayList<>();
        expected.forEach((name, text) -> {
            String saved = identity.getOrDefault(name, "nothing");
            if (!saved.equals(text)) {
                differences.add(name + " was " + shortened(saved) + " and is now " + shortened(text));
            }
        });
        if (!differences.isEmpty()) {
            throw new ResumeException("This run is not the one that was saved, so it cannot go on from there: "
                    + String.join("; ", differences) + ". Use what it was begun with, or begin anew.");
        }
    }

    /**
     * Checks that the numbers fit a run, whose identity they share; only a state put together by hand does not.
     *
     * @throws ResumeException if they do not fit
     */
    void requireFits(Parameters parameters, int batches, int layers) {
        boolean between = position.batch() == 0;
        boolean fits = weights.now().sameLayout(parameters)
                && weights.kept().sameLayout(parameters)
                && weights.average().stream().allMatch(average -> average.sameLayout(parameters))
                && position.batch() < batches
                && (between || sums.layerNorms().size() == layers)
                && epochs.size() == position.epoch() - 1;
        if (!fits) {
            throw new ResumeException("The state that was saved does not fit together: " + position
                    + " after " + epochs.size() + " epochs, " + weights.now().size() + " parameters of "
                    + parameters.size() + ", batches 0 to " + (batches - 1) + ".");
        }
    }

    private static String shortened(String text) {
        return text.length() <= 120 ? text : text.substring(0, 117) + "...";
    }
}
