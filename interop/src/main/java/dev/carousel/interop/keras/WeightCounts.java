package dev.carousel.interop.keras;

/**
 * How many weights a layer has in Keras, as an old file lists them: those that are trained before those that are not.
 *
 * @param trained how many gradient descent changes
 * @param fixed how many it does not, such as moving means
 */
record WeightCounts(int trained, int fixed) {

    /** Of a layer of any class; one that is not read has none. */
    static WeightCounts of(LayerConfig layer) {
        WeightCounts counts = switch (layer.kind()) {
            case "SimpleRNN", "LSTM", "GRU", "SimpleRNNCell", "LSTMCell", "GRUCell" ->
                new WeightCounts(2 + one(layer, "use_bias"), 0);
            case "CuDNNLSTM", "CuDNNGRU" -> new WeightCounts(3, 0);
            case "Dense" -> new WeightCounts(1 + one(layer, "use_bias"), 0);
            case "Embedding", "PReLU" -> new WeightCounts(1, 0);
            case "LayerNormalization" -> new WeightCounts(one(layer, "scale") + one(layer, "center"), 0);
            case "BatchNormalization" -> new WeightCounts(one(layer, "scale") + one(layer, "center"), 2);
            case "Normalization" -> new WeightCounts(0, layer.has("mean") ? 0 : 3);
            case "TimeDistributed" -> of(layer.inner("layer"));
            case "Bidirectional" -> twice(of(layer.inner("layer")));
            case "RNN" ->
                layer.cells().stream().map(WeightCounts::of).reduce(new WeightCounts(0, 0), WeightCounts::plus);
            default -> new WeightCounts(0, 0);
        };
        return layer.flag("trainable", true) ? counts : new WeightCounts(0, counts.all());
    }

    private static int one(LayerConfig layer, String flag) {
        return layer.flag(flag, true) ? 1 : 0;
    }

    private static WeightCounts twice(WeightCounts one) {
        return one.plus(one);
    }

    private WeightCounts plus(WeightCounts other) {
        return new WeightCounts(trained + other.trained, fixed + other.fixed);
    }

    /** How many there are. */
    int all() {
        return trained + fixed;
    }
}
