package dev.carousel.interop.keras;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weights in the group {@code model_weights} of an {@code .h5} file.
 *
 * <pre>{@code
 * model_weights                        attribute layer_names: the layers in order
 * model_weights/lstm                   attribute weight_names: its weights in order
 * model_weights/lstm/lstm/lstm_cell/kernel:0
 * }</pre>
 *
 * <p>The layers that have weights follow each other as those of the model do; that, and not the name, is how Keras itself
 * finds them. Names too many for one attribute continue in {@code layer_names0}, {@code layer_names1} and so on. Source:
 * Keras, {@code legacy_h5_format.py}.
 */
final class LegacyWeights implements KerasWeights {

    private static final Set<String> WEIGHTED =
            Set.of("SimpleRNN", "LSTM", "GRU", "Bidirectional", "TimeDistributed", "Dense", "Embedding");

    private final Iterator<Hdf5Group> groups;

    LegacyWeights(Hdf5Group modelWeights) {
        List<Hdf5Group> weighted = new ArrayList<>();
        for (String name : names(modelWeights, "layer_names")) {
            Hdf5Group group = modelWeights.group(name);
            if (!names(group, "weight_names").isEmpty()) {
                weighted.add(group);
            }
        }
        this.groups = weighted.iterator();
    }

    private static List<String> names(Hdf5Group group, String attribute) {
        Optional<List<String>> whole = group.texts(attribute);
        if (whole.isPresent()) {
            return whole.get();
        }
        List<String> names = new ArrayList<>();
        for (int part = 0; ; part++) {
            Optional<List<String>> more = group.texts(attribute + part);
            if (more.isEmpty()) {
                return names;
            }
            names.addAll(more.get());
        }
    }

    @Override
    public List<KerasTensor> next(LayerConfig layer) {
        if (!WEIGHTED.contains(layer.kind())) {
            return List.of();
        }
        if (!groups.hasNext()) {
            throw layer.error("the group model_weights holds no weights for it. Was the model saved whole by Keras?");
        }
        Hdf5Group group = groups.next();
        List<KerasTensor> weights = new ArrayList<>();
        for (String name : names(group, "weight_names")) {
            weights.add(group.tensor(name));
        }
        return weights;
    }
}
