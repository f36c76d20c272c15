package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layers of a model, from its one input to its one output: a Sequential lists them, a functional model is a graph
 * ({@link FunctionalGraph}).
 *
 * @param layers in the order of the data
 */
record ModelConfig(List<LayerConfig> layers) {

    /** Takes the model apart. */
    static ModelConfig of(String file, Map<String, Object> json) {
        Object config = json.getOrDefault("config", KerasJson.Null.NULL);
        String name = json.get("class_name") instanceof String text ? text : "";
        if (name.isEmpty()) {
            throw new InteropException(file + ": the model's configuration should have class_name and config but has "
                    + quoted(json.keySet().toString()) + ". Was the file written by Keras?");
        }
        return switch (name) {
            case "Sequential" -> sequential(file, config);
            case "Functional", "Model" -> new ModelConfig(new FunctionalGraph(file, config).chain());
            default ->
                throw new InteropException(file + ": the model is of the class " + quoted(name)
                        + "; only Sequential and functional models describe their layers in the file.");
        };
    }

    private static ModelConfig sequential(String file, Object config) {
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
        return new ModelConfig(chain);
    }
}
