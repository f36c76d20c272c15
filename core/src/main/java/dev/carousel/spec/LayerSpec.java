package dev.carousel.spec;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import java.util.Objects;

/**
 * One layer of a network, described: its kind, its name and its sizes. Immutable values without weights.
 *
 * <p>The name is the prefix of the layer's parameters in a model file: a layer {@code rnn} has {@code rnn.weight_ih_l0}.
 */
public sealed interface LayerSpec
        permits LayerSpec.OneHot,
                LayerSpec.Embedding,
                ColumnEmbedding,
                LayerSpec.Recurrent,
                LayerSpec.Dense,
                TiedDense,
                AdaptiveSoftmax,
                LayerNorm,
                ElementwiseAffine,
                CrfScores,
                Reshape,
                Parameterless,
                EncoderDecoder {

    /** The prefix of its parameters; empty where it has none, and of a recurrent layer named like a bare module of PyTorch. */
    default String name() {
        return "";
    }

    /** D, how many numbers (or how many kinds of id) a step of its input has. */
    int inputSize();

    /** How many numbers a step of its output has. */
    int outputSize();

    /** Adds the layer's parameters to a layout. */
    void addTo(Parameters.Layout layout);

    /** Does what the visitor does with a layer of this kind. */
    <R> R accept(LayerVisitor<R> visitor);

    /** Whether it reads ids rather than vectors. */
    default boolean readsIds() {
        return false;
    }

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

        @Override
        public boolean readsIds() {
            return true;
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.oneHot(this);
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
            Objects.requireNonNull(name, "Embedding: name is null");
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

        @Override
        public boolean readsIds() {
            return true;
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.embedding(this);
        }
    }

    /**
     * A stack of recurrent layers of one cell, in one direction or both.
     *
     * <p>Parameters of layer k: {@code weight_ih_lk} [GH, D], {@code weight_hh_lk} [GH, H], and with bias {@code bias_ih_lk}
     * and {@code bias_hh_lk} [GH]; with peepholes {@code weight_ph_lk} [3H]; with a projection to P numbers
     * {@code weight_hr_lk} [P, H], and then {@code weight_hh_lk} is [GH, P]. The backward one of two directions has the same
     * with {@code _reverse}. Layer k &gt; 0 reads the merged outputs of the layer before: of two directions side by side,
     * forward first.
     *
     * @param name the prefix of its parameters
     * @param cell the cell and its variant
     * @param inputSize D
     * @param hiddenSize H, the units of one direction of one layer
     * @param projectionSize P, to how many numbers W_hr brings o ⊙ tanh(c) to make h; 0 for no projection. Only for a cell that
     *     {@link Cell#projects}
     * @param layers how many are stacked
     * @param direction in which direction each layer reads a sequence
     * @param merge what happens to the outputs of two directions
     * @param bias whether there are biases
     * @param lastOnly whether the output is only h after the last step of each sequence, [1, N, ...]: of a backward direction
     *     after its own last step, the sequence's first
     * @param dropout the share of outputs of every layer but the last that training sets to 0, from 0 to below 1
     * @param regularisation what other noise there is in training
     * @param residual which layers add what they read to what they give
     */
    record Recurrent(
            String name,
            Cell cell,
            int inputSize,
            int hiddenSize,
            int projectionSize,
            int layers,
            Direction direction,
            Merge merge,
            boolean bias,
            boolean lastOnly,
            float dropout,
            Regularisation regularisation,
            Residual residual)
            implements LayerSpec {

        /** Checks the sizes. */
        public Recurrent {
            Objects.requireNonNull(name, "Recurrent: name is null; it may be empty");
            Objects.requireNonNull(cell, "Recurrent: cell is null; Lstm.STANDARD is the usual one");
            Objects.requireNonNull(direction, "Recurrent: direction is null; Direction.FORWARD is the usual one");
            Objects.requireNonNull(merge, "Recurrent: merge is null; Merge.CONCATENATE is the usual one");
            Objects.requireNonNull(regularisation, "Recurrent: regularisation is null; Regularisation.NONE is none");
            Objects.requireNonNull(residual, "Recurrent: residual is null; Residual.NONE is none");
            requirePositive("Recurrent " + name + ": inputSize", inputSize);
            requirePositive("Recurrent " + name + ": hiddenSize", hiddenSize);
            requirePositive("Recurrent " + name + ": layers", layers);
            RecurrentRules.requireProjection(name, cell, projectionSize, hiddenSize);
            RecurrentRules.requireBias(name, cell, bias);
            RecurrentRules.requireMerge(name, direction, merge);
            RecurrentRules.requireNoise(name, cell, hiddenSize, dropout, regularisation);
            int outputs = (projectionSize > 0 ? projectionSize : hiddenSize)
                    * (direction == Direction.BOTH && merge == Merge.CONCATENATE ? 2 : 1);
            RecurrentRules.requireResidual(name, residual, lastOnly, inputSize, outputs);
        }

        /** One layer of a cell, named {@code rnn}, in one direction; change it with the {@code with} methods. */
        public static Recurrent of(Cell cell, int inputSize, int hiddenSize) {
            return new Recurrent(
                    "rnn",
                    cell,
                    inputSize,
                    hiddenSize,
                    0,
                    1,
                    Direction.FORWARD,
                    Merge.CONCATENATE,
                    true,
                    false,
                    0,
                    Regularisation.NONE,
                    Residual.NONE);
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
            return new RecurrentCopy(this).name(name).recurrent();
        }

        /** The same with another cell. */
        public Recurrent withCell(Cell cell) {
            return new RecurrentCopy(this).cell(cell).recurrent();
        }

        /** The same, stacked. */
        public Recurrent withLayers(int layers) {
            return new RecurrentCopy(this).layers(layers).recurrent();
        }

        /** The same with a projection of the output to P numbers; 0 for none. */
        public Recurrent withProjectionSize(int projectionSize) {
            return new RecurrentCopy(this).projectionSize(projectionSize).recurrent();
        }

        /** The same in another direction. */
        public Recurrent withDirection(Direction direction) {
            return new RecurrentCopy(this).direction(direction).recurrent();
        }

        /** The same, with or without a backward direction next to the forward one. */
        public Recurrent withBidirectional(boolean bidirectional) {
            return withDirection(bidirectional ? Direction.BOTH : Direction.FORWARD);
        }

        /** The same with another way of merging two directions. */
        public Recurrent withMerge(Merge merge) {
            return new RecurrentCopy(this).merge(merge).recurrent();
        }

        /** The same with or without biases. */
        public Recurrent withBias(boolean bias) {
            return new RecurrentCopy(this).bias(bias).recurrent();
        }

        /** The same with the output of every step, or of the last alone. */
        public Recurrent withLastOnly(boolean lastOnly) {
            return new RecurrentCopy(this).lastOnly(lastOnly).recurrent();
        }

        /** The same with dropout between its layers. */
        public Recurrent withDropout(float dropout) {
            return new RecurrentCopy(this).dropout(dropout).recurrent();
        }

        /** The same with other noise in training. */
        public Recurrent withRegularisation(Regularisation regularisation) {
            return new RecurrentCopy(this).regularisation(regularisation).recurrent();
        }

        /** The same, where other layers add what they read. */
        public Recurrent withResidual(Residual residual) {
            return new RecurrentCopy(this).residual(residual).recurrent();
        }

        /** In a few words, of what is as usual none: {@code Recurrent[rnn: lstm 65 -> 128, 2 layers]}. */
        @Override
        public String toString() {
            return RecurrentRules.text(this);
        }

        /** 1, or 2 where it is bidirectional. */
        public int directions() {
            return bidirectional() ? 2 : 1;
        }

        /** Whether it reads the sequence in both directions. */
        public boolean bidirectional() {
            return direction == Direction.BOTH;
        }

        /**
         * Whether one of its directions reads from the end.
         *
         * @param which the direction, below {@link #directions}
         */
        public boolean reversed(int which) {
            return which == 1 || direction == Direction.BACKWARD;
        }

        /** The size of h: P with a projection, else H. */
        public int stateSize() {
            return projectionSize > 0 ? projectionSize : hiddenSize;
        }

        @Override
        public int outputSize() {
            return merge == Merge.CONCATENATE ? Math.multiplyExact(stateSize(), directions()) : stateSize();
        }

        /** The input size of one layer of the stack. */
        public int inputSize(int layer) {
            return layer == 0 ? inputSize : outputSize();
        }

        /**
         * The full name of a parameter.
         *
         * @param parameter {@code weight_ih}, {@code weight_hh}, {@code bias_ih}, {@code bias_hh}, {@code weight_ph} or
         *     {@code weight_hr}
         * @param layer from 0
         * @param direction 0, or 1 for the backward one of two
         */
        public String parameterName(String parameter, int layer, int direction) {
            Objects.requireNonNull(parameter, "Recurrent: the name of a parameter is null");
            return (name.isEmpty() ? "" : name + ".") + parameter + "_l" + layer + (direction == 1 ? "_reverse" : "");
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            RecurrentRules.addTo(layout, this);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.recurrent(this);
        }
    }

    /**
     * The same affine map at every step: y = W x + b, {@code weight} [O, D] and, with bias, {@code bias} [O].
     *
     * @param name the prefix of its parameters
     * @param inputSize D
     * @param outputSize O
     * @param bias whether there is b
     */
    record Dense(String name, int inputSize, int outputSize, boolean bias) implements LayerSpec {

        /** A dense layer with bias. */
        public Dense(String name, int inputSize, int outputSize) {
            this(name, inputSize, outputSize, true);
        }

        /** Checks the sizes. */
        public Dense {
            Objects.requireNonNull(name, "Dense: name is null");
            requirePositive("Dense " + name + ": inputSize", inputSize);
            requirePositive("Dense " + name + ": outputSize", outputSize);
        }

        /** The same with or without bias. */
        public Dense withBias(boolean bias) {
            return new Dense(name, inputSize, outputSize, bias);
        }

        /** A dense layer named {@code out}, the usual head. */
        public static Dense head(int inputSize, int outputSize) {
            return new Dense("out", inputSize, outputSize);
        }

        @Override
        public void addTo(Parameters.Layout layout) {
            layout.add(name + ".weight", outputSize, inputSize);
            if (bias) {
                layout.add(name + ".bias", outputSize);
            }
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.dense(this);
        }
    }

    static void requirePositive(String what, int size) {
        if (size <= 0) {
            throw new IllegalArgumentException(what + " is " + size + " but must be positive.");
        }
    }
}
