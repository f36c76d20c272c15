package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameters;
import dev.carousel.network.Slice;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.Chain;
import dev.carousel.reference.DenseLayer;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.Renamed;
import dev.carousel.reference.RnnReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of the reference is the yardstick for which cell and which network of the engine, and how both name things. */
final class EngineCells {

    private EngineCells() {}

    /**
     * The reference of an engine's cell.
     *
     * @throws IllegalArgumentException if it has none: a new cell needs its line here
     */
    static CellReference referenceOf(Cell cell) {
        if (cell instanceof Lstm lstm) {
            return new LstmReference(lstm.outputTanh());
        } else if (cell instanceof Gru gru) {
            return new GruReference(GruReference.Reset.valueOf(gru.resetGate().name()));
        } else if (cell instanceof Rnn rnn) {
            return new RnnReference(
                    RnnReference.Nonlinearity.valueOf(rnn.activation().text()));
        }
        throw new IllegalArgumentException("The cell " + cell + " has no reference to be judged by.");
    }

    /**
     * A network of the reference with the weights that a network of the engine has now, under the same names.
     *
     * @throws IllegalArgumentException if it reads ids, or a cell has no reference
     */
    static LayerReference referenceOf(Network network) {
        List<LayerReference> layers = new ArrayList<>();
        Mats weights = mats(network.parameters());
        for (LayerSpec layer : network.spec().layers()) {
            if (layer instanceof LayerSpec.Recurrent stack) {
                LayerReference right = referenceOf(stack).with(without(stack.name() + ".", weights));
                String ofStack = ofStack(network.spec(), stack);
                layers.add(new Renamed(right, weight -> stack.name() + "." + weight, state -> state + ofStack));
            } else if (layer instanceof LayerSpec.Dense dense) {
                Mats own = without(dense.name() + ".", weights);
                LayerReference right = new DenseLayer(own.get("weight"), own.get("bias"));
                layers.add(new Renamed(right, weight -> dense.name() + "." + weight, state -> state));
            } else {
                throw new IllegalArgumentException("The layer " + layer
                        + " reads ids, which have no gradient to compare. Check the network without it, on vectors.");
            }
        }
        return new Chain(nameOf(network.spec()), layers);
    }

    private static NetworkReference referenceOf(LayerSpec.Recurrent stack) {
        return new NetworkReference(
                referenceOf(stack.cell()),
                stack.inputSize(),
                stack.hiddenSize(),
                stack.layers(),
                stack.bidirectional(),
                Optional.empty());
    }

    /** What a report calls a network: {@code LSTM x 2, both directions, dense}. */
    static String nameOf(NetworkSpec spec) {
        List<String> names = new ArrayList<>();
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent stack) {
                names.add(referenceOf(stack.cell()).name()
                        + (stack.layers() > 1 ? " x " + stack.layers() : "")
                        + (stack.bidirectional() ? ", both directions" : ""));
            } else if (layer instanceof LayerSpec.Dense) {
                names.add("dense");
            }
        }
        return String.join(", ", names);
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

    private static Mats without(String prefix, Mats weights) {
        return weights.only(weights.names().stream()
                        .filter(name -> name.startsWith(prefix))
                        .toList())
                .renamed(name -> name.substring(prefix.length()));
    }
}
