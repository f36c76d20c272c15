package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The layers of a model and of the models inside it, from its one input to its one output: a Sequential lists them, a functional model is a graph
 * ({@link FunctionalGraph}).
 *
 * @param layers in the order of the data
 */
record ModelConfig(List<LayerConfig> layers) {

    private static final int MOST_NESTED = 16;

    /**
     * Takes the model apart.
     *
     * @param notes is told what the model does and we do not
     */
    static ModelConfig of(String file, Map<String, Object> json, Consumer<String> notes) {
        Object config = json.getOrDefault("config", KerasJson.Null.NULL);
        String name = json.get("class_name") instanceof String text ? text : "";
        if (name.isEmpty()) {
            throw new InteropException(file + ": the model's configuration should have class_name and config but has "
                    + quoted(json.keySet().toString()) + ". Was the file written by Keras?");
        }
        return new ModelConfig(layers(file, name, config, List.of(), notes));
    }

    private static List<LayerConfig> layers(
            String file, String kind, Object config, List<LayerConfig> around, Consumer<String> notes) {
        List<LayerConfig> chain = switch (kind) {
            case "Sequential" -> sequential(file, config);
            case "Functional", "Model" -> new FunctionalGraph(file, config, notes).chain();
            default ->
                throw new InteropException(file + ": the model is of the class " + quoted(kind)
                        + "; only Sequential and functional models describe their layers in the file.");
        };
        List<LayerConfig> flat = new ArrayList<>();
        for (LayerConfig layer : chain) {
            if (layer.isModel()) {
                List<LayerConfig> deeper = new ArrayList<>(around);
                deeper.add(layer);
                requireShallow(layer, deeper);
                flat.addAll(layers(file, layer.kind(), layer.options(), deeper, notes));
            } else {
                flat.add(around.isEmpty() ? layer : layer.in(around));
            }
        }
        return flat;
    }

    private static void requireShallow(LayerConfig layer, List<LayerConfig> models) {
        if (models.size() > MOST_NESTED) {
            throw layer.error("more than " + MOST_NESTED + " models are inside each other. Is the file damaged?");
        }
    }

    private static List<LayerConfig> sequential(String file, Object config) {
        // Until Keras 2.2.3 the configuration was the list itself.
        Object layers = config instanceof Map<?, ?> map ? map.get("layers") : config;
        if (!(layers instanceof List<?> list)) {
            throw new InteropException(
                    file + ": the Sequential model has no list of layers. Was the file written by Keras?");
        }
        List<LayerConfig> chain = new ArrayList<>();
        for (Object layer : list) {
            chain.add(LayerConfig.of(file, layer));
        }
        return chain;
    }
}
