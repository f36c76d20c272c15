package dev.carousel.cli;

import dev.carousel.network.LayerSpec;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameterless;
import java.util.Locale;
import java.util.stream.Collectors;

/** Networks and their layers in words. */
final class Describe {

    private Describe() {}

    /** A network in one line: {@code one-hot 65, 2 x LSTM 65 -> 128, dense 128 -> 65}. */
    static String network(NetworkSpec spec) {
        return spec.layers().stream().map(Describe::layer).collect(Collectors.joining(", "));
    }

    /** A layer: {@code 2 x LSTM 65 -> 128}. */
    static String layer(LayerSpec layer) {
        String sizes = layer.inputSize() + " -> " + layer.outputSize();
        if (layer instanceof LayerSpec.Recurrent recurrent) {
            String stacked = recurrent.layers() == 1 ? "" : recurrent.layers() + " x ";
            String name = recurrent.cell().kind().toUpperCase(Locale.ROOT);
            String ways = switch (recurrent.direction()) {
                case FORWARD -> "";
                case BACKWARD -> " backward";
                case BOTH -> " in both directions";
            };
            String dropout = recurrent.dropout() == 0 ? "" : ", dropout " + recurrent.dropout();
            return stacked + name + " " + sizes + ways + dropout;
        }
        if (layer instanceof LayerSpec.OneHot) {
            return "one-hot " + layer.inputSize();
        }
        if (layer instanceof Parameterless.Elementwise elementwise) {
            return elementwise.activation().text().toLowerCase(Locale.ROOT);
        }
        if (layer instanceof Parameterless parameterless) {
            return parameterless.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
        return (layer instanceof LayerSpec.Embedding ? "embedding " : "dense ") + sizes;
    }
}
