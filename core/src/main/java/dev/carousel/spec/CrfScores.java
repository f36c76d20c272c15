package dev.carousel.spec;

/**
 * The last layer of a network with a linear-chain conditional random field: to the scores of tags that it reads it adds those of
 * going from one tag to the next, of beginning and of ending with a tag, which are the same at every step of every sequence.
 *
 * <pre>{@code
 * y_t = [x_t (K) | A (K x K, from row to column) | start (K) | end (K)]          K (K + 3) numbers
 * }</pre>
 *
 * <p>That is what {@code dev.carousel.loss.CrfLoss} and {@code dev.carousel.decoding.CrfDecoder} read. A, start and end are learned
 * with the network. Parameters: {@code transitions} [K, K], {@code start_transitions} [K] and {@code end_transitions} [K], with the
 * names and shapes of pytorch-crf; all begin at 0. Without this layer a dense layer may give all scores, and transitions then depend on
 * the input. It has no state and is the same in training and outside.
 *
 * <p>Source: Huang, Xu and Yu, "Bidirectional LSTM-CRF models for sequence tagging" (2015).
 *
 * @param name the prefix of its parameters
 * @param tags K
 */
public record CrfScores(String name, int tags) implements LayerSpec {

    private static final int MOST_TAGS = 10_000;

    /** Checks the number of tags. */
    public CrfScores {
        LayerSpec.requirePositive("CrfScores " + name + ": tags", tags);
        if (tags > MOST_TAGS) {
            throw new IllegalArgumentException(
                    "CrfScores " + name + ": there are " + tags + " tags but must be at most " + MOST_TAGS + ".");
        }
    }

    /** A layer named {@code crf}. */
    public static CrfScores of(int tags) {
        return new CrfScores("crf", tags);
    }

    @Override
    public int inputSize() {
        return tags;
    }

    /** K (K + 3). */
    @Override
    public int outputSize() {
        return tags * (tags + 3);
    }

    /** The full name of A. */
    public String transitions() {
        return name + ".transitions";
    }

    /** The full name of the scores of beginning with a tag. */
    public String start() {
        return name + ".start_transitions";
    }

    /** The full name of the scores of ending with a tag. */
    public String end() {
        return name + ".end_transitions";
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        layout.add(transitions(), tags, tags);
        layout.add(start(), tags);
        layout.add(end(), tags);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.crfScores(this);
    }
}
