package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What classifiers of streams remember apart from the state of the network: the inputs before, for values that are missing, and
 * the sum of the scores, where the network takes a mean over steps.
 *
 * <pre>{@code
 * W (1/L Σ_t h(t)) + b  =  1/L Σ_t (W h(t) + b)
 * }</pre>
 *
 * <p>So the mean over the steps so far needs no more than the sum of what the dense layers after it give at each step.
 */
final class StreamScores {

    private final ClassifierSpec spec;
    private final boolean averages;
    private final int D;
    private final int K;
    private final float[] lastInputs;
    private final double[] sums;
    private final long[] counts;

    /** Room for some streams. */
    StreamScores(ClassifierSpec spec, boolean averages, int streams) {
        if (spec.decoding().crf()) {
            throw new IllegalArgumentException(
                    "A tagger with a conditional random field chooses the tags of a whole"
                            + " sequence together, when its last step is known. Give it whole sequences, or train one without.");
        }
        if (spec.scaling().isPresent() && spec.scaling().get().kind() == SequenceScaling.Kind.SEQUENCE) {
            throw new IllegalArgumentException(
                    "The classifier was trained on sequences that are each scaled by their own"
                            + " mean and deviation, which a stream has only at its end. Train with those of the training part.");
        }
        this.spec = spec;
        this.averages = averages && !spec.perStep();
        this.D = spec.scaling().map(SequenceScaling::size).orElse(0);
        this.K = spec.classes().size();
        this.lastInputs = new float[streams * D];
        this.sums = new double[this.averages ? streams * K : 0];
        this.counts = new long[streams];
    }

    /**
     * The network without its mean over steps.
     *
     * @throws IllegalArgumentException if what follows the mean is not linear
     */
    static PackedNetwork stepwise(Network network) {
        List<LayerSpec> layers = new ArrayList<>();
        boolean after = false;
        for (LayerSpec layer : network.spec().layers()) {
            if (layer instanceof Parameterless.Mean) {
                after = true;
                continue;
            }
            if (layer instanceof Parameterless.Max) {
                throw new IllegalArgumentException(
                        "A stream takes steps one by one, and cannot tell a maximum over those to come: the network has "
                                + layer + ".");
            }
            if (after && !(layer instanceof LayerSpec.Dense || layer instanceof Parameterless.Drop)) {
                throw new IllegalArgumentException(
                        "A stream of a network with a mean over steps needs dense layers alone"
                                + " after it, but there is " + layer + ".");
            }
            layers.add(layer);
        }
        return after ? Network.of(new NetworkSpec(layers), network.parameters()).pack() : network.pack();
    }

    /**
     * Turns an event into the input of the network, in place of {@code input}. Nothing is remembered of it before {@link
     * #accepted}.
     *
     * @throws DataException if a number is infinite, or becomes so when it is scaled
     */
    void scale(int stream, float[] event, float[] input) {
        SequenceScaling scaling = spec.scaling()
                .orElseThrow(() -> new IllegalArgumentException("The classifier reads text, not numbers."));
        if (event.length != D) {
            throw new IllegalArgumentException("The event has " + event.length + " numbers but the classifier reads "
                    + D + " a step. Was it trained on other dimensions?");
        }
        for (int d = 0; d < D; d++) {
            float value = event[d];
            input[d] = Float.isNaN(value) ? lastInputs[stream * D + d] : scaling.scaled(d, value);
            if (Float.isInfinite(input[d])) {
                String name = scaling.columns().get(d).name();
                throw new DataException(
                                DataException.Kind.NOT_FINITE,
                                Float.isInfinite(value)
                                        ? "An event holds " + value + " but must hold finite numbers, or NaN where one"
                                                + " is missing. Was there a division by zero?"
                                        : "An event holds " + value + " in '" + name + "', too far from the numbers of"
                                                + " the training for a network to compute with. Is it in another unit,"
                                                + " or a mark for a missing value?")
                        .inColumn(name);
            }
        }
    }

    /** The network has taken an input: it stands in for values that are missing from now on. */
    void accepted(int stream, float[] input) {
        System.arraycopy(input, 0, lastInputs, stream * D, D);
    }

    /** Takes the scores of a step. */
    void add(int stream, float[] scores) {
        counts[stream]++;
        for (int k = 0; averages && k < K; k++) {
            sums[stream * K + k] += scores[k];
        }
    }

    /** Refuses room for another number of probabilities than there are classes. */
    void requireRoom(float[] probabilities) {
        if (probabilities.length != K) {
            throw new IllegalArgumentException(
                    "Room for " + probabilities.length + " probabilities was given but there are " + K + " classes.");
        }
    }

    /** The probabilities after the last step. */
    void probabilities(int stream, float[] scores, float[] probabilities) {
        requireRoom(probabilities);
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < K; k++) {
            largest = Math.max(largest, score(stream, scores, k));
        }
        double sum = 0;
        for (int k = 0; k < K; k++) {
            sum += Math.exp(score(stream, scores, k) - largest);
        }
        for (int k = 0; k < K; k++) {
            probabilities[k] = (float) (Math.exp(score(stream, scores, k) - largest) / sum);
        }
    }

    private double score(int stream, float[] scores, int k) {
        return averages ? sums[stream * K + k] / counts[stream] : scores[k];
    }

    static DataException ofAnotherModel(int found, int expected) {
        return new DataException(
                DataException.Kind.STATE_OF_ANOTHER_MODEL,
                "The saved stream has " + found + " numbers but this one has " + expected
                        + ". Is it of another model?");
    }

    /** Writes what is remembered of a stream. */
    void write(int stream, DataOutputStream out) throws IOException {
        out.writeInt(D);
        out.writeInt(averages ? K : 0);
        out.writeLong(counts[stream]);
        for (int d = 0; d < D; d++) {
            out.writeFloat(lastInputs[stream * D + d]);
        }
        for (int k = 0; averages && k < K; k++) {
            out.writeDouble(sums[stream * K + k]);
        }
    }

    /** Reads it back; what is returned takes it over. */
    Runnable read(int stream, DataInputStream in) throws IOException {
        int inputs = in.readInt();
        int classes = in.readInt();
        if (inputs != D || classes != (averages ? K : 0)) {
            throw ofAnotherModel(inputs + classes, D + (averages ? K : 0));
        }
        long count = in.readLong();
        if (count < 0) {
            throw SavedState.damaged("it counts " + count + " steps");
        }
        float[] last = new float[D];
        for (int d = 0; d < D; d++) {
            last[d] = in.readFloat();
        }
        double[] sum = new double[classes];
        for (int k = 0; k < classes; k++) {
            sum[k] = in.readDouble();
        }
        return () -> {
            counts[stream] = count;
            System.arraycopy(last, 0, lastInputs, stream * D, D);
            System.arraycopy(sum, 0, sums, stream * classes, classes);
        };
    }

    /** How many steps a stream has had. */
    long count(int stream) {
        return counts[stream];
    }

    /** The stream begins anew. */
    void reset(int stream) {
        counts[stream] = 0;
        Arrays.fill(lastInputs, stream * D, (stream + 1) * D, 0);
        if (averages) {
            Arrays.fill(sums, stream * K, (stream + 1) * K, 0);
        }
    }
}
