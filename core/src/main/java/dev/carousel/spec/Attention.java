package dev.carousel.spec;

import java.util.Locale;
import java.util.Objects;

/**
 * How a decoder looks at the steps of an encoder: how well each of them fits is a score, and what the decoder gets is their mean,
 * weighted by the softmax of the scores. An immutable value.
 *
 * <pre>{@code
 * DOT       score(t, s) = h_t · e_s
 * GENERAL   score(t, s) = h_t · (K e_s)                      K [H, E]
 * ADDITIVE  score(t, s) = v · tanh(Q h_t + K e_s)            Q [A, H], K [A, E], v [1, A]
 * α_t = softmax of score(t, ·) over the steps s of the sequence          c_t = Σ_s α_ts e_s
 * }</pre>
 *
 * <p>h_t is the decoder's output at step t, e_s the encoder's at step s. Padding has no weight. Sources: Bahdanau, Cho and Bengio,
 * "Neural machine translation by jointly learning to align and translate" (2015), for ADDITIVE, without its biases; Luong, Pham and
 * Manning, "Effective approaches to attention-based neural machine translation" (2015), section 3.1, for DOT and GENERAL. As in the
 * latter, h_t is the state after step t, and c_t goes to the output alone, not into the next step of the decoder.
 *
 * @param score which of them
 * @param size A, of ADDITIVE; 0 of the others
 */
public record Attention(Score score, int size) {

    /** How the score of a step comes about. */
    public enum Score {
        /** There is none: all that the decoder knows of the input is the state that it begins from. */
        NONE,
        /** The product of both outputs, which must be of one size. */
        DOT,
        /** The product of the decoder's output and a linear map of the encoder's. */
        GENERAL,
        /** A layer of tanh units that reads both outputs. */
        ADDITIVE
    }

    /** Checks the size. */
    public Attention {
        Objects.requireNonNull(score, "Attention: score is null; Score.NONE is none");
        if (score == Score.ADDITIVE) {
            LayerSpec.requirePositive("Attention: size", size);
        } else if (size != 0) {
            throw new IllegalArgumentException(
                    "Attention: " + score + " has no units of its own, but size is " + size + ". It must be 0.");
        }
    }

    /** No attention (Sutskever, Vinyals and Le, 2014). */
    public static Attention none() {
        return new Attention(Score.NONE, 0);
    }

    /** {@link Score#DOT}. */
    public static Attention dot() {
        return new Attention(Score.DOT, 0);
    }

    /** {@link Score#GENERAL}. */
    public static Attention general() {
        return new Attention(Score.GENERAL, 0);
    }

    /**
     * {@link Score#ADDITIVE}.
     *
     * @param size A, how many tanh units
     */
    public static Attention additive(int size) {
        return new Attention(Score.ADDITIVE, size);
    }

    /** Whether there is any. */
    public boolean attends() {
        return score != Score.NONE;
    }

    /**
     * The size of what the scores compare.
     *
     * @param decoderSize H, the size of the decoder's output
     */
    public int width(int decoderSize) {
        return score == Score.ADDITIVE ? size : decoderSize;
    }

    /** In a word or two: {@code additive attention of 64}. */
    @Override
    public String toString() {
        return (attends() ? score.name().toLowerCase(Locale.ROOT) : "no") + " attention"
                + (size > 0 ? " of " + size : "");
    }
}
