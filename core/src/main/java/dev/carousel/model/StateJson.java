package dev.carousel.model;

import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The numbers of a {@link TrainingState} that are no arrays, as JSON: columns, one number an epoch. */
record StateJson(
        TrainingState.Position position,
        long updates,
        long averaged,
        TrainingState.Sums sums,
        List<EpochFigures> epochs) {

    private static final String AVERAGED = "averaged";

    static Map<String, Object> of(TrainingState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        TrainingState.Position position = state.position();
        json.put("epoch", (long) position.epoch());
        json.put("batch", (long) position.batch());
        json.put("dropout", position.dropout());
        json.put("carried_batch", (long) position.carriedBatch());
        json.put("stopped", position.stopped());
        json.put("updates", state.optimiser().updates());
        json.put(AVERAGED, state.weights().averaged());
        TrainingState.Sums sums = state.sums();
        Map<String, Object> sum = new LinkedHashMap<>();
        sum.put("loss", sums.loss());
        sum.put("weight", sums.weight());
        sum.put("norm", sums.norm());
        sum.put("layer_norms", sums.layerNorms());
        sum.put("updates", sums.updates());
        sum.put("items", sums.items());
        sum.put("rate", sums.rate());
        sum.put("nanos", sums.nanos());
        json.put("sums", sum);
        List<EpochFigures> epochs = state.epochs();
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("training", column(epochs, EpochFigures::trainingLoss));
        if (!epochs.isEmpty() && epochs.get(0).heldOutLoss().isPresent()) {
            columns.put("held_out", column(epochs, epoch -> epoch.heldOutLoss().orElseThrow()));
        }
        columns.put("rate", column(epochs, EpochFigures::learningRate));
        columns.put("norm", column(epochs, EpochFigures::gradientNorm));
        Map<String, Object> layers = new LinkedHashMap<>();
        if (!epochs.isEmpty()) {
            for (String layer : epochs.get(0).layerNorms().keySet()) {
                layers.put(layer, column(epochs, epoch -> epoch.layerNorms().get(layer)));
            }
        }
        columns.put("layer_norms", layers);
        columns.put("items", column(epochs, EpochFigures::items));
        columns.put("nanos", column(epochs, EpochFigures::elapsedNanos));
        columns.put("held_out_nanos", column(epochs, EpochFigures::heldOutNanos));
        json.put("epochs", columns);
        return json;
    }

    private static <V> List<V> column(List<EpochFigures> epochs, Function<EpochFigures, V> figure) {
        return epochs.stream().map(figure).toList();
    }

    /**
     * Reads what {@link #of} gave.
     *
     * @throws IllegalArgumentException if something is missing or of another kind
     */
    static StateJson read(Map<String, Object> json) {
        TrainingState.Position position = new TrainingState.Position(
                Math.toIntExact(whole(json, "epoch")),
                Math.toIntExact(whole(json, "batch")),
                whole(json, "dropout"),
                Math.toIntExact(whole(json, "carried_batch")),
                field(json, "stopped", Boolean.class));
        Map<?, ?> sum = field(json, "sums", Map.class);
        TrainingState.Sums sums = new TrainingState.Sums(
                real(sum, "loss"),
                real(sum, "weight"),
                real(sum, "norm"),
                reals(sum, "layer_norms"),
                whole(sum, "updates"),
                whole(sum, "items"),
                real(sum, "rate"),
                whole(sum, "nanos"));
        // Checkpoints of before have no average that counts its updates.
        long averaged = json.containsKey(AVERAGED) ? whole(json, AVERAGED) : 0;
        return new StateJson(
                position, whole(json, "updates"), averaged, sums, epochs(field(json, "epochs", Map.class)));
    }

    private static List<EpochFigures> epochs(Map<?, ?> columns) {
        List<Double> training = reals(columns, "training");
        List<Double> heldOut = columns.containsKey("held_out") ? reals(columns, "held_out") : List.of();
        List<Double> rates = reals(columns, "rate");
        List<Double> norms = reals(columns, "norm");
        Map<?, ?> named = field(columns, "layer_norms", Map.class);
        Map<String, List<Double>> layers = new LinkedHashMap<>();
        for (Object layer : named.keySet()) {
            layers.put(String.valueOf(layer), reals(named, String.valueOf(layer)));
        }
        List<Long> items = wholes(columns, "items");
        List<Long> nanos = wholes(columns, "nanos");
        List<Long> heldOutNanos = wholes(columns, "held_out_nanos");
        List<EpochFigures> epochs = new ArrayList<>();
        for (int i = 0; i < training.size(); i++) {
            Map<String, Double> layerNorms = new LinkedHashMap<>();
            for (Map.Entry<String, List<Double>> layer : layers.entrySet()) {
                layerNorms.put(layer.getKey(), at(layer.getValue(), i));
            }
            epochs.add(new EpochFigures(
                    i + 1,
                    training.get(i),
                    heldOut.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(at(heldOut, i)),
                    at(rates, i),
                    at(norms, i),
                    layerNorms,
                    at(items, i),
                    at(nanos, i),
                    at(heldOutNanos, i)));
        }
        return epochs;
    }

    private static <V> V at(List<V> column, int i) {
        if (i >= column.size()) {
            throw new IllegalArgumentException("a column of figures ends at epoch " + column.size() + ".");
        }
        return column.get(i);
    }

    private static long whole(Map<?, ?> json, String name) {
        return field(json, name, Long.class);
    }

    private static double real(Map<?, ?> json, String name) {
        return field(json, name, Number.class).doubleValue();
    }

    private static List<Double> reals(Map<?, ?> json, String name) {
        List<Double> numbers = new ArrayList<>();
        for (Object number : field(json, name, List.class)) {
            numbers.add(cast(number, name, Number.class).doubleValue());
        }
        return numbers;
    }

    private static List<Long> wholes(Map<?, ?> json, String name) {
        List<Long> numbers = new ArrayList<>();
        for (Object number : field(json, name, List.class)) {
            numbers.add(cast(number, name, Long.class));
        }
        return numbers;
    }

    private static <V> V field(Map<?, ?> json, String name, Class<V> type) {
        Object value = json.get(name);
        if (value == null) {
            throw new IllegalArgumentException("\"" + name + "\" is missing; there are " + json.keySet() + ".");
        }
        return cast(value, name, type);
    }

    private static <V> V cast(Object value, String name, Class<V> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("\"" + name + "\" must be a " + type.getSimpleName() + " but is a "
                    + value.getClass().getSimpleName() + ".");
        }
        return type.cast(value);
    }
}
