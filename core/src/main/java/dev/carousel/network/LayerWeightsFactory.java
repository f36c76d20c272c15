package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.layer.StatelessLayers;
import dev.carousel.layer.StatelessWeights;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.TiedDense;
import java.util.Optional;

/** What runs each kind of layer: to be asked for the layers of one network, from input to output. */
final class LayerWeightsFactory implements LayerVisitor<Optional<LayerWeights>> {

    private final Parameters parameters;
    private final Kernels kernels;
    private final boolean backward;
    private final StatelessLayers stateless;

    private boolean afterOneHot;
    private int layers;

    /** Where the next recurrent layer has its part of the state. */
    private int part;

    /**
     * Of one network.
     *
     * @param backward whether there will be backward passes
     */
    LayerWeightsFactory(Parameters parameters, Kernels kernels, boolean backward) {
        this.parameters = parameters;
        this.kernels = kernels;
        this.backward = backward;
        this.stateless = new StatelessLayers(parameters, kernels, backward);
    }

    /** None: the layer after it looks up its weights. */
    @Override
    public Optional<LayerWeights> oneHot(LayerSpec.OneHot layer) {
        layers++;
        afterOneHot = true;
        return Optional.empty();
    }

    @Override
    public Optional<LayerWeights> recurrent(LayerSpec.Recurrent layer) {
        var options = new RecurrentWeights.Options(afterOneHot, backward, part);
        LayerWeights weights = new RecurrentStack.Weights(layer, part, parameters, kernels, options);
        afterOneHot = false;
        part += layer.layers() * layer.directions();
        return next(weights);
    }

    @Override
    public Optional<LayerWeights> embedding(LayerSpec.Embedding layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> columnEmbedding(ColumnEmbedding layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> dense(LayerSpec.Dense layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> tiedDense(TiedDense layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> adaptiveSoftmax(AdaptiveSoftmax layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> layerNorm(LayerNorm layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> elementwiseAffine(ElementwiseAffine layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> crfScores(CrfScores layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> elementwise(Parameterless.Elementwise layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> softmax(Parameterless.Softmax layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> logSoftmax(Parameterless.LogSoftmax layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> drop(Parameterless.Drop layer) {
        return next(new Dropout.Weights(layer, layers));
    }

    @Override
    public Optional<LayerWeights> dropWords(Parameterless.DropWords layer) {
        return next(new WordDropout.Weights(layer, layers));
    }

    @Override
    public Optional<LayerWeights> activityPenalty(Parameterless.ActivityPenalty layer) {
        return next(new Penalty.Weights(layer));
    }

    @Override
    public Optional<LayerWeights> mean(Parameterless.Mean layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> max(Parameterless.Max layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> repeat(Parameterless.Repeat layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> reshape(Reshape layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> masking(Parameterless.Masking layer) {
        return next(stateless.of(layer));
    }

    @Override
    public Optional<LayerWeights> encoderDecoder(EncoderDecoder layer) {
        return next(new EncoderDecoderWeights(layer, parameters, kernels, backward));
    }

    private Optional<LayerWeights> next(StatelessWeights weights) {
        return next(new StatelessLayer.Weights(weights));
    }

    private Optional<LayerWeights> next(LayerWeights weights) {
        layers++;
        return Optional.of(weights);
    }
}
