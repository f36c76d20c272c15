package dev.carousel.network;

import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;

/** The checks of what users pass into a network. */
final class Shapes {

    private Shapes() {}

    static void requireInput(NetworkSpec spec, SequenceBatch x) {
        if (spec.readsIds() && !(x instanceof Tokens)) {
            throw new IllegalArgumentException("Network: the input is " + x + " but the first layer, "
                    + spec.layers().get(0) + ", reads ids: pass Tokens.");
        }
        if (!spec.readsIds() && !(x instanceof Sequence)) {
            throw new IllegalArgumentException("Network: the input is " + x + " but the first layer, "
                    + spec.layers().get(0) + ", reads vectors: pass a Sequence, or begin with a OneHot or Embedding.");
        }
        if (x instanceof Sequence sequence && sequence.size() != spec.inputSize()) {
            throw new IllegalArgumentException("Network: the input is " + x + " but the first layer, "
                    + spec.layers().get(0) + ", reads " + spec.inputSize()
                    + " numbers a step. Was this model trained with other features?");
        }
        if (x instanceof Sequence sequence && spec.layers().get(0) instanceof ColumnEmbedding embedding) {
            embedding.requireIds(sequence);
        }
        if (x instanceof Tokens tokens) {
            requireIds(spec, tokens);
        }
    }

    private static void requireIds(NetworkSpec spec, Tokens tokens) {
        int size = tokens.steps() * tokens.batchSize();
        int[] ids = tokens.ids();
        for (int i = 0; i < size; i++) {
            int n = i % tokens.batchSize();
            int t = i / tokens.batchSize();
            if ((ids[i] < 0 || ids[i] >= spec.inputSize()) && t < tokens.length(n)) {
                throw new IllegalArgumentException("Network: step " + t + " of sequence " + n + " has id " + ids[i]
                        + " but the network knows ids 0 to " + (spec.inputSize() - 1)
                        + ". Was this model trained with another vocabulary?");
            }
        }
    }

    /** Checks that an array has room for the output. */
    static void requireRoom(SequenceBatch x, int steps, int outputSize, float[] output) {
        long needed = (long) steps * x.batchSize() * outputSize;
        if (output.length < needed) {
            throw new IllegalArgumentException("Network: the output for " + x + " has " + needed
                    + " numbers but there is room for " + output.length + ".");
        }
    }

    static void requireState(NetworkSpec spec, State state, SequenceBatch x) {
        state.requireFits(spec);
        if (state.batchSize() != x.batchSize()) {
            throw new IllegalArgumentException("Network: the state is of a batch of " + state.batchSize()
                    + " sequences but the input is " + x + ".");
        }
    }

    static void requireOutputGradient(Sequence y, Sequence dY) {
        if (dY.steps() != y.steps() || dY.batchSize() != y.batchSize() || dY.size() != y.size()) {
            throw new IllegalArgumentException(
                    "Network: dY is " + dY + " but the output of the last forward pass is " + y + ".");
        }
    }
}
