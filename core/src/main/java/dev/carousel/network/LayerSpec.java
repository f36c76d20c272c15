package dev.carousel.network;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;

/**
 * One layer of a network, described: its kind, its name and its sizes. Immutable values without weights.
 *
 * <p>The name is the prefix of the layer's parameters in a model file: a layer {@code rnn} has {@code rnn.weight_ih_l0}.
 * A recurrent layer may have an empty name, and then its parameters have no prefix, as those of a bare module of PyTorch.
 */
public sealed interface LayerSpec {

    /** D, how many numbers (or how many kinds of id) a step of its input has. */
    int inputSize();

    /** How many numbers a step of its output has. */
    int outputSize();

    /** Adds the layer's parameters to a layout. */
    void addTo(Parameters.Layout layout);

    /**
     * Ids as one-hot vectors, which are never built: the layer after it looks up a column of its weights instead of
     * multiplying by zeros. Has no parameters; must be the first layer, a {@link Recurrent} its next.
     *
     * @param vocabularySize V, how many ids there are, 0 to V - 1
     */
    record OneHot(int vocabularySize) implements LayerSpec {

        /** Checks the size. */
        public OneHot {
            requirePositive("OneHot: vocabularySize", vocabularySize);
        }

        @Override
        public int inputSize() {
            return vocabularySize;
        }

        @Override
        public int outputSize() {
            return vocabularySize;
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            // One-hot vectors are looked up, not learned.
        }
    }

    /**
     * A learned vector for each id: {@code weight} [V, E]. Must be the first layer.
     *
     * @param name the prefix of its parameters
     * @param vocabularySize V, how many ids there are, 0 to V - 1
     * @param outputSize E, how many numbers stand for an id
     */
    record Embedding(String name, int vocabularySize, int outputSize) implements LayerSpec {

        /** Checks the sizes. */
        public Embedding {
            requirePositive("Embedding " + name + ": vocabularySize", vocabularySize);
            requirePositive("Embedding " + name + ": outputSize", outputSize);
        }

        @Override
        public int inputSize() {
            return vocabularySize;
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            layout.add(name + ".weight", vocabularySize, outputSize);
        }
    }

    /**
     * A stack of recurrent layers of one cell, in one direction or both.
     *
     * <p>Parameters of layer k: {@code weight_ih_lk} [GH, D], {@code weight_hh_lk} [GH, H], {@code bias_ih_lk} and
     * {@code bias_hh_lk} [GH]; the backward direction has the same with {@code _reverse}. Layer k &gt; 0 reads the
     * outputs of both directions, concatenated, forward first.
     *
     * @param name the prefix of its parameters
     * @param cell the cell and its variant
     * @param inputSize D
     * @param hiddenSize H, the units of one direction of one layer
     * @param layers how many are stacked
     * @param bidirectional whether each layer also reads the sequence from its end
     * @param dropout the share of outputs of every layer but the last that training sets to 0, from 0 to below 1
     */
    record Recurrent(
            String name, Cell cell, int inputSize, int hiddenSize, int layers, boolean bidirectional, float dropout)
            implements LayerSpec {

        /** Checks the sizes. */
        public Recurrent {
            requirePositive("Recurrent " + name + ": inputSize", inputSize);
            requirePositive("Recurrent " + name + ": hiddenSize", hiddenSize);
            requirePositive("Recurrent " + name + ": layers", layers);
            if (!(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException(
                        "Recurrent " + name + ": dropout is " + dropout + " but must be at least 0 and below 1.");
            }
        }

        /** One layer of a cell, named {@code rnn}, in one direction; change it with the {@code with} methods. */
        public static Recurrent of(Cell cell, int inputSize, int hiddenSize) {
            return new Recurrent("rnn", cell, inputSize, hiddenSize, 1, false, 0);
        }

        /** One LSTM layer. */
        public static Recurrent lstm(int inputSize, int hiddenSize) {
            return of(Lstm.STANDARD, inputSize, hiddenSize);
        }

        /** One GRU layer that resets after the recurrent product. */
        public static Recurrent gru(int inputSize, int hiddenSize) {
            return of(Gru.STANDARD, inputSize, hiddenSize);
        }

        /** One plain recurrent layer with tanh. */
        public static Recurrent rnn(int inputSize, int hiddenSize) {
            return of(Rnn.STANDARD, inputSize, hiddenSize);
        }

        /** The same with another name. */
        public Recurrent withName(String name) {
            return new Recurrent(name, cell, inputSize, hiddenSize, layers, bidirectional, dropout);
        }

        /** The same, stacked. */
        public Recurrent withLayers(int layers) {
            return new Recurrent(name, cell, inputSize, hiddenSize, layers, bidirectional, dropout);
        }

        /** The same, with or without a backward direction. */
        public Recurrent withBidirectional(boolean bidirectional) {
            return new Recurrent(name, cell, inputSize, hiddenSize, layers, bidirectional, dropout);
        }

        /** The same with dropout between its layers. */
        public Recurrent withDropout(float dropout) {
            return new Recurrent(name, cell, inputSize, hiddenSize, layers, bidirectional, dropout);
        }

        /** 1, or 2 where it is bidirectional. */
        public int directions() {
            return bidirectional ? 2 : 1;
        }

        @Override
        public int outputSize() {
            return Math.multiplyExact(hiddenSize, directions());
        }

        /** The input size of one layer of the stack. */
        public int inputSize(int layer) {
            return layer == 0 ? inputSize : outputSize();
        }

        /**
         * The full name of a parameter.
         *
         * @param parameter {@code weight_ih}, {@code weight_hh}, {@code bias_ih} or {@code bias_hh}
         * @param layer from 0
         * @param direction 0 forward, 1 backward
         */
        public String parameterName(String parameter, int layer, int direction) {
            return (name.isEmpty() ? "" : name + ".") + parameter + "_l" + layer + (direction == 1 ? "_reverse" : "");
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            int rows = Math.multiplyExact(cell.gates(), hiddenSize);
            for (int layer = 0; layer < layers; layer++) {
                for (int direction = 0; direction < directions(); direction++) {
                    layout.add(parameterName("weight_ih", layer, direction), rows, inputSize(layer));
                    layout.add(parameterName("weight_hh", layer, direction), rows, hiddenSize);
                    layout.add(parameterName("bias_ih", layer, direction), rows);
                    layout.add(parameterName("bias_hh", layer, direction), rows);
                }
            }
        }
    }

    /**
     * The same affine map at every step: y = W x + b, {@code weight} [O, D] and {@code bias} [O].
     *
     * @param name the prefix of its parameters
     * @param inputSize D
     * @param outputSize O
     */
    record Dense(String name, int inputSize, int outputSize) implements LayerSpec {

        /** Checks the sizes. */
        public Dense {
            requirePositive("Dense " + name + ": inputSize", inputSize);
            requirePositive("Dense " + name + ": outputSize", outputSize);
        }

        /** A dense layer named {@code out}, the usual head. */
        public static Dense head(int inputSize, int outputSize) {
            return new Dense("out", inputSize, outputSize);
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            layout.add(name + ".weight", outputSize, inputSize);
            layout.add(name + ".bias", outputSize);
        }
    }

    private static void requirePositive(String what, int size) {
        if (size <= 0) {
            throw new IllegalArgumentException(what + " is " + size + " but must be positive.");
        }
    }
}
