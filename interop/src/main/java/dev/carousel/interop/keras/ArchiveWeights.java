package dev.carousel.interop.keras;

import java.util.ArrayList;
import java.util.HashMap;
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

    ArchiveWeights(Hdf5Group root) {
        this.root = root;
        this.folder = root.find("layers").isPresent()
                        || root.find("_layer_checkpoint_dependencies").isEmpty()
                ? "layers"
                : "_layer_checkpoint_dependencies";
    }

    @Override
    public List<KerasTensor> next(LayerConfig layer) {
        String kind = snakeCase(layer.kind());
        int before = counts.merge(kind, 1, Integer::sum) - 1;
        String place = folder + "/" + kind + (before == 0 ? "" : "_" + before);
        List<KerasTensor> weights = new ArrayList<>();
        for (String part : parts(layer)) {
            Optional<Hdf5Group> found = root.find(place + part + "/vars");
            if (found.isEmpty()) {
                throw layer.error(
                        "its weights should lie in " + place + part + "/vars of model.weights.h5, which is not"
                                + " there. Was the model built, that is called once, before it was saved?");
            }
            Hdf5Group vars = found.get();
            for (int i = 0; i < vars.names().size(); i++) {
                weights.add(vars.tensor(Integer.toString(i)));
            }
        }
        return weights;
    }

    private static List<String> parts(LayerConfig layer) {
        return switch (layer.kind()) {
            case "SimpleRNN", "LSTM", "GRU" -> List.of("/cell");
            case "Bidirectional" -> List.of("/forward_layer/cell", "/backward_layer/cell");
            case "TimeDistributed" -> List.of("/layer");
            case "Dense", "Embedding" -> List.of("");
            default -> List.of();
        };
    }

    /** As Keras does it: LSTM becomes lstm, SimpleRNN simple_rnn, TimeDistributed time_distributed. */
    static String snakeCase(String name) {
        String words = WORD.matcher(name.replaceAll("\\W+", "")).replaceAll("$1_$2");
        return HUMP.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
