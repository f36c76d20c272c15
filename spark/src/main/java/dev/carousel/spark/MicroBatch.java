package dev.carousel.spark;

import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Some examples side by side, as a network reads them: the unit whose gradient is computed at once, on one machine. Which examples
 * are in one never depends on how many machines there are.
 */
final class MicroBatch implements Serializable {

    private static final long serialVersionUID = 1;

    private final int steps;
    private final int targetSteps;
    private final int inputSize;
    private final int targetSize;
    private final int[] lengths;
    private final float[] vectors;
    private final int[] ids;
    private final float[] targets;
    private final int[] classes;

    /**
     * Packs examples.
     *
     * @param inputSize how many numbers a step has; 0 for ids
     * @throws IllegalArgumentException if they do not fit together
     */
    MicroBatch(List<Example> examples, int inputSize) {
        int N = examples.size();
        this.inputSize = inputSize;
        this.lengths = examples.stream().mapToInt(Example::steps).toArray();
        this.steps = Arrays.stream(lengths).max().orElse(0);
        boolean aligned = examples.stream().allMatch(one -> one.targetSteps() == one.steps());
        int K = examples.get(0).targetSteps();
        if (!aligned && examples.stream().anyMatch(one -> one.targetSteps() != K)) {
            throw new IllegalArgumentException("The targets must have as many steps as their sequences, or all the same"
                    + " number of steps, but there are " + examples.get(0) + " and "
                    + examples.stream()
                            .filter(one -> one.targetSteps() != K)
                            .findFirst()
                            .orElseThrow() + ".");
        }
        this.targetSteps = aligned ? steps : K;
        this.targetSize =
                examples.stream().mapToInt(MicroBatch::targetSize).max().orElse(0);
        this.vectors = new float[Math.multiplyExact(Math.multiplyExact(steps, N), inputSize)];
        this.ids = new int[inputSize == 0 ? Math.multiplyExact(steps, N) : 0];
        this.targets = new float[Math.multiplyExact(Math.multiplyExact(targetSteps, N), targetSize)];
        this.classes = new int[targetSize == 0 ? targetSteps * N : 0];
        Arrays.fill(classes, Tokens.IGNORED);
        for (int n = 0; n < N; n++) {
            fill(examples.get(n), n, N);
        }
    }

    private static int targetSize(Example one) {
        return one.targetSteps() == 0 ? 0 : one.targets().length / one.targetSteps();
    }

    private void fill(Example one, int n, int N) {
        boolean fits = one.vectors().length == one.steps() * inputSize
                && one.ids().length == (inputSize == 0 ? one.steps() : 0)
                && one.targets().length == one.targetSteps() * targetSize
                && one.classes().length == (targetSize == 0 ? one.targetSteps() : 0);
        if (!fits) {
            throw new IllegalArgumentException("The network reads "
                    + (inputSize == 0 ? "ids" : inputSize + " numbers a step") + " and targets here are "
                    + (targetSize == 0 ? "classes" : targetSize + " numbers a step") + ", but there is " + one + ".");
        }
        for (int t = 0; t < one.steps(); t++) {
            if (inputSize == 0) {
                ids[t * N + n] = one.ids()[t];
            } else {
                System.arraycopy(one.vectors(), t * inputSize, vectors, (t * N + n) * inputSize, inputSize);
            }
        }
        for (int t = 0; t < one.targetSteps(); t++) {
            if (targetSize == 0) {
                classes[t * N + n] = one.classes()[t];
            } else {
                System.arraycopy(one.targets(), t * targetSize, targets, (t * N + n) * targetSize, targetSize);
            }
        }
    }

    /** As a trainer reads it: views, not copies. */
    Batch batch() {
        int N = lengths.length;
        SequenceBatch input = inputSize == 0
                ? Tokens.of(ids, steps, N).withLengths(lengths)
                : Sequence.of(vectors, steps, N, inputSize).withLengths(lengths);
        SequenceBatch target =
                targetSize == 0 ? Tokens.of(classes, targetSteps, N) : Sequence.of(targets, targetSteps, N, targetSize);
        if (targetSteps == steps && input.ragged()) {
            target = target instanceof Tokens tokens
                    ? tokens.withLengths(lengths)
                    : ((Sequence) target).withLengths(lengths);
        }
        return Batch.of(input, Target.of(target));
    }

    /** How many examples it holds. */
    int size() {
        return lengths.length;
    }
}
