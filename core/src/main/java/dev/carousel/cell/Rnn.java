package dev.carousel.cell;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Map;

/**
 * The plain recurrent cell.
 *
 * <pre>{@code
 * h = φ(W x + R h' + b)     φ usually tanh     W [H, D], R [H, H], b = bW + bR [H], h [N, H]
 * }</pre>
 *
 * <p>The pre-activation may be limited to ±clip. Source: Elman, "Finding Structure in Time" (1990).
 *
 * @param activation φ, usually {@link Activation#TANH}
 * @param clip the largest size of a pre-activation, above 0; {@link Cell#NO_CLIP} for no limit
 */
public record Rnn(Activation activation, float clip) implements Cell {

    /** The usual choice: h = tanh(W x + R h' + b). */
    public static final Rnn STANDARD = new Rnn(Nonlinearity.TANH);

    /** Checks the clip. */
    public Rnn {
        VariantText.requireClip("Rnn", clip);
    }

    /** The plain cell with one of the usual nonlinearities. */
    public Rnn(Nonlinearity nonlinearity) {
        this(Activation.of(Activation.Kind.valueOf(nonlinearity.name())));
    }

    /** The plain cell with any activation. */
    public Rnn(Activation activation) {
        this(activation, NO_CLIP);
    }

    /** The same with another activation. */
    public Rnn withActivation(Activation activation) {
        return new Rnn(activation, clip);
    }

    /** The same with pre-activations limited to ±clip. */
    public Rnn withClip(float clip) {
        return new Rnn(activation, clip);
    }

    /** Whether it is one of those that have fast kernels. */
    private boolean usual() {
        return clip == NO_CLIP
                && (activation.is(Activation.Kind.TANH)
                        || activation.is(Activation.Kind.RELU)
                        || activation.is(Activation.Kind.LOGISTIC));
    }

    private Nonlinearity nonlinearity() {
        return activation.is(Activation.Kind.TANH)
                ? Nonlinearity.TANH
                : activation.is(Activation.Kind.RELU) ? Nonlinearity.RELU : Nonlinearity.LOGISTIC;
    }

    @Override
    public String kind() {
        return "rnn";
    }

    @Override
    public Map<String, String> variant() {
        return new VariantText()
                .put("nonlinearity", activation.text())
                .putUnless("clip", Float.toString(clip), Float.toString(NO_CLIP))
                .map();
    }

    /** The way back from {@link #variant}; what is missing is as usual. */
    static Rnn ofVariant(Map<String, String> variant) {
        VariantText text = new VariantText(variant);
        return new Rnn(text.activation("nonlinearity", Activation.TANH), text.clip());
    }

    @Override
    public int gates() {
        return 1;
    }

    @Override
    public boolean unitByUnit() {
        return true;
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        if (usual()) {
            kernels.rnn().forward(nonlinearity(), step);
        } else {
            kernels.variants().rnn().forward(activation, clip, step);
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        if (usual()) {
            kernels.rnn().backward(nonlinearity(), step, gradient);
        } else {
            kernels.variants().rnn().backward(activation, clip, step, gradient);
        }
    }
}
