package dev.carousel.interop.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The weights in {@code model.weights.h5} of a {@code .keras} archive.
 *
 * <pre>{@code
 * layers/dense/vars/0                          kernel                     /1 bias
 * layers/dense_1/vars/0                        the second layer of its class, whatever its name
 * layers/lstm/cell/vars/0                      kernel                     /1 recurrent kernel     /2 bias
 * layers/bidirectional/forward_layer/cell/vars/0, .../backward_layer/cell/vars/0
 * layers/time_distributed/layer/vars/0
 * layers/rnn/cell/vars/0, layers/rnn/cell/cells/lstm_cell/vars/0     an RNN of one cell, of several
 * layers/sequential/layers/dense/vars/0        a layer of a model inside the model
 * }</pre>
 *
 * <p>The folder of a layer is its class in snake case, numbered within its class. Keras 2.12 and 2.13 say
 * {@code _layer_checkpoint_dependencies} for {@code layers}. Source: Keras, {@code saving_lib.py} (the names) and
 * {@code naming.py} (snake case).
 */
final class ArchiveWeights implements KerasWeights {

    private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
    private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");

    private final Hdf5Group root;
    private final String folder;
    private final Map<String, Integer> counts = new HashMap<>();
    private final IdentityHashMap<LayerConfig, String> models = new IdentityHashMap<>();

    ArchiveWeights(Hdf5Group root) {
        this.root = root;
        this.folder = root.find("layers").isPresent()
                        || root.find("_layer_checkpoint_dependencies").isEmpty()
                ? "layers"
                : "_layer_checkpoint_dependencies";
    }

    @Override
    public List<KerasTensor> next(LayerConfig layer) {
        String at = place(layer);
        List<KerasTensor> weights = new ArrayList<>();
        for (String part : parts(layer)) {
            Optional<Hdf5Group> found = root.find(at + part + "/vars");
            if (found.isEmpty()) {
                throw layer.error("its weights should lie in " + at + part + "/vars of model.weights.h5, which is not"
                        + " there. Was the model built, that is called once, before it was saved?");
            }
            Hdf5Group vars = found.get();
            for (int i = 0; i < vars.names().size(); i++) {
                weights.add(vars.tensor(Integer.toString(i)));
            }
        }
        return weights;
    }

    /** The folder of a layer: that of the model it is in, and its class, numbered within that model. */
    private String place(LayerConfig layer) {
        String inside = folder;
        for (LayerConfig model : layer.models()) {
            String parent = inside;
            inside = models.computeIfAbsent(model, first -> numbered(parent, first)) + "/" + folder;
        }
        return numbered(inside, layer);
    }

    private String numbered(String parent, LayerConfig layer) {
        String kind = snakeCase(layer.kind());
        int before = counts.merge(parent + "/" + kind, 1, Integer::sum) - 1;
        return parent + "/" + kind + (before == 0 ? "" : "_" + before);
    }

    private static List<String> parts(LayerConfig layer) {
        if (WeightCounts.of(layer).all() == 0) {
            return List.of();
        }
        return switch (layer.kind()) {
            case "SimpleRNN", "LSTM", "GRU" -> List.of("/cell");
            case "RNN" -> cells(layer);
            case "Bidirectional" -> List.of("/forward_layer/cell", "/backward_layer/cell");
            case "TimeDistributed" -> List.of("/layer");
            default -> List.of("");
        };
    }

    /** One cell, or the cells of a stack, numbered within their classes. */
    private static List<String> cells(LayerConfig layer) {
        List<LayerConfig> cells = layer.cells();
        if (!layer.inner("cell").kind().equals("StackedRNNCells")) {
            return List.of("/cell");
        }
        Map<String, Integer> counts = new HashMap<>();
        List<String> parts = new ArrayList<>();
        for (LayerConfig cell : cells) {
            String kind = snakeCase(cell.kind());
            int before = counts.merge(kind, 1, Integer::sum) - 1;
            parts.add("/cell/cells/" + kind + (before == 0 ? "" : "_" + before));
        }
        return parts;
    }

    /** As Keras does it: LSTM becomes lstm, SimpleRNN simple_rnn, TimeDistributed time_distributed. */
    static String snakeCase(String name) {
        String words = WORD.matcher(name.replaceAll("\\W+", "")).replaceAll("$1_$2");
        return HUMP.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
