package dev.carousel.interop.keras;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * finds them. A model inside the model is one of them, with the weights of all its layers. Names too many for one attribute continue in {@code layer_names0}, {@code layer_names1} and so on. Source:
 * Keras, {@code legacy_h5_format.py}.
 */
final class LegacyWeights implements KerasWeights {

    private final Iterator<Hdf5Group> groups;
    private final IdentityHashMap<LayerConfig, List<KerasTensor>> weights = new IdentityHashMap<>();

    /**
     * The weights of a model.
     *
     * @param layers all of its layers, those of models inside it, too
     */
    LegacyWeights(Hdf5Group modelWeights, List<LayerConfig> layers) {
        List<Hdf5Group> weighted = new ArrayList<>();
        for (String name : names(modelWeights, "layer_names")) {
            Hdf5Group group = modelWeights.group(name);
            if (!names(group, "weight_names").isEmpty()) {
                weighted.add(group);
            }
        }
        this.groups = weighted.iterator();
        Map<LayerConfig, List<LayerConfig>> byGroup = new LinkedHashMap<>();
        for (LayerConfig layer : layers) {
            if (WeightCounts.of(layer).all() > 0) {
                LayerConfig outermost =
                        layer.models().isEmpty() ? layer : layer.models().get(0);
                byGroup.computeIfAbsent(outermost, of -> new ArrayList<>()).add(layer);
            }
        }
        byGroup.values().forEach(this::share);
    }

    /** Gives each layer of a group its weights: those that are trained come first, of all layers. */
    private void share(List<LayerConfig> layers) {
        if (!groups.hasNext()) {
            throw layers.get(0)
                    .error("the group model_weights holds no weights for it. Was the model saved whole by Keras?");
        }
        Hdf5Group group = groups.next();
        List<KerasTensor> all = new ArrayList<>();
        for (String name : names(group, "weight_names")) {
            all.add(group.tensor(name));
        }
        if (layers.size() == 1) {
            weights.put(layers.get(0), all);
            return;
        }
        int trained = 0;
        int fixed = layers.stream()
                .mapToInt(layer -> WeightCounts.of(layer).trained())
                .sum();
        int expected =
                layers.stream().mapToInt(layer -> WeightCounts.of(layer).all()).sum();
        if (all.size() != expected) {
            LayerConfig model = layers.get(0).models().get(0);
            throw model.error("its layers should have " + expected + " weights but the file holds " + all.size()
                    + ". Do the weights belong to another model?");
        }
        for (LayerConfig layer : layers) {
            WeightCounts counts = WeightCounts.of(layer);
            List<KerasTensor> own = new ArrayList<>(all.subList(trained, trained + counts.trained()));
            own.addAll(all.subList(fixed, fixed + counts.fixed()));
            trained += counts.trained();
            fixed += counts.fixed();
            weights.put(layer, own);
        }
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
        return weights.getOrDefault(layer, List.of());
    }
}
