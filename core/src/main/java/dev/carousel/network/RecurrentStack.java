package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.layer.Padding;
import dev.carousel.layer.View;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Residual;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** A stack of recurrent layers at work, in one direction or both, with dropout between them and residual connections. */
final class RecurrentStack implements LayerPass {

    private static final float[] EMPTY = {};
    private static final Sequence NOTHING = Sequence.zeros(0, 0, 0);

    /** The packed weights of all layers and directions of a stack. */
    static final class Weights implements LayerWeights {
        private final LayerSpec.Recurrent spec;
        private final int firstPart;
        private final RecurrentWeights[][] weights;

        /**
         * Room for the weights of a stack.
         *
         * @param firstPart where its state begins among the parts of the network's state
         * @param options whether its first layer reads ids, and whether there will be backward passes
         */
        Weights(
                LayerSpec.Recurrent spec,
                int firstPart,
                Parameters layout,
                Kernels kernels,
                RecurrentWeights.Options options) {
            this.spec = spec;
            this.firstPart = firstPart;
            weights = new RecurrentWeights[spec.layers()][spec.directions()];
            for (int layer = 0; layer < spec.layers(); layer++) {
                for (int direction = 0; direction < spec.directions(); direction++) {
                    int part = firstPart + layer * spec.directions() + direction;
                    var own = new RecurrentWeights.Options(options.oneHot() && layer == 0, options.backward(), part);
                    weights[layer][direction] = new RecurrentWeights(spec, layer, direction, layout, kernels, own);
                }
            }
        }

        @Override
        public void begin(Noise noise) {
            for (RecurrentWeights[] layer : weights) {
                for (RecurrentWeights direction : layer) {
                    direction.begin(noise);
                }
            }
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            for (RecurrentWeights[] layer : weights) {
                for (RecurrentWeights direction : layer) {
                    direction.packForward(parameters, part, parts);
                }
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            for (RecurrentWeights[] layer : weights) {
                for (RecurrentWeights direction : layer) {
                    direction.packBackward(parameters, part, parts);
                }
            }
        }

        @Override
        public LayerPass pass(Kernels kernels, Team team) {
            return new RecurrentStack(this, kernels, team);
        }
    }

    private final LayerSpec.Recurrent spec;
    private final int firstPart;
    private final RecurrentPass[][] passes;
    private final Dropout[] dropouts;
    private final Sum[] sums;
    private final LayerOutput[] outputs;
    private final float[][] dInputs;
    private final View[] dInputViews;
    private final View noGradientView = new View();
    private float[] noGradient = EMPTY;

    private final Padding padding = new Padding();
    private SequenceBatch x = NOTHING;

    RecurrentStack(Weights weights, Kernels kernels, Team team) {
        this.spec = weights.spec;
        this.firstPart = weights.firstPart;
        int layers = spec.layers();
        passes = new RecurrentPass[layers][spec.directions()];
        dropouts = new Dropout[layers];
        sums = new Sum[layers];
        outputs = new LayerOutput[layers];
        dInputs = new float[layers][];
        dInputViews = new View[layers];
        for (int layer = 0; layer < layers; layer++) {
            for (int direction = 0; direction < spec.directions(); direction++) {
                RecurrentWeights own = weights.weights[layer][direction];
                boolean reversed = spec.reversed(direction);
                int part = part(layer, direction);
                passes[layer][direction] = new RecurrentPass(spec, layer, reversed, own, kernels, team, part);
            }
            float share = layer < layers - 1 ? spec.dropout() : 0;
            boolean same = spec.regularisation().sameAtEveryStep();
            dropouts[layer] = new Dropout(share, same, Noise.Kind.OUTPUT, part(layer, 0), team);
            boolean adds = spec.residual() == Residual.ALL || (spec.residual() == Residual.BEYOND_FIRST && layer > 0);
            sums[layer] = new Sum(adds, team);
            outputs[layer] = new LayerOutput(spec, spec.lastOnly() && layer == layers - 1);
            dInputs[layer] = EMPTY;
            dInputViews[layer] = new View();
        }
    }

    @Override
    public void keeps(boolean keeps) {
        for (RecurrentPass[] layer : passes) {
            for (RecurrentPass direction : layer) {
                direction.keeps(keeps);
            }
        }
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = input instanceof Sequence sequence ? padding.cleared(sequence) : input;
        SequenceBatch layerInput = x;
        Sequence y = NOTHING;
        for (int layer = 0; layer < passes.length; layer++) {
            LayerOutput output = outputs[layer];
            for (int direction = 0; direction < spec.directions(); direction++) {
                int part = part(layer, direction);
                RecurrentPass pass = passes[layer][direction];
                pass.forward(layerInput, state, part, noise);
                if (output.lastOnly()) {
                    output.last(direction, x.batchSize(), state.values(), state.hAt(part));
                } else {
                    output.steps(direction, pass.h());
                }
            }
            y = dropouts[layer].forward(output.merged(x), noise);
            if (sums[layer].adds()) {
                y = sums[layer].forward(y, (Sequence) layerInput);
            }
            layerInput = y;
        }
        return y;
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        Sequence dSum = dY;
        for (int layer = passes.length - 1; layer >= 0; layer--) {
            Sequence dLayer = dropped(layer, dSum);
            for (int direction = 0; direction < spec.directions(); direction++) {
                LayerOutput output = outputs[layer];
                Sequence dH = output.gradient(dLayer, direction);
                int column = output.column(direction);
                int hAt = dState.hAt(part(layer, direction));
                if (output.lastOnly()) {
                    addToState(dH, column, dState.values(), hAt);
                    dH = noGradient();
                    column = 0;
                }
                passes[layer][direction].backward(dH, column, dState, part(layer, direction), gradient);
            }
            if (layer > 0) {
                dSum = inputGradient(layer);
            }
        }
    }

    /** From the gradient of a layer's sum, or of what is left of its output, to that of its output. */
    private Sequence dropped(int layer, Sequence dSum) {
        Sequence dLayer = sums[layer].adds() ? sums[layer].backward(dSum, dropouts[layer].active()) : dSum;
        if (dropouts[layer].active()) {
            dropouts[layer].backward(dLayer.data(), dLayer.data());
        }
        return dLayer;
    }

    /** The last h is the output and part of the final state, so the gradients of both meet in it. */
    private void addToState(Sequence dH, int column, float[] dState, int hAt) {
        int P = spec.stateSize();
        for (int n = 0; n < x.batchSize(); n++) {
            for (int j = 0; j < P; j++) {
                dState[hAt + n * P + j] += dH.data()[n * dH.size() + column + j];
            }
        }
    }

    /** Zeros for all steps of a layer of which only the last h is the output. */
    private Sequence noGradient() {
        int P = spec.stateSize();
        noGradient = Buffers.atLeast(noGradient, (long) x.steps() * x.batchSize() * P);
        return noGradientView.of(x, noGradient, P);
    }

    @Override
    public Sequence inputGradient() {
        return inputGradient(0);
    }

    private Sequence inputGradient(int layer) {
        int size = spec.inputSize(layer);
        int total = Math.multiplyExact(x.steps() * x.batchSize(), size);
        dInputs[layer] = Buffers.atLeast(dInputs[layer], total);
        for (int direction = 0; direction < spec.directions(); direction++) {
            passes[layer][direction].inputGradient(dInputs[layer], direction > 0);
        }
        Sequence dInput = dInputViews[layer].of(x, dInputs[layer], size);
        if (sums[layer].adds()) {
            sums[layer].addTo(dInput);
        }
        return dInput;
    }

    private int part(int layer, int direction) {
        return firstPart + layer * spec.directions() + direction;
    }

    /**
     * What a residual connection adds: y = layer(x) + x, and on the way back dX = what the layer sends back + dY. {@link Residual}
     * says which layers have one.
     */
    private static final class Sum {

        private final boolean adds;
        private final Team team;
        private final View yView = new View();
        private final View dView = new View();
        private final Team.Task forwardTask = this::forwardPart;
        private final Team.Task backwardTask = this::backwardPart;
        private Sequence output = Sequence.zeros(0, 0, 0);
        private Sequence input = Sequence.zeros(0, 0, 0);
        private Sequence dY = Sequence.zeros(0, 0, 0);
        private Sequence dX = Sequence.zeros(0, 0, 0);
        private float[] y = EMPTY;
        private float[] copy = EMPTY;

        /** Of a layer that has a residual connection or not. */
        Sum(boolean adds, Team team) {
            this.adds = adds;
            this.team = team;
        }

        boolean adds() {
            return adds;
        }

        /** The layer's output and its input, added; both 0 in the padding. */
        Sequence forward(Sequence output, Sequence input) {
            this.output = output;
            this.input = input;
            y = Buffers.atLeast(y, (long) output.steps() * output.batchSize() * output.size());
            team.run(forwardTask);
            return yView.of(output, y, output.size());
        }

        private void forwardPart(int part, int parts) {
            int all = output.steps() * output.batchSize() * output.size();
            int end = Team.cut(all, part + 1, parts);
            float[] a = output.data();
            float[] b = input.data();
            for (int i = Team.cut(all, part, parts); i < end; i++) {
                y[i] = a[i] + b[i];
            }
        }

        /**
         * Takes over the gradient of the sum, which must not change until the pass is over.
         *
         * @param changes whether what is returned will be changed
         * @return the gradient of the layer's output: the same, or a copy
         */
        Sequence backward(Sequence dY, boolean changes) {
            this.dY = dY;
            if (!changes) {
                return dY;
            }
            int all = dY.steps() * dY.batchSize() * dY.size();
            copy = Buffers.atLeast(copy, all);
            System.arraycopy(dY.data(), 0, copy, 0, all);
            return dView.of(dY, copy, dY.size());
        }

        /** Adds the gradient of the sum to that of the layer's input, at the steps that count. */
        void addTo(Sequence dX) {
            this.dX = dX;
            team.run(backwardTask);
        }

        private void backwardPart(int part, int parts) {
            int size = dX.size();
            int N = dX.batchSize();
            int rows = dX.steps() * N;
            for (int row = Team.cut(rows, part, parts); row < Team.cut(rows, part + 1, parts); row++) {
                if (row / N < dX.length(row % N)) {
                    for (int i = row * size; i < (row + 1) * size; i++) {
                        dX.data()[i] += dY.data()[i];
                    }
                }
            }
        }
    }
}
