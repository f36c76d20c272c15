package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.network.Network;
import dev.carousel.reference.ActivationReference;
import dev.carousel.reference.Bidirectional;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.Chain;
import dev.carousel.reference.ColumnEmbeddingLayer;
import dev.carousel.reference.DenseLayer;
import dev.carousel.reference.FactorLayer;
import dev.carousel.reference.Fixed;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.GruVariantReference;
import dev.carousel.reference.LastOutput;
import dev.carousel.reference.LayerNormLayer;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.LstmVariantReference;
import dev.carousel.reference.MaskingLayer;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.MeanLayer;
import dev.carousel.reference.Renamed;
import dev.carousel.reference.ResidualLayer;
import dev.carousel.reference.RnnReference;
import dev.carousel.reference.RnnVariantReference;
import dev.carousel.reference.StepwiseLayer;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Residual;
import dev.carousel.spec.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of the reference is the yardstick for which cell and which network of the engine, and how both name things. */
final class EngineCells {

    private EngineCells() {}

    /**
     * The reference of an engine's cell.
     *
     * @throws IllegalArgumentException if it has none: a new cell needs its line here
     */
    static CellReference referenceOf(Cell cell) {
        return referenceOf(cell, 0);
    }

    private static CellReference referenceOf(Cell cell, int projectionSize) {
        if (cell instanceof Lstm lstm) {
            boolean usual = lstm.equals(new Lstm(lstm.outputTanh())) && projectionSize == 0;
            return usual ? new LstmReference(lstm.outputTanh()) : variantOf(lstm, projectionSize);
        } else if (cell instanceof Gru gru) {
            GruReference.Reset reset =
                    GruReference.Reset.valueOf(gru.resetGate().name());
            return gru.equals(new Gru(gru.resetGate())) ? new GruReference(reset) : variantOf(gru, reset);
        } else if (cell instanceof Rnn rnn) {
            return Arrays.stream(RnnReference.Nonlinearity.values())
                    .filter(phi -> rnn.equals(new Rnn(Nonlinearity.valueOf(phi.name()))))
                    .findFirst()
                    .<CellReference>map(RnnReference::new)
                    .orElseGet(() -> new RnnVariantReference(referenceOf(rnn.activation()), rnn.clip()));
        }
        throw new IllegalArgumentException(
                "The cell " + cell + " has no reference to be judged by. If it is your own, hand"
                        + " its CellReference to the check: EngineCheck.check(network, reference, lengths).");
    }

    private static LstmVariantReference variantOf(Lstm lstm, int projectionSize) {
        return new LstmVariantReference(
                referenceOf(lstm.gateActivation()),
                referenceOf(lstm.candidateActivation()),
                referenceOf(lstm.outputActivation()),
                lstm.peepholes(),
                lstm.inputForget(),
                lstm.clip(),
                projectionSize);
    }

    private static GruVariantReference variantOf(Gru gru, GruReference.Reset reset) {
        return new GruVariantReference(
                reset, referenceOf(gru.gateActivation()), referenceOf(gru.candidateActivation()), gru.clip());
    }

    private static ActivationReference referenceOf(Activation phi) {
        return new ActivationReference(
                ActivationReference.Kind.valueOf(phi.kind().name()), phi.alpha(), phi.beta());
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

    private static boolean isOurs(Cell cell) {
        return cell instanceof Lstm || cell instanceof Gru || cell instanceof Rnn;
    }

    /**
     * As above.
     *
     * @param own judges the cells that are not ours
     */
    static LayerReference referenceOf(Network network, Optional<EngineNoise> noise, Optional<CellReference> own) {
        List<LayerReference> layers = new ArrayList<>();
        Mats weights = mats(network.parameters());
        int part = 0;
        for (int i = 0; i < network.spec().layers().size(); i++) {
            LayerSpec layer = network.spec().layers().get(i);
            if (layer instanceof LayerSpec.Recurrent stack) {
                layers.addAll(new Stack(stack, weights, ofStack(network.spec(), stack), noise, part, own).layers());
                part += stack.layers() * stack.directions();
            } else if (layer instanceof Parameterless.Drop drop && noise.isPresent()) {
                layers.add(noise.get().layer(drop, i));
            } else if (layer instanceof LayerSpec.Dense dense) {
                layers.add(referenceOf(dense, weights));
            } else if (layer instanceof LayerNorm norm) {
                layers.add(referenceOf(norm, weights));
            } else if (layer instanceof ColumnEmbedding embedding) {
                layers.add(referenceOf(embedding, weights));
            } else if (layer instanceof Parameterless parameterless) {
                layers.add(referenceOf(parameterless));
            } else {
                throw new IllegalArgumentException("The layer " + layer
                        + " reads ids, which have no gradient to compare. Check the network without it, on vectors.");
            }
        }
        return new Chain(nameOf(network.spec()), layers);
    }

    private static LayerReference referenceOf(LayerSpec.Dense dense, Mats weights) {
        String bias = dense.name() + ".bias";
        Mat b = dense.bias() ? weights.get(bias) : Mat.zeros(1, dense.outputSize());
        LayerReference layer = new Renamed(
                new DenseLayer(weights.get(dense.name() + ".weight"), b),
                weight -> dense.name() + "." + weight,
                state -> state);
        return dense.bias() ? layer : new Fixed(layer, Set.of(bias));
    }

    private static LayerReference referenceOf(LayerNorm norm, Mats weights) {
        Mat gain = weights.get(norm.name() + ".weight");
        Mat bias = weights.get(norm.name() + ".bias");
        return new Renamed(
                new LayerNormLayer(gain, bias, norm.epsilon()), weight -> norm.name() + "." + weight, state -> state);
    }

    private static LayerReference referenceOf(ColumnEmbedding embedding, Mats weights) {
        return new ColumnEmbeddingLayer(
                embedding.inputSize(),
                embedding.columns().stream()
                        .map(column -> new ColumnEmbeddingLayer.Table(
                                embedding.parameterName(column),
                                column.index(),
                                weights.get(embedding.parameterName(column))))
                        .toList());
    }

    /** Outside training, where dropout changes nothing. */
    private static LayerReference referenceOf(Parameterless layer) {
        if (layer instanceof Parameterless.Elementwise elementwise) {
            return StepwiseLayer.elementwise(layer.size(), referenceOf(elementwise.activation()));
        } else if (layer instanceof Parameterless.Softmax) {
            return StepwiseLayer.softmax(layer.size());
        } else if (layer instanceof Parameterless.LogSoftmax) {
            return StepwiseLayer.logSoftmax(layer.size());
        } else if (layer instanceof Parameterless.Masking masking) {
            return new MaskingLayer(layer.size(), masking.value());
        } else if (layer instanceof Parameterless.Mean) {
            return new MeanLayer(layer.size());
        }
        return StepwiseLayer.elementwise(layer.size(), referenceOf(Activation.LINEAR));
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
                FactorLayer dropout = noise.get().behind(spec, firstPart + k * spec.directions());
                layer = new Chain(layer.name(), List.of(layer, dropout));
            }
            boolean adds = spec.residual() == Residual.ALL || (spec.residual() == Residual.BEYOND_FIRST && k > 0);
            return adds ? new ResidualLayer(layer) : layer;
        }

        private LayerReference direction(int k, int direction) {
            CellReference cell = own.isPresent() && !isOurs(spec.cell())
                    ? own.get()
                    : referenceOf(spec.cell(), spec.projectionSize());
            Map<String, String> fullName = new LinkedHashMap<>();
            Map<String, Mat> own = new LinkedHashMap<>();
            Set<String> absent = new LinkedHashSet<>();
            for (CellReference.WeightSpec weight : cell.weights(spec.inputSize(k), spec.hiddenSize())) {
                String name = spec.parameterName(weight.fileName(), k, direction);
                fullName.put(weight.symbol(), name);
                if (weights.names().contains(name)) {
                    own.put(weight.symbol(), weights.get(name));
                } else {
                    absent.add(name);
                    own.put(weight.symbol(), Mat.zeros(weight.rows(), weight.columns()));
                }
            }
            CellLayer plain =
                    new CellLayer(cell, spec.inputSize(k), spec.hiddenSize(), spec.reversed(direction), Mats.of(own));
            LayerReference layer = noise.isPresent()
                    ? noise.get().around(plain, spec, firstPart + k * spec.directions() + direction)
                    : EngineNoise.expected(plain, spec.regularisation());
            LayerReference output = spec.lastOnly() && k == spec.layers() - 1 ? new LastOutput(layer) : layer;
            String ofLayer = "_l" + k + (direction == 1 ? "_reverse" : "") + ofStack;
            return new Fixed(new Renamed(output, fullName::get, state -> state + ofLayer), absent);
        }
    }

    /** What a report calls a network: {@code LSTM x 2, both directions, dense}. */
    static String nameOf(NetworkSpec spec) {
        List<String> names = new ArrayList<>();
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent stack) {
                names.add(nameOf(stack));
            } else if (layer instanceof LayerSpec.Dense dense) {
                names.add(dense.bias() ? "dense" : "dense without bias");
            } else if (layer instanceof LayerNorm) {
                names.add("layer normalisation");
            } else if (layer instanceof ColumnEmbedding) {
                names.add("embedding of columns");
            } else if (layer instanceof Parameterless.Drop) {
                names.add("dropout");
            } else if (layer instanceof Parameterless parameterless) {
                names.add(referenceOf(parameterless).name());
            }
        }
        return String.join(", ", names);
    }

    private static String nameOf(LayerSpec.Recurrent stack) {
        String direction = switch (stack.direction()) {
            case FORWARD -> "";
            case BACKWARD -> ", backward";
            case BOTH -> ", both directions";
        };
        return (isOurs(stack.cell())
                        ? referenceOf(stack.cell(), stack.projectionSize()).name()
                        : stack.cell().kind())
                + (stack.layers() > 1 ? " x " + stack.layers() : "")
                + direction
                + (stack.merge() == Merge.CONCATENATE
                        ? ""
                        : ", " + stack.merge().name().toLowerCase(Locale.ROOT))
                + (stack.bias() ? "" : ", without bias")
                + (stack.lastOnly() ? ", last output" : "")
                + (stack.residual() == Residual.NONE ? "" : ", residual")
                + (stack.regularisation().zoneout() ? ", zoneout" : "");
    }

    /** The ends of the names of a network's states, in the order of the parts of its {@code State}. */
    static List<String> stateNames(NetworkSpec spec) {
        List<String> names = new ArrayList<>();
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent stack) {
                for (int k = 0; k < stack.layers(); k++) {
                    for (int direction = 0; direction < stack.directions(); direction++) {
                        names.add("_l" + k + (direction == 1 ? "_reverse" : "") + ofStack(spec, stack));
                    }
                }
            }
        }
        return names;
    }

    /** Tells apart the states of several stacks; where there is one it needs no name. */
    private static String ofStack(NetworkSpec spec, LayerSpec.Recurrent stack) {
        long stacks = spec.layers().stream()
                .filter(layer -> layer instanceof LayerSpec.Recurrent)
                .count();
        return stacks > 1 ? "_" + stack.name() : "";
    }

    /** Copies of all parameters as matrices; one of one dimension is a row. */
    static Mats mats(Parameters parameters) {
        Map<String, Mat> mats = new LinkedHashMap<>();
        for (Slice slice : parameters.slices()) {
            int rows = slice.shape().size() > 1 ? slice.rows() : 1;
            double[] values = new double[slice.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = parameters.values()[slice.offset() + i];
            }
            mats.put(slice.name(), Mat.over(rows, values.length / rows, values));
        }
        return Mats.of(mats);
    }
}
