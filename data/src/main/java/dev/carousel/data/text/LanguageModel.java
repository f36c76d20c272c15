package dev.carousel.data.text;

import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.ActivityPenalty;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.DropWords;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.spec.TiedDense;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A network that predicts the next unit of a text, in a few choices: what stands before and behind its recurrent layers. Immutable;
 * the {@code with} methods change one choice each.
 *
 * <pre>{@code
 * NetworkSpec spec = LanguageModel.of(RecurrentArchitecture.of(Lstm.STANDARD, 256).withLayers(2).withDropout(0.4f))
 *         .withEmbedding(256)
 *         .withTied(true)
 *         .withWordDropout(0.1f)
 *         .network(10_001);
 * }</pre>
 *
 * <p>With word, input and {@linkplain dev.carousel.spec.Regularisation weight} dropout, dropout that is the same at every step,
 * penalties, a tied table and {@code Averaging.nonMonotonic}, it is the AWD-LSTM of Merity, Keskar and Socher, "Regularizing and
 * optimizing LSTM language models" (2018).
 *
 * @param recurrent the recurrent layers and their dropout
 * @param embedding how many numbers stand for a unit; 0 for one-hot input
 * @param wordDropout the share of units whose vectors training drops
 * @param inputDropout the share of the numbers of vectors that training drops, at all steps alike if the recurrent layers' are
 * @param activationPenalty α, of the squares of what the last recurrent layer gives, after its dropout; with layer normalisation
 *     before both
 * @param temporalPenalty β, of the squares of its changes from step to step, before its dropout and layer normalisation
 * @param tied whether the output layer shares the table of the embedding
 * @param cutoffs of an {@link AdaptiveSoftmax}; none for scores of all units at each step
 * @param divisor of the adaptive softmax
 */
public record LanguageModel(
        RecurrentArchitecture recurrent,
        int embedding,
        float wordDropout,
        float inputDropout,
        float activationPenalty,
        float temporalPenalty,
        boolean tied,
        List<Integer> cutoffs,
        int divisor) {

    private static final String EMBEDDING = "embedding";

    /**
     * Checks the choices that go together.
     *
     * @throws IllegalArgumentException if vectors are dropped or shared that there are not, or an adaptive softmax is to share them
     */
    public LanguageModel {
        Objects.requireNonNull(recurrent, "LanguageModel: the recurrent layers are null");
        Objects.requireNonNull(cutoffs, "LanguageModel: cutoffs are null; the list may be empty");
        cutoffs = List.copyOf(cutoffs);
        if (embedding < 0) {
            throw new IllegalArgumentException("LanguageModel: embedding is " + embedding + " but must be at least 0.");
        }
        if (embedding == 0 && (wordDropout > 0 || inputDropout > 0 || tied)) {
            throw new IllegalArgumentException("LanguageModel: "
                    + (tied
                            ? "the output layer is to share the table of the embedding"
                            : "vectors of units are to be dropped")
                    + ", but the input is one-hot, which has none. Give an embedding a size.");
        }
        if (tied && !cutoffs.isEmpty()) {
            throw new IllegalArgumentException(
                    "LanguageModel: the output layer is to share the table of the embedding and to be an adaptive softmax, whose"
                            + " rarer units have smaller vectors than the table. Take one of the two.");
        }
    }

    /** One-hot input, recurrent layers, and a dense layer that gives scores. */
    public static LanguageModel of(RecurrentArchitecture recurrent) {
        return new LanguageModel(recurrent, 0, 0, 0, 0, 0, false, List.of(), AdaptiveSoftmax.DIVISOR);
    }

    /** The same with a learned vector of this many numbers for each unit; 0 for none. */
    public LanguageModel withEmbedding(int size) {
        return new LanguageModel(
                recurrent, size, wordDropout, inputDropout, activationPenalty, temporalPenalty, tied, cutoffs, divisor);
    }

    /** The same with another share of units dropped. */
    public LanguageModel withWordDropout(float share) {
        return new LanguageModel(
                recurrent, embedding, share, inputDropout, activationPenalty, temporalPenalty, tied, cutoffs, divisor);
    }

    /** The same with another share of the numbers of vectors dropped. */
    public LanguageModel withInputDropout(float share) {
        return new LanguageModel(
                recurrent, embedding, wordDropout, share, activationPenalty, temporalPenalty, tied, cutoffs, divisor);
    }

    /** The same with other penalties on what the last recurrent layer gives. */
    public LanguageModel withPenalties(float activation, float temporal) {
        return new LanguageModel(
                recurrent, embedding, wordDropout, inputDropout, activation, temporal, tied, cutoffs, divisor);
    }

    /** The same with or without an output layer that shares the table of the embedding. */
    public LanguageModel withTied(boolean other) {
        return new LanguageModel(
                recurrent,
                embedding,
                wordDropout,
                inputDropout,
                activationPenalty,
                temporalPenalty,
                other,
                cutoffs,
                divisor);
    }

    /** The same with an adaptive softmax. */
    public LanguageModel withAdaptiveSoftmax(List<Integer> cutoffs, int divisor) {
        return new LanguageModel(
                recurrent,
                embedding,
                wordDropout,
                inputDropout,
                activationPenalty,
                temporalPenalty,
                tied,
                cutoffs,
                divisor);
    }

    /**
     * The network for so many kinds of unit.
     *
     * @throws IllegalArgumentException if a size does not fit: a shared table needs vectors as large as what the last recurrent layer
     *     gives, and cutoffs must lie below the number of units
     */
    public NetworkSpec network(int units) {
        List<LayerSpec> before = new ArrayList<>();
        if (embedding == 0) {
            before.add(new OneHot(units));
        } else {
            before.add(new Embedding(EMBEDDING, units, embedding));
            if (wordDropout > 0) {
                before.add(new DropWords(embedding, wordDropout));
            }
            if (inputDropout > 0) {
                before.add(new Drop(
                        embedding, inputDropout, recurrent.regularisation().sameAtEveryStep()));
            }
        }
        NetworkSpec plain = recurrent.network(before, embedding == 0 ? units : embedding, units);
        List<LayerSpec> layers = new ArrayList<>(plain.layers());
        LayerSpec head = layers.remove(layers.size() - 1);
        addPenalties(layers, head.inputSize());
        layers.add(output(head));
        return new NetworkSpec(layers);
    }

    private void addPenalties(List<LayerSpec> layers, int size) {
        int beforeDropout = layers.size() - (recurrent.dropout() > 0 ? 1 : 0);
        if (recurrent.layerNorm()) {
            // What is normalised has about the same squares whatever the layer gives.
            if (temporalPenalty > 0 || activationPenalty > 0) {
                layers.add(beforeDropout - 1, new ActivityPenalty(size, activationPenalty, temporalPenalty));
            }
            return;
        }
        if (temporalPenalty > 0) {
            layers.add(beforeDropout, new ActivityPenalty(size, 0, temporalPenalty));
        }
        if (activationPenalty > 0) {
            layers.add(new ActivityPenalty(size, activationPenalty, 0));
        }
    }

    private LayerSpec output(LayerSpec head) {
        if (tied) {
            return new TiedDense(head.name(), EMBEDDING, head.inputSize(), head.outputSize());
        }
        return cutoffs.isEmpty()
                ? head
                : new AdaptiveSoftmax(head.name(), head.inputSize(), head.outputSize(), cutoffs, divisor);
    }
}
