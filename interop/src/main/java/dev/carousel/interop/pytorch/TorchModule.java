package dev.carousel.interop.pytorch;

import dev.carousel.spec.LayerSpec;
import java.util.Map;
import java.util.Optional;

/**
 * One module of PyTorch, recognised by the names and shapes of its weights.
 *
 * @param name the prefix of its weights, empty for a bare module
 * @param kind what it is
 * @param layer the layer that has these weights; of a {@link Kind#TABLE}, as an embedding
 * @param sources for each parameter of the layer that is a weight as it stands, the name of that weight
 * @param norm the weights of a normalisation, of which its layer's parameters are made
 */
record TorchModule(String name, Kind kind, LayerSpec layer, Map<String, String> sources, Optional<Normalisation> norm) {

    /** A module whose parameters are weights. */
    TorchModule(String name, Kind kind, LayerSpec layer, Map<String, String> sources) {
        this(name, kind, layer, sources, Optional.empty());
    }

    /** What the weights tell of a module. */
    enum Kind {
        /** {@code nn.RNN}, {@code nn.LSTM} or {@code nn.GRU}. */
        RECURRENT,
        /** {@code nn.Linear} with bias. */
        LINEAR,
        /** One matrix alone: an {@code nn.Embedding}, or an {@code nn.Linear} without bias. */
        TABLE,
        /** Vectors of one size: {@code nn.BatchNorm1d}, or what its user must say, as {@code nn.LayerNorm}. */
        NORM
    }

    /** Takes a copy of the names. */
    TorchModule {
        sources = Map.copyOf(sources);
    }

    /** A matrix alone, as an affine map without bias: its shape is [output, input] then. */
    TorchModule asLinear() {
        LayerSpec.Embedding table = (LayerSpec.Embedding) layer;
        LayerSpec linear = new LayerSpec.Dense(table.name(), table.outputSize(), table.vocabularySize(), false);
        return new TorchModule(name, Kind.LINEAR, linear, sources);
    }

    /** How errors and notes call it. */
    String shown() {
        return name.isEmpty() ? "the module" : name;
    }

    /** With its sizes: {@code rnn (8 -> 16)}. */
    String withSizes() {
        String or = kind == Kind.TABLE ? " or " + layer.outputSize() + " -> " + layer.inputSize() + " as Linear" : "";
        return shown() + " (" + layer.inputSize() + " -> " + layer.outputSize() + or + ")";
    }
}
