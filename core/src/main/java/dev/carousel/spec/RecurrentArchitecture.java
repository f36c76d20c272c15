package dev.carousel.spec;

import dev.carousel.cell.Cell;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Mean;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The usual network in a few choices: recurrent layers under a dense head, with dropout, layer normalisation and
 * residual connections on request. Immutable; the {@code with} methods change one choice each.
 *
 * <pre>{@code
 * RecurrentArchitecture architecture = RecurrentArchitecture.of(Gru.STANDARD, 64)
 *         .withDirection(Direction.BOTH)
 *         .withDropout(0.2f)
 *         .withLayerNorm(true)
 *         .withPooling(RecurrentArchitecture.Pooling.MEAN);
 * NetworkSpec spec = architecture.network(6, 4);     // GRU 6 -> 128, layer norm, mean over the steps, dropout, dense 128 -> 4
 * }</pre>
 *
 * <p>A network with any other structure is a {@link NetworkSpec} of layers.
 *
 * @param cell of every recurrent layer
 * @param hiddenSize H, units of each recurrent layer and direction
 * @param layers how many recurrent layers lie one above the other
 * @param direction in which sequences are read
 * @param pooling what of the steps the head reads
 * @param dropout the share of what each recurrent layer gives that training drops, from 0 to below 1
 * @param regularisation what other noise the recurrent layers have in training
 * @param layerNorm whether what each recurrent layer gives is normalised, {@link LayerNorm}
 * @param residual whether each recurrent layer but the first adds what it reads to what it gives
 */
public record RecurrentArchitecture(
        Cell cell,
        int hiddenSize,
        int layers,
        Direction direction,
        Pooling pooling,
        float dropout,
        Regularisation regularisation,
        boolean layerNorm,
        boolean residual) {

    /** What of the steps of a sequence the head reads. */
    public enum Pooling {
        /** Every step: an answer a step. */
        NONE,
        /** The last step alone; of a backward direction that at the first step, its own last: an answer a sequence. */
        LAST,
        /** The mean over all steps: an answer a sequence. */
        MEAN
    }

    /**
     * Checks the choices that go together.
     *
     * @throws NullPointerException if one is null
     * @throws IllegalArgumentException if a size is not positive, a share not from 0 to below 1, a cell without cell state has
     *     zoneout of it, or residual connections are to lead to the last step alone
     */
    public RecurrentArchitecture {
        Objects.requireNonNull(cell, "RecurrentArchitecture: cell is null");
        Objects.requireNonNull(
                direction, "RecurrentArchitecture: direction is null; Direction.FORWARD is the usual one");
        Objects.requireNonNull(pooling, "RecurrentArchitecture: pooling is null; Pooling.NONE is none");
        Objects.requireNonNull(
                regularisation, "RecurrentArchitecture: regularisation is null; Regularisation.NONE is none");
        LayerSpec.requirePositive("RecurrentArchitecture: hiddenSize", hiddenSize);
        LayerSpec.requirePositive("RecurrentArchitecture: layers", layers);
        if (residual && pooling == Pooling.LAST) {
            throw new IllegalArgumentException(
                    "RecurrentArchitecture: residual adds what a layer reads to what it gives at every"
                            + " step, but pooling is LAST, which keeps one step of the last layer. Take MEAN or NONE.");
        }
        RecurrentRules.requireNoise("of a RecurrentArchitecture", cell, hiddenSize, dropout, regularisation);
    }

    /** One layer that reads forward under a head at every step; change it with the {@code with} methods. */
    public static RecurrentArchitecture of(Cell cell, int hiddenSize) {
        return new RecurrentArchitecture(
                cell, hiddenSize, 1, Direction.FORWARD, Pooling.NONE, 0, Regularisation.NONE, false, false);
    }

    /** The same with this many layers. */
    public RecurrentArchitecture withLayers(int other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, other, direction, pooling, dropout, regularisation, layerNorm, residual);
    }

    /** The same in another direction. */
    public RecurrentArchitecture withDirection(Direction other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, other, pooling, dropout, regularisation, layerNorm, residual);
    }

    /** The same with a head that reads other steps. */
    public RecurrentArchitecture withPooling(Pooling other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, direction, other, dropout, regularisation, layerNorm, residual);
    }

    /** The same with another share of dropout behind each layer. */
    public RecurrentArchitecture withDropout(float other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, direction, pooling, other, regularisation, layerNorm, residual);
    }

    /** The same with other noise in training. */
    public RecurrentArchitecture withRegularisation(Regularisation other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, direction, pooling, dropout, other, layerNorm, residual);
    }

    /** The same with or without layer normalisation. */
    public RecurrentArchitecture withLayerNorm(boolean other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, direction, pooling, dropout, regularisation, other, residual);
    }

    /** The same with or without residual connections. */
    public RecurrentArchitecture withResidual(boolean other) {
        return new RecurrentArchitecture(
                cell, hiddenSize, layers, direction, pooling, dropout, regularisation, layerNorm, other);
    }

    /**
     * The network that reads vectors.
     *
     * @param inputSize D, numbers of a step
     * @param outputSize O, numbers of an answer
     */
    public NetworkSpec network(int inputSize, int outputSize) {
        return network(List.of(), inputSize, outputSize);
    }

    /**
     * The network behind other layers, such as an embedding of ids or dropout of the input.
     *
     * @param first what stands before the recurrent layers, from the input on; may be empty
     * @param inputSize what the first recurrent layer reads
     * @param outputSize O, numbers of an answer
     */
    public NetworkSpec network(List<LayerSpec> first, int inputSize, int outputSize) {
        List<LayerSpec> all = new ArrayList<>(first);
        all.addAll(layerNorm ? normalised(inputSize) : List.of(stack(inputSize)));
        int size = all.get(all.size() - 1).outputSize();
        if (pooling == Pooling.MEAN) {
            all.add(new Mean(size));
        }
        if (dropout > 0) {
            all.add(drop(size));
        }
        all.add(Dense.head(size, outputSize));
        return new NetworkSpec(all);
    }

    private Drop drop(int size) {
        return new Drop(size, dropout, regularisation.sameAtEveryStep());
    }

    private Recurrent one(int inputSize) {
        return Recurrent.of(cell, inputSize, hiddenSize)
                .withDirection(direction)
                .withRegularisation(regularisation);
    }

    private Recurrent stack(int inputSize) {
        return one(inputSize)
                .withLayers(layers)
                .withLastOnly(pooling == Pooling.LAST)
                .withDropout(dropout)
                .withResidual(residual ? Residual.BEYOND_FIRST : Residual.NONE);
    }

    /** A stack for each layer, named {@code rnn}, {@code rnn2} and so on, with what stands between them. */
    private List<LayerSpec> normalised(int inputSize) {
        List<LayerSpec> all = new ArrayList<>();
        int size = inputSize;
        for (int k = 1; k <= layers; k++) {
            if (k > 1 && dropout > 0) {
                all.add(drop(size));
            }
            Recurrent layer = one(size)
                    .withName(k == 1 ? "rnn" : "rnn" + k)
                    .withLastOnly(pooling == Pooling.LAST && k == layers)
                    .withResidual(residual && k > 1 ? Residual.ALL : Residual.NONE);
            size = layer.outputSize();
            all.add(layer);
            all.add(new LayerNorm("norm" + k, size));
        }
        return all;
    }
}
