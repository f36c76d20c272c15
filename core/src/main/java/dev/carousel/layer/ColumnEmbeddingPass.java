package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.ColumnEmbedding.Column;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;
import java.util.List;

/**
 * An embedding of columns at work: rows are copied or looked up, each by one thread; the gradient of a table is cut by its
 * columns, each of which is a sum over all rows. Steps beyond a sequence's length give an output of 0.
 */
final class ColumnEmbeddingPass implements StatelessPass {

    private static final float[] EMPTY = {};

    /** The tables, read where they lie. */
    static final class Weights implements StatelessWeights {
        private final ColumnEmbedding spec;
        private final List<Slice> slices;
        private float[] tables = EMPTY;

        Weights(ColumnEmbedding spec, Parameters layout) {
            this.spec = spec;
            this.slices = spec.columns().stream()
                    .map(column -> layout.slice(spec.parameterName(column)))
                    .toList();
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            if (part == 0) {
                tables = parameters.values();
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // The backward pass reads no weights.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new ColumnEmbeddingPass(this, team);
        }
    }

    private final Weights weights;
    private final Team team;
    private final int D;
    private final int O;
    private final int[] numbers;

    /** Of each column of ids: where it stands in x, where its vector begins in y, its size, and where its table lies. */
    private final int[] index;

    private final int[] start;
    private final int[] size;
    private final int[] table;

    private final View yView = new View();
    private final View dXView = new View();
    private final Team.Task forwardTask = this::forwardRows;
    private final Team.Task backwardTask = this::backwardRows;
    private final Team.Task tableTask = this::tableGradients;
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private Parameters gradient = new Parameters.Layout().zeros();
    private float[] y = EMPTY;
    private float[] dX = EMPTY;

    ColumnEmbeddingPass(Weights weights, Team team) {
        ColumnEmbedding spec = weights.spec;
        this.weights = weights;
        this.team = team;
        this.D = spec.inputSize();
        this.O = spec.outputSize();
        this.numbers = spec.numberColumns();
        this.index = spec.columns().stream().mapToInt(Column::index).toArray();
        this.size = spec.columns().stream().mapToInt(Column::outputSize).toArray();
        this.table = weights.slices.stream().mapToInt(Slice::offset).toArray();
        this.start = new int[size.length];
        int at = numbers.length;
        for (int k = 0; k < size.length; k++) {
            start[k] = at;
            at += size[k];
        }
    }

    private int rows() {
        return x.steps() * x.batchSize();
    }

    private boolean counts(int row) {
        return row / x.batchSize() < x.length(row % x.batchSize());
    }

    /** Where the vector of an id lies in its table. */
    private int vector(int row, int k) {
        int id = (int) x.data()[row * D + index[k]];
        return table[k] + id * size[k];
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = (Sequence) input;
        y = Buffers.atLeast(y, (long) rows() * O);
        team.run(forwardTask);
        return yView.of(x, y, O);
    }

    private void forwardRows(int part, int parts) {
        for (int row = Team.cut(rows(), part, parts); row < Team.cut(rows(), part + 1, parts); row++) {
            int at = row * O;
            if (!counts(row)) {
                Arrays.fill(y, at, at + O, 0);
                continue;
            }
            for (int j = 0; j < numbers.length; j++) {
                y[at + j] = x.data()[row * D + numbers[j]];
            }
            for (int k = 0; k < size.length; k++) {
                System.arraycopy(weights.tables, vector(row, k), y, at + start[k], size[k]);
            }
        }
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        this.dY = dY;
        this.gradient = gradient;
        dX = Buffers.atLeast(dX, (long) rows() * D);
        team.run(backwardTask);
        team.run(tableTask);
    }

    private void backwardRows(int part, int parts) {
        int from = Team.cut(rows(), part, parts);
        int to = Team.cut(rows(), part + 1, parts);
        Arrays.fill(dX, from * D, to * D, 0);
        for (int row = from; row < to; row++) {
            for (int j = 0; j < numbers.length && counts(row); j++) {
                dX[row * D + numbers[j]] = dY.data()[row * O + j];
            }
        }
    }

    /** Cut by the columns of all tables together. */
    private void tableGradients(int part, int parts) {
        int all = O - numbers.length;
        int from = numbers.length + Team.cut(all, part, parts);
        int to = numbers.length + Team.cut(all, part + 1, parts);
        for (int k = 0; k < size.length; k++) {
            addTo(k, Math.max(from, start[k]), Math.min(to, start[k] + size[k]));
        }
    }

    /** Adds the gradient of columns {@code from} to {@code to} of y, all of one table. */
    private void addTo(int k, int from, int to) {
        float[] g = gradient.values();
        float[] d = dY.data();
        for (int row = 0; row < rows() && from < to; row++) {
            if (counts(row)) {
                int at = vector(row, k) - start[k];
                for (int j = from; j < to; j++) {
                    g[at + j] += d[row * O + j];
                }
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, D);
    }
}
