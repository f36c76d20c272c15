package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.TiedDense;
import java.util.function.Function;

/** What runs each kind of layer that has no state. */
public final class StatelessLayers {

    private final Parameters parameters;
    private final Kernels kernels;
    private final boolean backward;

    /**
     * Of one network.
     *
     * @param backward whether there will be backward passes
     */
    public StatelessLayers(Parameters parameters, Kernels kernels, boolean backward) {
        this.parameters = parameters;
        this.kernels = kernels;
        this.backward = backward;
    }

    public StatelessWeights of(LayerSpec.Embedding layer) {
        return new EmbeddingPass.Weights(layer, parameters);
    }

    public StatelessWeights of(ColumnEmbedding layer) {
        return new ColumnEmbeddingPass.Weights(layer, parameters);
    }

    public StatelessWeights of(LayerSpec.Dense layer) {
        return new DensePass.Weights(layer, parameters, kernels, backward);
    }

    public StatelessWeights of(TiedDense layer) {
        LayerSpec.Dense like = new LayerSpec.Dense(layer.name(), layer.inputSize(), layer.outputSize());
        return new DensePass.Weights(like, parameters.slice(layer.weight()), parameters, kernels, backward);
    }

    public StatelessWeights of(AdaptiveSoftmax layer) {
        return new AdaptiveSoftmaxPass.Weights(layer, parameters, kernels, backward);
    }

    public StatelessWeights of(LayerNorm layer) {
        return new LayerNormPass.Weights(layer, parameters);
    }

    public StatelessWeights of(ElementwiseAffine layer) {
        return new ElementwiseAffinePass.Weights(layer, parameters);
    }

    public StatelessWeights of(CrfScores layer) {
        return new CrfScoresPass.Weights(layer, parameters);
    }

    public StatelessWeights of(Parameterless.Elementwise layer) {
        return new NoWeights(team -> new ElementwisePass(layer, team));
    }

    public StatelessWeights of(Parameterless.Softmax layer) {
        return new NoWeights(team -> new SoftmaxPass(layer.size(), false, team));
    }

    public StatelessWeights of(Parameterless.LogSoftmax layer) {
        return new NoWeights(team -> new SoftmaxPass(layer.size(), true, team));
    }

    public StatelessWeights of(Parameterless.Mean layer) {
        return new NoWeights(team -> PoolingPass.of(layer));
    }

    public StatelessWeights of(Parameterless.Max layer) {
        return new NoWeights(team -> PoolingPass.of(layer));
    }

    public StatelessWeights of(Parameterless.Repeat layer) {
        return new NoWeights(team -> new RepeatPass(layer));
    }

    public StatelessWeights of(Reshape layer) {
        return new NoWeights(team -> new ReshapePass(layer));
    }

    public StatelessWeights of(Parameterless.Masking layer) {
        return new NoWeights(team -> new MaskingPass(layer));
    }

    /** The weights of a layer that has none. */
    private static final class NoWeights implements StatelessWeights {

        private final Function<Team, StatelessPass> pass;

        /** Of a layer that a pass computes. */
        NoWeights(Function<Team, StatelessPass> pass) {
            this.pass = pass;
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            // It has none.
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            // It has none.
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return pass.apply(team);
        }
    }
}
