package dev.carousel.spec;

import java.util.Objects;

/**
 * A dense layer whose weight is the table of the network's {@link LayerSpec.Embedding}: y = E x + b, so that a class and the id of
 * the same number share one vector, whose gradient is that of both uses.
 *
 * <p>The embedding must be the network's first layer, and this one reads as many numbers as it gives. Of its own it has {@code bias}
 * [V] alone, so freezing this layer by its name, as an {@code UpdateRule} can, leaves the table to be learned; freezing the embedding
 * keeps it as it is for both uses.
 *
 * <p>Sources: Press and Wolf, "Using the output embedding to improve language models" (2017); Inan, Khosravi and Socher, "Tying
 * word vectors and word classifiers" (2017).
 *
 * @param name the prefix of its parameter
 * @param embedding the name of the embedding
 * @param inputSize E, how many numbers stand for an id
 * @param outputSize V, how many ids there are
 */
public record TiedDense(String name, String embedding, int inputSize, int outputSize) implements LayerSpec {

    /** Checks the sizes. */
    public TiedDense {
        Objects.requireNonNull(name, "TiedDense: name is null");
        Objects.requireNonNull(embedding, "TiedDense: the name of the embedding is null");
        LayerSpec.requirePositive("TiedDense " + name + ": inputSize", inputSize);
        LayerSpec.requirePositive("TiedDense " + name + ": outputSize", outputSize);
    }

    /** A layer named {@code out} that shares the table of an embedding. */
    public static TiedDense to(LayerSpec.Embedding embedding) {
        Objects.requireNonNull(embedding, "TiedDense: embedding is null");
        return new TiedDense("out", embedding.name(), embedding.outputSize(), embedding.vocabularySize());
    }

    /** The full name of E, the embedding's. */
    public String weight() {
        return embedding + ".weight";
    }

    /** The full name of b. */
    public String bias() {
        return name + ".bias";
    }

    /**
     * Checks that the first layer of a network is the embedding that it shares.
     *
     * @throws IllegalArgumentException if it is not, or has another size
     */
    void requireTiedTo(LayerSpec first) {
        if (!(first instanceof LayerSpec.Embedding table && table.name().equals(embedding))) {
            throw new IllegalArgumentException(this + " shares the table of the embedding " + embedding
                    + ", but the network's first layer is " + first + ".");
        }
        if (table.vocabularySize() != outputSize || table.outputSize() != inputSize) {
            throw new IllegalArgumentException(this + " shares the table of the embedding " + embedding + ", which is ["
                    + table.vocabularySize() + ", " + table.outputSize() + "], but needs one of [" + outputSize + ", "
                    + inputSize + "]. The layer before it must give as many numbers as the embedding.");
        }
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        layout.add(bias(), outputSize);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.tiedDense(this);
    }
}
