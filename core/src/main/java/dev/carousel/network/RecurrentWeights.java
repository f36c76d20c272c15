package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The weights of one recurrent layer in one direction, packed for the product kernels.
 *
 * <p>The gates of W become column blocks as the cell lays them out ({@link Cell#inputColumn}); those of R stay in order,
 * block after block. Each product starts from its own bias.
 */
final class RecurrentWeights {

    /** Columns of what is packed are cut at multiples of this: what a line of the cache holds. */
    private static final int LINE = 16;

    private final Cell cell;
    private final int inputSize;
    private final int hiddenSize;
    private final int stateSize;
    private final List<Block> blocks;
    private final Slice w;
    private final Optional<Slice> r;
    private final Optional<Slice> bW;
    private final Optional<Slice> bR;
    private final List<Slice> own;

    private final int inputGates;
    private final boolean oneHot;
    private final boolean backward;
    private final float[] bias;
    private final float[][] recurrentBias;
    private final float[] ownValues;
    private final int[] ownTo;
    private final float[] table;
    private final PackedMatrix input;
    private final PackedMatrix[] recurrent;
    private final PackedMatrix inputBack;
    private final PackedMatrix[] recurrentBack;
    private final Optional<Projection.Weights> projection;
    private final Optional<WeightDropout> dropout;

    /** Room for the weights whose slices are given; nothing is packed yet. */
    RecurrentWeights(
            LayerSpec.Recurrent spec, int layer, int direction, Parameters layout, Kernels kernels, Options options) {
        this.cell = spec.cell();
        this.inputSize = spec.inputSize(layer);
        this.hiddenSize = spec.hiddenSize();
        this.stateSize = spec.stateSize();
        this.blocks = cell.blocks();
        List<WeightPart> parts = LayerParts.weights(spec, layer);
        Function<Role, Optional<Slice>> of = role -> LayerParts.find(parts, role)
                .map(weight -> layout.slice(spec.parameterName(weight.name(), layer, direction)));
        this.w = of.apply(Role.INPUT).orElseThrow();
        this.inputGates = w.rows() / hiddenSize;
        this.r = of.apply(Role.RECURRENT);
        this.bW = of.apply(Role.INPUT_BIAS);
        this.bR = of.apply(Role.RECURRENT_BIAS);
        List<WeightPart> ownParts = LayerParts.own(spec, layer);
        List<WeightPart> learned = ownParts.stream().filter(WeightPart::learned).toList();
        this.own = learned.stream()
                .map(weight -> layout.slice(spec.parameterName(weight.name(), layer, direction)))
                .toList();
        this.ownTo = learned.stream()
                .mapToInt(weight -> ownParts.subList(0, ownParts.indexOf(weight)).stream()
                        .mapToInt(WeightPart::size)
                        .sum())
                .toArray();
        this.ownValues = new float[ownParts.stream().mapToInt(WeightPart::size).sum()];
        float share = spec.regularisation().weightDropout();
        this.dropout = share > 0 && options.backward()
                ? Optional.of(new WeightDropout(r.orElseThrow(), share, options.part()))
                : Optional.empty();
        this.oneHot = options.oneHot();
        this.backward = options.backward();

        int H = hiddenSize;
        int gateCols = inputGates * H;
        this.bias = new float[gateCols];
        this.recurrentBias = new float[blocks.size()][];
        this.table = new float[oneHot ? Math.multiplyExact(inputSize, bias.length) : 0];
        this.input = kernels.products().packed(oneHot ? 0 : inputSize, gateCols);
        this.projection = optional(layout, spec.parameterName("weight_hr", layer, direction))
                .map(slice -> new Projection.Weights(slice, kernels, options.backward()));
        this.inputBack = kernels.products().packed(gateCols, options.backward() && !oneHot ? inputSize : 0);
        this.recurrent = new PackedMatrix[blocks.size()];
        this.recurrentBack = new PackedMatrix[blocks.size()];
        for (int i = 0; i < recurrent.length; i++) {
            int blockCols = blocks.get(i).gates() * H;
            recurrentBias[i] = new float[blockCols];
            recurrent[i] = kernels.products().packed(stateSize, blockCols);
            recurrentBack[i] = kernels.products().packed(blockCols, options.backward() ? stateSize : 0);
        }
    }

    private static Optional<Slice> optional(Parameters layout, String name) {
        return layout.has(name) ? Optional.of(layout.slice(name)) : Optional.empty();
    }

    /**
     * What the weights are for.
     *
     * @param oneHot whether the input is ids, looked up instead of multiplied
     * @param backward whether backward passes will be made
     * @param part the part of the network's state that they are for
     */
    record Options(boolean oneHot, boolean backward, int part) {}

    /** What the next packing is for is a pass with this noise. */
    void begin(Noise noise) {
        if (dropout.isPresent()) {
            dropout.get().begin(noise);
        }
    }

    /** Packs one thread's part for forward passes: some rows of W and R, which are columns of what is packed. */
    void packForward(Parameters parameters, int part, int parts) {
        float[] values = parameters.values();
        int H = hiddenSize;
        for (int gate = 0; gate < inputGates; gate++) {
            int first = Team.cut(H, LINE, part, parts);
            int rows = Team.cut(H, LINE, part + 1, parts) - first;
            int column = cell.inputColumn(gate) * H + first;
            int row = gate * H + first;
            int ofBias = row - cell.firstBiasGate() * H;
            if (bW.isPresent() && ofBias >= 0 && ofBias < bW.get().size()) {
                System.arraycopy(values, bW.get().offset() + ofBias, bias, column, rows);
            }
            if (oneHot) {
                fillTable(values, row, rows, column);
            } else {
                input.fillTransposed(column, rows, values, w.offset() + row * inputSize);
            }
        }
        for (int i = 0; i < recurrent.length; i++) {
            Block block = blocks.get(i);
            int first = Team.cut(block.gates() * H, LINE, part, parts);
            int rows = Team.cut(block.gates() * H, LINE, part + 1, parts) - first;
            int row = block.firstGate() * H + first;
            if (drops()) {
                dropout().drop(values, row, rows);
            }
            recurrent[i].fillTransposed(first, rows, recurrentValues(values), recurrentAt(row));
            if (bR.isPresent()) {
                System.arraycopy(values, bR.get().offset() + row, recurrentBias[i], first, rows);
            }
        }
        if (part == 0 && projection.isPresent()) {
            projection.get().packForward(values);
        }
        for (int i = 0; i < ownTo.length && part == 0; i++) {
            System.arraycopy(
                    values, own.get(i).offset(), ownValues, ownTo[i], own.get(i).size());
        }
    }

    /**
     * Row v of the table is W x + bW for id v: column v of W, and the bias. A few columns of the table at a time, so that the
     * rows of W that they come from stay in the first-level cache.
     */
    private void fillTable(float[] values, int row, int rows, int column) {
        for (int first = 0; first < rows; first += LINE) {
            int count = Math.min(LINE, rows - first);
            int from = w.offset() + (row + first) * inputSize;
            for (int v = 0; v < inputSize; v++) {
                int to = v * bias.length + column + first;
                for (int j = 0; j < count; j++) {
                    table[to + j] = bias[column + first + j] + values[from + j * inputSize + v];
                }
            }
        }
    }

    /** Packs one thread's part for backward passes: some rows of W and R. */
    void packBackward(Parameters parameters, int part, int parts) {
        float[] values = parameters.values();
        int H = hiddenSize;
        for (int gate = 0; gate < inputGates && !oneHot; gate++) {
            int first = Team.cut(H, part, parts);
            int rows = Team.cut(H, part + 1, parts) - first;
            int from = w.offset() + (gate * H + first) * inputSize;
            inputBack.fill(cell.inputColumn(gate) * H + first, rows, values, from);
        }
        for (int i = 0; i < recurrentBack.length; i++) {
            Block block = blocks.get(i);
            int first = Team.cut(block.gates() * H, part, parts);
            int rows = Team.cut(block.gates() * H, part + 1, parts) - first;
            recurrentBack[i].fill(first, rows, recurrentValues(values), recurrentAt(block.firstGate() * H + first));
        }
        if (part == 0 && projection.isPresent()) {
            projection.get().packBackward(values);
        }
    }

    private float[] recurrentValues(float[] values) {
        return drops() ? dropout().dropped() : values;
    }

    /** Where a row of R begins in {@link #recurrentValues}. */
    private int recurrentAt(int row) {
        return (drops() ? 0 : r.orElseThrow().offset()) + row * stateSize;
    }

    /** Whether some of R is dropped in the pass under way. */
    boolean drops() {
        return dropout.isPresent() && dropout.get().active();
    }

    /** What drops it, of a layer that has it. */
    WeightDropout dropout() {
        return dropout.orElseThrow();
    }

    boolean oneHot() {
        return oneHot;
    }

    /** Whether there will be backward passes. */
    boolean backward() {
        return backward;
    }

    /** How many gates W has rows for: all but the last where that is the input itself. */
    int inputGates() {
        return inputGates;
    }

    /** bW, as the cell lays out the columns, [kH]. */
    float[] bias() {
        return bias;
    }

    /** The weights that the cell's equations read, one part after the other; zeros where they are not learned. */
    float[] own() {
        return ownValues;
    }

    /** Where the first of them lies in the parameters, of a cell that has learned some. */
    OptionalInt ownAt() {
        return own.isEmpty() ? OptionalInt.empty() : OptionalInt.of(own.get(0).offset());
    }

    /** The block's part of bR, [gates * H]. */
    float[] recurrentBias(int block) {
        return recurrentBias[block];
    }

    /** One-hot input: W x + bW for id v in row v, [V, kH]. */
    float[] table() {
        return table;
    }

    /** One-hot input: the row of the table for an id. Padding may hold any number and gets some row, which nobody uses. */
    int row(int id) {
        return id >= 0 && id < inputSize ? id : 0;
    }

    /** Wᵀ [D, kH], its columns as the cell lays them out. */
    PackedMatrix input() {
        return input;
    }

    /** The block's part of Rᵀ [P, gates * H]; P is H unless h is a projection. */
    PackedMatrix recurrent(int block) {
        return recurrent[block];
    }

    /** W [kH, D], its rows as the cell lays out the columns. */
    PackedMatrix inputBack() {
        return inputBack;
    }

    /** The block's part of R [gates * H, P]. */
    PackedMatrix recurrentBack(int block) {
        return recurrentBack[block];
    }

    /** W_hr, of a layer that has a projection. */
    Optional<Projection.Weights> projection() {
        return projection;
    }

    Slice w() {
        return w;
    }

    /** How many numbers of {@link #own} are learned. */
    int ownSize() {
        return own.stream().mapToInt(Slice::size).sum();
    }

    Slice r() {
        return r.orElseThrow();
    }

    Optional<Slice> bW() {
        return bW;
    }

    Optional<Slice> bR() {
        return bR;
    }
}
