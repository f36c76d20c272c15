package dev.carousel.network;

import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.TiedDense;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A tape for sequences too long to keep in memory: forward and backward through all steps, holding the passes of one
 * segment at a time.
 *
 * <pre>{@code
 * forward    segment after segment, keeping only the state before each
 * backward   from the last segment to the first: forward again from its state, then backward with the gradient of
 *            its final state, which gives that of the segment before
 * }</pre>
 *
 * <p>Every step but those of the last segment is computed forward twice, and all once backward; the first time, layers
 * after the last recurrent one are left out. With segments of about √T steps, the states kept and a segment need about as
 * much memory as each other, and both grow with √T. The gradients are those of the whole sequence. One
 * thread at a time, which the tape's team helps; a second one gets an error.
 *
 * <p>Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost" (2016).
 */
public final class SegmentedTape {

    /** What a pass in segments reads and learns from, a segment at a time. */
    public interface Segments {

        /**
         * The input of some steps: asked for twice, in order and in reverse order.
         *
         * @param first the first step
         * @param steps how many
         * @return [steps, N, D] or ids; may be a view that is valid until the next call
         */
        SequenceBatch input(int first, int steps);

        /**
         * One class of each step [steps, N], where log p of these is all that the loss reads of a network that is {@link
         * NetworkSpec#adaptive}: the output of these steps is then as {@link Tape#train(SequenceBatch, State, RandomGenerator,
         * Tokens, UnaryOperator, Parameters)} has it. Asked for from the last segment to the first, before the gradient.
         *
         * @param first the first step
         * @param steps how many
         * @return empty for the whole output; may be a view that is valid until the next call
         */
        default Optional<Tokens> classes(int first, int steps) {
            return Optional.empty();
        }

        /**
         * The gradient of the loss in the output of some steps; asked for from the last segment to the first.
         *
         * @param first the first step
         * @param y the output of the steps from there on
         * @return of the same shape as y; may be a view that is valid until the next call
         */
        Sequence outputGradient(int first, Sequence y);

        /** Steps from {@code first} on are done; the tape has their {@link Tape#inputGradient} until the next call. */
        default void done(int first) {}
    }

    private final NetworkSpec spec;
    private final Tape tape;
    private final int segment;
    private final List<State> before = new ArrayList<>();
    private State dState;
    private State again;

    private SegmentedTape(NetworkSpec spec, Tape tape, int segment) {
        this.spec = spec;
        this.tape = tape;
        this.segment = segment;
        this.dState = State.zeros(spec, 0);
        this.again = State.zeros(spec, 0);
    }

    /**
     * A tape in segments over a tape that trains, which others may use between passes.
     *
     * @param segment how many steps one has, at least 1
     * @throws IllegalArgumentException if a step's output depends on later steps, or the network gives the last step's
     *     output alone
     */
    public static SegmentedTape of(NetworkSpec spec, Tape tape, int segment) {
        if (segment < 1) {
            throw new IllegalArgumentException("A segment has " + segment + " steps but must have 1 at least.");
        }
        if (spec.readsAhead()) {
            throw new IllegalArgumentException("A network that is bidirectional or backward cannot be trained in"
                    + " segments: its first output depends on the last step. Train without segments or forward alone.");
        }
        if (!spec.keepsSteps()) {
            throw new IllegalArgumentException(
                    "A network that gives only its last output, or steps of its own, cannot be trained in segments,"
                            + " each of which would give them. Train without segments, or give the output of every step.");
        }
        if (penalises(spec)) {
            throw new IllegalArgumentException(
                    "A network with an ActivityPenalty cannot be trained in segments: its means are over all steps of a batch."
                            + " Train without segments, or without the penalty.");
        }
        return new SegmentedTape(spec, tape, segment);
    }

    /** Whether a network can be trained in segments. */
    public static boolean canCut(NetworkSpec spec) {
        return spec.keepsSteps() && !spec.readsAhead() && !penalises(spec);
    }

    private static boolean penalises(NetworkSpec spec) {
        return spec.layers().stream().anyMatch(Parameterless.ActivityPenalty.class::isInstance);
    }

    /** About √T: with segments of this many steps, a pass through T steps needs the least memory. */
    public static int segmentFor(int steps) {
        return Math.max(1, (int) Math.ceil(Math.sqrt(steps)));
    }

    /**
     * About how many bytes the passes of a batch fill for each step of each sequence if all of it is kept: each layer's
     * output, its gradient, and what recurrent layers keep for their backward passes.
     */
    public static long bytesPerStep(NetworkSpec spec) {
        return Float.BYTES * sum(spec);
    }

    private static long sum(NetworkSpec spec) {
        MemoryPerStep each = new MemoryPerStep();
        return spec.layers().stream().mapToLong(layer -> layer.accept(each)).sum();
    }

    /**
     * Runs all steps forward and backward.
     *
     * @param steps T
     * @param segments gives the input and the gradient of the output
     * @param state the initial state; turned into the final one
     * @param random gives one number, from which all noise is drawn: the same both times, and the same as without segments
     * @param gradient of the network's layout; added to
     * @throws IllegalArgumentException if an input, the state, a gradient of the output or the gradient does not fit
     * @throws IllegalStateException if another thread is at work on the tape, which is in use from the first segment to the
     *     last, or on the state, or the tape is for inference
     */
    public void run(int steps, Segments segments, State state, RandomGenerator random, Parameters gradient) {
        long seed = random.nextLong();
        tape.hold(state, seed);
        try {
            runAlone(steps, segments, state, seed, gradient);
        } finally {
            tape.held().chooseAll();
            tape.release(state);
        }
    }

    private void runAlone(int steps, Segments segments, State state, long seed, Parameters gradient) {
        int last = (steps + segment - 1) / segment - 1;
        if (dState.batchSize() != state.batchSize()) {
            dState = State.zeros(spec, state.batchSize());
            again = State.zeros(spec, state.batchSize());
        }
        dState.clear();
        NetworkPass pass = tape.held();
        for (int i = 0; i < last; i++) {
            remember(i, state);
            pass.advance(input(i, steps, segments), state, seed, (long) i * segment);
        }
        for (int i = last; i >= 0; i--) {
            if (i < last) {
                again.copyFrom(before.get(i));
            }
            State from = i < last ? again : state;
            Optional<Tokens> classes = segments.classes(i * segment, Math.min(segment, steps - i * segment));
            if (classes.isPresent()) {
                pass.choose(classes.get());
            }
            Sequence y = pass.lent(pass.forwardTraining(input(i, steps, segments), from, seed, (long) i * segment));
            pass.backward(segments.outputGradient(i * segment, y), dState, gradient);
            segments.done(i * segment);
        }
    }

    private SequenceBatch input(int i, int steps, Segments segments) {
        return segments.input(i * segment, Math.min(segment, steps - i * segment));
    }

    private void remember(int i, State state) {
        if (i == before.size() || before.get(i).batchSize() != state.batchSize()) {
            before.subList(i, before.size()).clear();
            before.add(State.zeros(spec, state.batchSize()));
        }
        before.get(i).copyFromHeld(state);
    }

    /** About how many numbers the passes of each kind of layer keep for a step of a sequence: the output and its gradient, and more. */
    private static final class MemoryPerStep implements LayerVisitor<Long> {

        @Override
        public Long oneHot(LayerSpec.OneHot layer) {
            return 0L;
        }

        @Override
        public Long embedding(LayerSpec.Embedding layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long columnEmbedding(ColumnEmbedding layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long recurrent(LayerSpec.Recurrent layer) {
            // Columns and h, u or m and c; and the gradient of what the layer reads.
            Regularisation noise = layer.regularisation();
            int more = (noise.zoneout() ? 2 : 0) + (noise.recurrentDropout() > 0 ? 1 : 0);
            long units = (layer.cell().columns() + 3L + more) * layer.hiddenSize();
            units += Math.max(0, LayerParts.besideH(layer) - layer.hiddenSize());
            long floats = 0;
            for (int i = 0; i < layer.layers(); i++) {
                floats += layer.directions() * units + layer.inputSize(i);
            }
            return floats;
        }

        @Override
        public Long dense(LayerSpec.Dense layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long tiedDense(TiedDense layer) {
            return 2L * layer.outputSize();
        }

        /** Of the short list, and of one cluster at a few steps. */
        @Override
        public Long adaptiveSoftmax(AdaptiveSoftmax layer) {
            return layer.shortList() + 3L * layer.inputSize() + (layer.outputSize() - layer.shortList()) / 4;
        }

        @Override
        public Long layerNorm(LayerNorm layer) {
            return 4L * layer.outputSize();
        }

        @Override
        public Long elementwiseAffine(ElementwiseAffine layer) {
            return 3L * layer.outputSize();
        }

        @Override
        public Long crfScores(CrfScores layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long elementwise(Parameterless.Elementwise layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long softmax(Parameterless.Softmax layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long logSoftmax(Parameterless.LogSoftmax layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long drop(Parameterless.Drop layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long dropWords(Parameterless.DropWords layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long activityPenalty(Parameterless.ActivityPenalty layer) {
            return (long) layer.outputSize();
        }

        @Override
        public Long mean(Parameterless.Mean layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long max(Parameterless.Max layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long repeat(Parameterless.Repeat layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long reshape(Reshape layer) {
            return 2L * layer.outputSize();
        }

        @Override
        public Long masking(Parameterless.Masking layer) {
            return 2L * layer.outputSize();
        }

        /** Without the shares of the attention, of which there is one for each step of the input. */
        @Override
        public Long encoderDecoder(EncoderDecoder layer) {
            return sum(layer.encoder())
                    + sum(layer.decoder())
                    + sum(layer.head())
                    + 2L * layer.head().inputSize();
        }
    }
}
