package dev.carousel.check;

import dev.carousel.kernel.Activation;
import dev.carousel.network.Network;
import dev.carousel.reference.Bidirectional;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.ReferenceLayers;
import dev.carousel.reference.language.ActivityPenaltyLayer;
import dev.carousel.reference.language.AdaptiveSoftmaxLayer;
import dev.carousel.reference.sequence.CrfScoresLayer;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Residual;
import dev.carousel.spec.TiedDense;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of the reference is the yardstick for each kind of layer of the engine: to be asked for the layers of one network, from
 * input to output.
 */
final class EngineLayers implements LayerVisitor<List<LayerReference>> {

    private final NetworkSpec spec;
    private final Mats weights;
    private final Optional<EngineNoise> noise;
    private final Optional<CellReference> own;

    private int part;
    private int index;

    private EngineLayers(Network network, Optional<EngineNoise> noise, Optional<CellReference> own) {
        this.spec = network.spec();
        this.weights = EngineCells.mats(network.parameters());
        this.noise = noise;
        this.own = own;
    }

    /**
     * A network of the reference with the weights that a network of the engine has now, under the same names.
     *
     * @throws IllegalArgumentException if it reads ids, or a cell has no reference
     */
    static LayerReference referenceOf(Network network) {
        return referenceOf(network, Optional.empty());
    }

    /** As above, in training where noise is given. */
    static LayerReference referenceOf(Network network, Optional<EngineNoise> noise) {
        return referenceOf(network, noise, Optional.empty());
    }

    /**
     * As above.
     *
     * @param own judges the cells that are not ours
     */
    static LayerReference referenceOf(Network network, Optional<EngineNoise> noise, Optional<CellReference> own) {
        EngineLayers each = new EngineLayers(network, noise, own);
        List<LayerReference> layers = new ArrayList<>();
        for (LayerSpec layer : network.spec().layers()) {
            layers.addAll(layer.accept(each));
            each.index++;
        }
        return ReferenceLayers.chain(EngineNames.of(network.spec()), layers);
    }

    @Override
    public List<LayerReference> oneHot(LayerSpec.OneHot layer) {
        throw readsIds(layer);
    }

    @Override
    public List<LayerReference> embedding(LayerSpec.Embedding layer) {
        throw readsIds(layer);
    }

    private static IllegalArgumentException readsIds(LayerSpec layer) {
        return new IllegalArgumentException("The layer " + layer
                + " reads ids, which have no gradient to compare. Check the network without it, on vectors.");
    }

    @Override
    public List<LayerReference> columnEmbedding(ColumnEmbedding layer) {
        Map<String, Mat> tables = new LinkedHashMap<>();
        layer.columns().forEach(column -> {
            String name = layer.parameterName(column);
            tables.put(name, weights.get(name));
        });
        List<Integer> columns =
                layer.columns().stream().map(ColumnEmbedding.Column::index).toList();
        return List.of(ReferenceLayers.columnEmbedding(layer.inputSize(), columns, Mats.of(tables)));
    }

    @Override
    public List<LayerReference> recurrent(LayerSpec.Recurrent stack) {
        int first = part;
        part += stack.layers() * stack.directions();
        return new Stack(stack, weights, EngineNames.ofStack(spec, stack), noise, first, own).layers();
    }

    @Override
    public List<LayerReference> dense(LayerSpec.Dense layer) {
        String bias = layer.name() + ".bias";
        Mat b = layer.bias() ? weights.get(bias) : Mat.zeros(1, layer.outputSize());
        LayerReference plain = ReferenceLayers.dense(weights.get(layer.name() + ".weight"), b);
        LayerReference named = named(plain, layer.name());
        return List.of(layer.bias() ? named : ReferenceLayers.fixed(named, Set.of(bias)));
    }

    @Override
    public List<LayerReference> tiedDense(TiedDense layer) {
        throw readsIds(layer);
    }

    @Override
    public List<LayerReference> adaptiveSoftmax(AdaptiveSoftmax layer) {
        List<AdaptiveSoftmaxLayer.Cluster> clusters = new ArrayList<>();
        for (int i = 0; i < layer.clusters(); i++) {
            clusters.add(
                    new AdaptiveSoftmaxLayer.Cluster(weights.get(layer.projection(i)), weights.get(layer.output(i))));
        }
        return List.of(named(new AdaptiveSoftmaxLayer(weights.get(layer.head()), clusters), layer.name()));
    }

    @Override
    public List<LayerReference> layerNorm(LayerNorm layer) {
        Mat gain = weights.get(layer.gain());
        Mat bias = weights.get(layer.bias());
        return List.of(named(ReferenceLayers.layerNorm(gain, bias, layer.epsilon()), layer.name()));
    }

    @Override
    public List<LayerReference> elementwiseAffine(ElementwiseAffine layer) {
        Mat gain = weights.get(layer.gain());
        return List.of(named(
                ReferenceLayers.elementwiseAffine(gain, weights.get(layer.center()), weights.get(layer.bias())),
                layer.name()));
    }

    private static LayerReference named(LayerReference layer, String name) {
        return ReferenceLayers.renamed(layer, weight -> name + "." + weight, state -> state);
    }

    @Override
    public List<LayerReference> crfScores(CrfScores layer) {
        return List.of(named(
                new CrfScoresLayer(
                        weights.get(layer.transitions()), weights.get(layer.start()), weights.get(layer.end())),
                layer.name()));
    }

    @Override
    public List<LayerReference> elementwise(Parameterless.Elementwise layer) {
        return List.of(ReferenceLayers.elementwise(layer.size(), EngineCells.referenceOf(layer.activation())));
    }

    @Override
    public List<LayerReference> softmax(Parameterless.Softmax layer) {
        return List.of(ReferenceLayers.softmax(layer.size()));
    }

    @Override
    public List<LayerReference> logSoftmax(Parameterless.LogSoftmax layer) {
        return List.of(ReferenceLayers.logSoftmax(layer.size()));
    }

    /** Outside training it changes nothing. */
    @Override
    public List<LayerReference> drop(Parameterless.Drop layer) {
        return List.of(
                noise.isPresent()
                        ? noise.get().layer(layer, index)
                        : ReferenceLayers.elementwise(layer.size(), EngineCells.referenceOf(Activation.LINEAR)));
    }

    @Override
    public List<LayerReference> dropWords(Parameterless.DropWords layer) {
        throw readsIds(layer);
    }

    /** Outside training it changes nothing. */
    @Override
    public List<LayerReference> activityPenalty(Parameterless.ActivityPenalty layer) {
        return List.of(
                noise.isPresent()
                        ? new ActivityPenaltyLayer(layer.size(), layer.activation(), layer.temporal())
                        : ReferenceLayers.elementwise(layer.size(), EngineCells.referenceOf(Activation.LINEAR)));
    }

    @Override
    public List<LayerReference> mean(Parameterless.Mean layer) {
        return List.of(ReferenceLayers.mean(layer.size()));
    }

    @Override
    public List<LayerReference> max(Parameterless.Max layer) {
        return List.of(ReferenceLayers.max(layer.size(), layer.paddingCounts()));
    }

    @Override
    public List<LayerReference> repeat(Parameterless.Repeat layer) {
        return List.of(ReferenceLayers.repeat(layer.size(), layer.steps()));
    }

    @Override
    public List<LayerReference> reshape(Reshape layer) {
        return List.of(ReferenceLayers.reshape(layer.inputSize(), layer.outputSize()));
    }

    @Override
    public List<LayerReference> masking(Parameterless.Masking layer) {
        return List.of(ReferenceLayers.masking(layer.size(), layer.value()));
    }

    @Override
    public List<LayerReference> encoderDecoder(EncoderDecoder layer) {
        throw readsIds(layer);
    }

    /** A stack whose layers, each of one or two directions, are references of their own. */
    private record Stack(
            LayerSpec.Recurrent spec,
            Mats weights,
            String ofStack,
            Optional<EngineNoise> noise,
            int firstPart,
            Optional<CellReference> own) {

        List<LayerReference> layers() {
            List<LayerReference> layers = new ArrayList<>();
            for (int k = 0; k < spec.layers(); k++) {
                layers.add(layer(k));
            }
            return layers;
        }

        private LayerReference layer(int k) {
            LayerReference layer = direction(k, 0);
            if (spec.bidirectional()) {
                Bidirectional.Merge merge =
                        Bidirectional.Merge.valueOf(spec.merge().name());
                layer = new Bidirectional(layer, direction(k, 1), merge);
            }
            if (noise.isPresent() && spec.dropout() > 0 && k < spec.layers() - 1) {
                LayerReference dropout = noise.get().behind(spec, firstPart + k * spec.directions());
                layer = ReferenceLayers.chain(layer.name(), List.of(layer, dropout));
            }
            boolean adds = spec.residual() == Residual.ALL || (spec.residual() == Residual.BEYOND_FIRST && k > 0);
            return adds ? ReferenceLayers.residual(layer) : layer;
        }

        private LayerReference direction(int k, int direction) {
            CellReference cell = own.isPresent() && !EngineCells.isOurs(spec.cell())
                    ? own.get()
                    : EngineCells.referenceOf(spec.cell(), spec.projectionSize());
            Map<String, String> fullName = new LinkedHashMap<>();
            Map<String, Mat> ofCell = new LinkedHashMap<>();
            Set<String> absent = new LinkedHashSet<>();
            for (CellReference.WeightSpec weight : cell.weights(spec.inputSize(k), spec.hiddenSize())) {
                String name = spec.parameterName(weight.fileName(), k, direction);
                fullName.put(weight.symbol(), name);
                if (weights.names().contains(name)) {
                    ofCell.put(weight.symbol(), weights.get(name));
                } else {
                    absent.add(name);
                    ofCell.put(weight.symbol(), Mat.zeros(weight.rows(), weight.columns()));
                }
            }
            CellLayer plain = new CellLayer(
                    cell, spec.inputSize(k), spec.hiddenSize(), spec.reversed(direction), Mats.of(ofCell));
            LayerReference layer = noise.isPresent()
                    ? noise.get().around(plain, spec, firstPart + k * spec.directions() + direction)
                    : EngineNoise.expected(plain, spec.regularisation());
            LayerReference output =
                    spec.lastOnly() && k == spec.layers() - 1 ? ReferenceLayers.lastOutput(layer) : layer;
            String ofLayer = "_l" + k + (direction == 1 ? "_reverse" : "") + ofStack;
            return ReferenceLayers.fixed(
                    ReferenceLayers.renamed(output, fullName::get, state -> state + ofLayer), absent);
        }
    }
}
