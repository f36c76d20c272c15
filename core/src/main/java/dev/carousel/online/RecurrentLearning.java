package dev.carousel.online;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.network.State;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Residual;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One recurrent layer that takes one step after the other and carries along what its weights have done to its state.
 *
 * <p>Weights are those of {@link TransposedWeights}.
 */
final class RecurrentLearning implements LearningLayer {

    private static final float[] ONE = {1};

    private final Cell cell;
    private final Kernels kernels;
    private final List<Block> blocks;
    private final int D;
    private final int H;
    private final int inputGates;
    private final boolean copiesInput;
    private final boolean adds;
    private final int hAt;
    private final int cAt;

    private final Slice w;
    private final Optional<Slice> r;
    private final Optional<Slice> bW;
    private final Optional<Slice> bR;
    private final List<Slice> own;
    private final float[] ownValues;
    private float[] weights = {};
    private float[] recurrent = {};

    private final Slopes slopes;
    private final List<Carried> carried = new ArrayList<>();

    // Of the step under way.
    private final Step step = new Step();
    private final float[] x;
    private final float[] m;
    private final Sequence y;
    private final Sequence dX;
    private final float[] dH;
    private final float[] dA;
    private float[] hPrev = {};

    /**
     * Of one layer.
     *
     * @param layer which of a stack
     * @param hAt where its h begins in a state of one sequence; the other parts follow it
     */
    RecurrentLearning(LayerSpec.Recurrent spec, int layer, int hAt, Parameters layout, Kernels kernels) {
        this.cell = spec.cell();
        this.kernels = kernels;
        this.blocks = cell.blocks();
        this.D = spec.inputSize(layer);
        this.H = spec.hiddenSize();
        this.hAt = hAt;
        this.cAt = hAt + H;
        this.adds = spec.residual() == Residual.ALL || (spec.residual() == Residual.BEYOND_FIRST && layer > 0);
        List<WeightPart> parts = LayerParts.weights(spec, layer);
        this.w = slice(parts, Role.INPUT, spec, layer, layout).orElseThrow();
        this.r = slice(parts, Role.RECURRENT, spec, layer, layout);
        this.bW = slice(parts, Role.INPUT_BIAS, spec, layer, layout);
        this.bR = slice(parts, Role.RECURRENT_BIAS, spec, layer, layout);
        this.own = parts.stream()
                .filter(part -> part.role() == Role.OWN)
                .map(part -> layout.slice(spec.parameterName(part.name(), layer, 0)))
                .toList();
        this.inputGates = w.rows() / H;
        this.copiesInput = inputGates < cell.gates();
        this.ownValues = new float
                [LayerParts.own(spec, layer).stream().mapToInt(WeightPart::size).sum()];
        int stateParts = LayerParts.state(spec).size();
        this.slopes = new Slopes(cell, kernels, H, stateParts, own.isEmpty() ? 0 : ownValues.length);
        addCarried(stateParts);

        this.x = new float[D];
        this.m = new float[blocks.size() > 1 ? H : 0];
        this.y = Sequence.zeros(1, 1, H);
        this.dX = Sequence.zeros(1, 1, D);
        this.dH = new float[H];
        this.dA = new float[inputGates * H];
        step.rows = 1;
        step.units = H;
        step.hiddenSize = H;
        step.a = new float[cell.columns() * H];
        step.aStride = cell.columns() * H;
        step.g = new float[cell.gates() * H];
        step.gStride = cell.gates() * H;
        step.cStride = (stateParts - 1) * H;
        step.m = m;
        step.p = ownValues;
        step.hAt = hAt;
        step.hPrevAt = hAt;
        step.cAt = cAt;
        step.cPrevAt = cAt;
    }

    private static Optional<Slice> slice(
            List<WeightPart> parts, Role role, LayerSpec.Recurrent spec, int layer, Parameters layout) {
        return LayerParts.find(parts, role).map(part -> layout.slice(spec.parameterName(part.name(), layer, 0)));
    }

    /** What a matrix reads, and what it has done. */
    private record Carried(Source source, Influence influence) {}

    /** What the rows of a matrix multiply. */
    private enum Source {
        INPUT,
        OUTPUT,
        BETWEEN_BLOCKS,
        ONE,
        /** 1, and the slopes are not those of columns. */
        OWN
    }

    private void addCarried(int stateParts) {
        int[] kept = IntStream.range(0, stateParts).filter(slopes::carries).toArray();
        int[] inputs = IntStream.range(0, inputGates).map(cell::inputColumn).toArray();
        add(Source.INPUT, new Influence.Place(w.offset(), D, inputGates * H), inputs, kept, stateParts);
        if (bW.isPresent()) {
            int[] gates = IntStream.range(0, bW.get().size() / H)
                    .map(gate -> cell.inputColumn(cell.firstBiasGate() + gate))
                    .toArray();
            add(Source.ONE, bias(bW.get().offset()), gates, kept, stateParts);
        }
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            int[] gates = IntStream.range(0, block.gates())
                    .map(gate -> block.firstColumn() + gate)
                    .toArray();
            int first = block.firstGate() * H;
            Influence.Place matrix = new Influence.Place(r.orElseThrow().offset() + first, H, cell.gates() * H);
            add(i == 0 ? Source.OUTPUT : Source.BETWEEN_BLOCKS, matrix, gates, kept, stateParts);
            if (bR.isPresent()) {
                add(Source.ONE, bias(bR.get().offset() + first), gates, kept, stateParts);
            }
        }
        if (!own.isEmpty()) {
            boolean inColumns = cell.ownColumn() >= 0;
            int[] gates = IntStream.range(0, ownValues.length / H)
                    .map(i -> inColumns ? cell.ownColumn() + i : i)
                    .toArray();
            add(inColumns ? Source.ONE : Source.OWN, bias(own.get(0).offset()), gates, kept, stateParts);
        }
    }

    private static Influence.Place bias(int at) {
        return new Influence.Place(at, 1, 0);
    }

    private void add(Source source, Influence.Place place, int[] columnOf, int[] kept, int stateParts) {
        carried.add(new Carried(source, new Influence(H, place, columnOf, kept, stateParts)));
    }

    @Override
    public void read(Parameters parameters) {
        weights = parameters.values();
        recurrent = r.isPresent() ? weights : recurrent;
        int to = 0;
        for (int i = 0; i < own.size(); i++) {
            System.arraycopy(
                    weights, own.get(i).offset(), ownValues, to, own.get(i).size());
            to += own.get(i).size();
        }
    }

    @Override
    public Sequence forward(SequenceBatch input, State before, State after, boolean learns) {
        hPrev = before.values();
        step.hPrev = before.values();
        step.h = after.values();
        if (step.cStride > 0) {
            // Of what a cell has not, a kernel gets an empty array.
            step.cPrev = before.values();
            step.c = after.values();
        }
        readInput(input);
        inputProduct(input);
        int calls = Math.max(1, blocks.size());
        for (int i = 0; i < calls; i++) {
            if (i < blocks.size()) {
                recurrentProduct(i);
            }
            cell.forward(kernels, i, step);
        }
        float[] h = after.values();
        for (int u = 0; u < H; u++) {
            y.data()[u] = h[hAt + u] + (adds ? x[u] : 0);
        }
        if (learns) {
            slopes.take(step, recurrent, r.isPresent() ? r.get().offset() : 0);
        }
        return y;
    }

    private void readInput(SequenceBatch input) {
        if (input instanceof Tokens ids) {
            Arrays.fill(x, 0);
            x[ids.get(0, 0)] = 1;
        } else {
            System.arraycopy(((Sequence) input).data(), 0, x, 0, D);
        }
    }

    /** a = bW + W x, gate by gate where the cell has its column. */
    private void inputProduct(SequenceBatch input) {
        float[] a = step.a;
        int stride = inputGates * H;
        Arrays.fill(a, 0, cell.gates() * H, 0);
        if (bW.isPresent()) {
            for (int gate = 0; gate < bW.get().size() / H; gate++) {
                int to = cell.inputColumn(cell.firstBiasGate() + gate) * H;
                System.arraycopy(weights, bW.get().offset() + gate * H, a, to, H);
            }
        }
        for (int gate = 0; gate < inputGates; gate++) {
            int from = w.offset() + gate * H;
            int to = cell.inputColumn(gate) * H;
            if (input instanceof Tokens ids) {
                RowLoops.addScaled(H, 1, weights, from + ids.get(0, 0) * stride, a, to);
            } else {
                RowLoops.addProduct(D, x, 0, weights, from, stride, H, a, to);
            }
        }
        if (copiesInput) {
            System.arraycopy(x, 0, a, inputGates * H, H);
        }
    }

    /** The block's part of g = bR + R h', or with m for h'. */
    private void recurrentProduct(int i) {
        Block block = blocks.get(i);
        int first = block.firstGate() * H;
        int cols = block.gates() * H;
        if (bR.isPresent()) {
            System.arraycopy(weights, bR.get().offset() + first, step.g, first, cols);
        } else {
            Arrays.fill(step.g, first, first + cols, 0);
        }
        float[] read = i == 0 ? hPrev : m;
        int at = r.orElseThrow().offset() + first;
        RowLoops.addProduct(H, read, i == 0 ? hAt : 0, weights, at, cell.gates() * H, cols, step.g, first);
    }

    @Override
    public void learn(Sequence dY, Parameters gradient, boolean below) {
        System.arraycopy(dY.data(), 0, dH, 0, H);
        for (int i = 0; i < carried.size(); i++) {
            Carried one = carried.get(i);
            one.influence().stepAndLearn(slopes, slopesOf(one), read(one), at(one), dH, gradient.values());
        }
        if (below) {
            inputGradients();
        }
    }

    @Override
    public void carry() {
        for (int i = 0; i < carried.size(); i++) {
            Carried one = carried.get(i);
            one.influence().step(slopes, slopesOf(one), read(one), at(one));
        }
    }

    private float[][] slopesOf(Carried one) {
        return one.source() == Source.OWN ? slopes.own : slopes.columns;
    }

    private float[] read(Carried one) {
        switch (one.source()) {
            case INPUT:
                return x;
            case OUTPUT:
                return hPrev;
            case BETWEEN_BLOCKS:
                return m;
            default:
                return ONE;
        }
    }

    private int at(Carried one) {
        return one.source() == Source.OUTPUT ? hAt : 0;
    }

    /** dx = Wᵀ da for this step alone. */
    private void inputGradients() {
        float[] slope = slopes.columns[0];
        for (int gate = 0; gate < inputGates; gate++) {
            int from = cell.inputColumn(gate) * H;
            for (int u = 0; u < H; u++) {
                dA[gate * H + u] = dH[u] * slope[from + u];
            }
        }
        float[] to = dX.data();
        for (int d = 0; d < D; d++) {
            to[d] = RowLoops.dot(dA.length, dA, weights, w.offset() + d * dA.length);
        }
        for (int u = 0; copiesInput && u < H; u++) {
            to[u] += dH[u] * slope[inputGates * H + u];
        }
        for (int u = 0; adds && u < H; u++) {
            to[u] += dH[u];
        }
    }

    @Override
    public Sequence inputGradient() {
        return dX;
    }

    @Override
    public void clear() {
        carried.forEach(one -> one.influence().clear());
    }

    @Override
    public List<float[]> carried() {
        return carried.stream()
                .flatMap(one -> Arrays.stream(one.influence().numbers()))
                .toList();
    }
}
