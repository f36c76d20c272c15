package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Optional;

/**
 * A dense layer at work, on the rows of all steps at once.
 *
 * <pre>{@code
 * y = b + x Wᵀ        dW += dYᵀ x        db += Σ dY        dX = dY W
 * }</pre>
 *
 * <p>Steps beyond a sequence's length give an output of 0.
 */
final class DensePass implements StatelessPass {

    private static final float[] EMPTY = {};

    /** The packed weights of a dense layer. */
    static final class Weights implements StatelessWeights {
        private final LayerSpec.Dense spec;
        private final Slice w;
        private final Optional<Slice> b;
        private final float[] bias;
        private final PackedMatrix forward;
        private final PackedMatrix back;

        Weights(LayerSpec.Dense spec, Parameters layout, Kernels kernels, boolean backward) {
            this(spec, layout.slice(spec.name() + ".weight"), layout, kernels, backward);
        }

        /**
         * Of a layer whose weight may be another layer's.
         *
         * @param w the weight [outputSize, inputSize]
         */
        Weights(LayerSpec.Dense spec, Slice w, Parameters layout, Kernels kernels, boolean backward) {
            this.spec = spec;
            this.w = w;
            b = spec.bias() ? Optional.of(layout.slice(spec.name() + ".bias")) : Optional.empty();
            bias = new float[spec.outputSize()];
            forward = kernels.products().packed(spec.inputSize(), spec.outputSize());
            back = kernels.products().packed(spec.outputSize(), backward ? spec.inputSize() : 0);
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            float[] p = parameters.values();
            int first = Team.cut(bias.length, part, parts);
            int rows = Team.cut(bias.length, part + 1, parts) - first;
            if (b.isPresent()) {
                System.arraycopy(p, b.get().offset() + first, bias, first, rows);
            }
            forward.fillTransposed(first, rows, p, w.offset() + first * spec.inputSize());
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            int first = Team.cut(bias.length, part, parts);
            int rows = Team.cut(bias.length, part + 1, parts) - first;
            back.fill(first, rows, parameters.values(), w.offset() + first * spec.inputSize());
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new DensePass(spec, this, kernels, team);
        }
    }

    private final int D;
    private final int outputSize;
    private final Weights weights;
    private final Kernels kernels;
    private final Team team;
    private final float[] zeros;

    private final Padding padding = new Padding();
    private final Padding dPadding = new Padding();
    private final View yView = new View();
    private final View dYView = new View();
    private final View dXView = new View();
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;
    private Parameters gradient = new Parameters.Layout().zeros();

    private final Team.Task forwardTask = this::forwardRows;
    private final Team.Task weightTask = this::weightGradients;
    private final Team.Task inputGradientTask = this::inputGradients;

    DensePass(LayerSpec.Dense spec, Weights weights, Kernels kernels, Team team) {
        this.D = spec.inputSize();
        this.outputSize = spec.outputSize();
        this.weights = weights;
        this.kernels = kernels;
        this.team = team;
        this.zeros = new float[D];
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = padding.cleared((Sequence) input);
        y = Buffers.atLeast(y, (long) rows() * outputSize);
        team.run(forwardTask);
        Sequence output = yView.of(x, y, outputSize);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private int rows() {
        return x.steps() * x.batchSize();
    }

    private void forwardRows(int part, int parts) {
        int from = Team.cut(rows(), part, parts);
        int rows = Team.cut(rows(), part + 1, parts) - from;
        kernels.products()
                .multiply(rows, x.data(), from * D, D, weights.forward, weights.bias, y, from * outputSize, outputSize);
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        this.dY = dPadding.cleared(dYView.of(x, dY.data(), outputSize));
        this.gradient = gradient;
        team.run(weightTask);
    }

    /** Cut by columns of W where they are many, so that each thread reads only its columns of x, else by rows. */
    private void weightGradients(int part, int parts) {
        int from = Team.cut(outputSize, part, parts);
        int rows = Team.cut(outputSize, part + 1, parts) - from;
        float[] g = gradient.values();
        float[] d = dY.data();
        if (weights.b.isPresent()) {
            int to = weights.b.get().offset() + from;
            kernels.rows().addColumnSums(rows(), rows, d, from, outputSize, g, to);
        }
        int at = weights.w.offset();
        Products products = kernels.products();
        if (D >= products.columnUnit() * parts) {
            int col = Team.cut(D, products.columnUnit(), part, parts);
            int cols = Team.cut(D, products.columnUnit(), part + 1, parts) - col;
            products.addTransposedProduct(rows(), d, 0, outputSize, outputSize, x.data(), col, D, cols, g, at + col, D);
        } else {
            int first = at + from * D;
            products.addTransposedProduct(rows(), d, from, outputSize, rows, x.data(), 0, D, D, g, first, D);
        }
    }

    @Override
    public Sequence inputGradient() {
        dX = Buffers.atLeast(dX, (long) rows() * D);
        team.run(inputGradientTask);
        return dXView.of(x, dX, D);
    }

    private void inputGradients(int part, int parts) {
        int from = Team.cut(rows(), part, parts);
        int rows = Team.cut(rows(), part + 1, parts) - from;
        float[] d = dY.data();
        kernels.products().multiply(rows, d, from * outputSize, outputSize, weights.back, zeros, dX, from * D, D);
    }
}
