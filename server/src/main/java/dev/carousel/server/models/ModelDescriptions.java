package dev.carousel.server.models;

import dev.carousel.stream.PoolFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models as JSON tells of them. */
public final class ModelDescriptions {

    private ModelDescriptions() {}

    /** A model: what it reads and answers, its versions and their figures. */
    public static Map<String, Object> of(ServedModel model) {
        ModelVersion<?, ?> newest = model.newest();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", model.name());
        all.put("task", newest.task().isEmpty() ? "none" : newest.task());
        all.put("version", newest.label());
        all.put("fingerprint", newest.pool().fingerprint());
        all.put("inputs", newest.form().inputs());
        all.put("outputs", (long) newest.form().outputs());
        all.putAll(newest.form().description());
        all.put("versions", model.versions().stream().map(ModelDescriptions::of).toList());
        return all;
    }

    /** A version and the figures of its pool. */
    public static Map<String, Object> of(ModelVersion<?, ?> version) {
        PoolFigures figures = version.pool().figures();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", version.label());
        all.put("sessions", figures.sessions());
        all.put("waiting", figures.waiting());
        all.put("events", figures.events());
        all.put("steps", figures.steps());
        all.put("mean_batch", figures.meanBatch());
        all.put("refused", figures.refused());
        all.put("repeated", figures.repeated());
        all.put("evicted", figures.evicted());
        all.put("loaded", figures.loaded());
        all.put("commits", figures.commits());
        all.put("store_failures", figures.storeFailures());
        return all;
    }

    /** All models. */
    public static Map<String, Object> of(List<ServedModel> models) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("models", models.stream().map(ModelDescriptions::of).toList());
        return all;
    }
}
