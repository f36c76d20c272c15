package dev.carousel.network;

import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;

/** A batch of pairs as an {@link dev.carousel.spec.EncoderDecoder} reads it, taken apart again into its two sides. */
final class JoinedIds {

    private final int inputs;
    private int[] inputIds = {};
    private int[] outputIds = {};
    private Tokens input = Tokens.of(inputIds, 0, 0);
    private Tokens output = input;

    /**
     * For a network.
     *
     * @param inputs V_in, how many kinds of id the input has
     */
    JoinedIds(int inputs) {
        this.inputs = inputs;
    }

    /** Takes a batch apart. */
    void split(SequenceBatch batch) {
        Tokens joined = (Tokens) batch;
        int N = joined.batchSize();
        int[] inputLengths = new int[N];
        int[] outputLengths = new int[N];
        int S = 0;
        int T = 0;
        for (int n = 0; n < N; n++) {
            inputLengths[n] = inputLength(joined, n);
            outputLengths[n] = joined.length(n) - inputLengths[n];
            S = Math.max(S, inputLengths[n]);
            T = Math.max(T, outputLengths[n]);
        }
        inputIds = inputIds.length < S * N ? new int[S * N] : inputIds;
        outputIds = outputIds.length < T * N ? new int[T * N] : outputIds;
        for (int n = 0; n < N; n++) {
            for (int s = 0; s < inputLengths[n]; s++) {
                inputIds[s * N + n] = joined.ids()[s * N + n];
            }
            for (int t = 0; t < outputLengths[n]; t++) {
                outputIds[t * N + n] = joined.ids()[(inputLengths[n] + t) * N + n] - inputs;
            }
        }
        input = Tokens.of(inputIds, S, N).withLengths(inputLengths);
        output = Tokens.of(outputIds, T, N).withLengths(outputLengths);
    }

    private int inputLength(Tokens joined, int n) {
        int length = 0;
        while (length < joined.length(n) && joined.get(length, n) < inputs) {
            length++;
        }
        for (int t = length; t < joined.length(n); t++) {
            if (joined.get(t, n) < inputs) {
                throw new IllegalArgumentException("EncoderDecoder: step " + t + " of sequence " + n + " has id "
                        + joined.get(t, n) + " of the input, but stands behind one of the output, "
                        + joined.get(t - 1, n) + ". First come all of the input, ids below " + inputs
                        + ", then those of the output; EncoderDecoder.join makes such sequences.");
            }
        }
        if (joined.length(n) > 0 && (length == 0 || length == joined.length(n))) {
            throw new IllegalArgumentException("EncoderDecoder: sequence " + n + " has " + length
                    + " ids of the input (below " + inputs + ") and " + (joined.length(n) - length)
                    + " of the output, but needs one of each at least; the output's first says that it begins."
                    + " EncoderDecoder.join makes such sequences.");
        }
        return length;
    }

    /** The input's ids [S, N]. */
    Tokens input() {
        return input;
    }

    /** The ids that the decoder reads [T, N]. */
    Tokens output() {
        return output;
    }
}
