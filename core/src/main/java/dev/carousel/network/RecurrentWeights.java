package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import java.util.List;

/**
 * The weights of one recurrent layer in one direction, packed for the product kernels.
 *
 * <p>The gates of W become column blocks as the cell lays them out ({@link Cell#inputColumn}); those of R stay in order,
 * block after block. Each product starts from its own bias.
 */
final class RecurrentWeights {

    private final Cell cell;
    private final int inputSize;
    private final int hiddenSize;
    private final List<Block> blocks;
    private final Slice w;
    private final Slice r;
    private final Slice bW;
    private final Slice bR;

    private final boolean oneHot;
    private final float[] bias;
    private final float[][] recurrentBias;
    private final float[] table;
    private final PackedMatrix input;
    private final PackedMatrix[] recurrent;
    private final PackedMatrix inputBack;
    private final PackedMatrix[] recurrentBack;

    /** Room for the weights whose slices are given; nothing is packed yet. */
    RecurrentWeights(
            LayerSpec.Recurrent spec, int layer, int direction, Parameters layout, Kernels kernels, Options options) {
        this.cell = spec.cell();
        this.inputSize = spec.inputSize(layer);
        this.hiddenSize = spec.hiddenSize();
        this.blocks = cell.blocks();
        this.w = layout.slice(spec.parameterName("weight_ih", layer, direction));
        this.r = layout.slice(spec.parameterName("weight_hh", layer, direction));
        this.bW = layout.slice(spec.parameterName("bias_ih", layer, direction));
        this.bR = layout.slice(spec.parameterName("bias_hh", layer, direction));
        this.oneHot = options.oneHot();

        int H = hiddenSize;
        int gateCols = cell.gates() * H;
        this.bias = new float[gateCols];
        this.recurrentBias = new float[blocks.size()][];
        this.table = new float[oneHot ? Math.multiplyExact(inputSize, bias.length) : 0];
        this.input = kernels.products().packed(oneHot ? 0 : inputSize, gateCols);
        this.inputBack = kernels.products().packed(gateCols, options.backward() && !oneHot ? inputSize : 0);
        this.recurrent = new PackedMatrix[blocks.size()];
        this.recurrentBack = new PackedMatrix[blocks.size()];
        for (int i = 0; i < recurrent.length; i++) {
            int blockCols = blocks.get(i).gates() * H;
            recurrentBias[i] = new float[blockCols];
            recurrent[i] = kernels.products().packed(H, blockCols);
            recurrentBack[i] = kernels.products().packed(blockCols, options.backward() ? H : 0);
        }
    }

    /**
     * What the weights are for.
     *
     * @param oneHot whether the input is ids, looked up instead of multiplied
     * @param backward whether backward passes will be made
     */
    record Options(boolean oneHot, boolean backward) {}

    void packForward(Parameters parameters) {
        float[] p = parameters.values();
        int H = hiddenSize;
        for (int gate = 0; gate < cell.gates(); gate++) {
            int column = cell.inputColumn(gate) * H;
            System.arraycopy(p, bW.offset() + gate * H, bias, column, H);
            if (!oneHot) {
                input.fillTransposed(column, H, p, w.offset() + gate * H * inputSize);
            }
        }
        for (int i = 0; i < recurrent.length; i++) {
            Block block = blocks.get(i);
            int firstRow = block.firstGate() * H;
            recurrent[i].fillTransposed(0, block.gates() * H, p, r.offset() + firstRow * H);
            System.arraycopy(p, bR.offset() + firstRow, recurrentBias[i], 0, block.gates() * H);
        }
        if (oneHot) {
            fillTable(p);
        }
    }

    /** Row v of the table is W x + bW for id v: column v of W, and the bias. */
    private void fillTable(float[] p) {
        int H = hiddenSize;
        for (int v = 0; v < inputSize; v++) {
            System.arraycopy(bias, 0, table, v * bias.length, bias.length);
        }
        for (int gate = 0; gate < cell.gates(); gate++) {
            for (int j = 0; j < H; j++) {
                int from = w.offset() + (gate * H + j) * inputSize;
                int to = cell.inputColumn(gate) * H + j;
                for (int v = 0; v < inputSize; v++) {
                    table[v * bias.length + to] += p[from + v];
                }
            }
        }
    }

    void packBackward(Parameters parameters) {
        float[] p = parameters.values();
        int H = hiddenSize;
        if (!oneHot) {
            for (int gate = 0; gate < cell.gates(); gate++) {
                inputBack.fill(cell.inputColumn(gate) * H, H, p, w.offset() + gate * H * inputSize);
            }
        }
        for (int i = 0; i < recurrentBack.length; i++) {
            Block block = blocks.get(i);
            recurrentBack[i].fill(0, block.gates() * H, p, r.offset() + block.firstGate() * H * H);
        }
    }

    boolean oneHot() {
        return oneHot;
    }

    /** bW, as the cell lays out the columns, [kH]. */
    float[] bias() {
        return bias;
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

    /** The block's part of Rᵀ [H, gates * H]. */
    PackedMatrix recurrent(int block) {
        return recurrent[block];
    }

    /** W [kH, D], its rows as the cell lays out the columns. */
    PackedMatrix inputBack() {
        return inputBack;
    }

    /** The block's part of R [gates * H, H]. */
    PackedMatrix recurrentBack(int block) {
        return recurrentBack[block];
    }

    Slice w() {
        return w;
    }

    Slice r() {
        return r;
    }

    Slice bW() {
        return bW;
    }

    Slice bR() {
        return bR;
    }
}
