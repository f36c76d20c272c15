package dev.carousel.cell;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.Map;

/**
 * The gated recurrent unit; ⊙ is the product element by element, σ the logistic function.
 *
 * <pre>{@code
 * r = σ(W_r x + R_r h' + b_r)                     reset gate         W [3H, D], R [3H, H]
 * z = σ(W_z x + R_z h' + b_z)                     update gate        gates in the order r z n
 * n = tanh(W_n x + bW_n + r ⊙ (R_n h' + bR_n))    candidate, reset AFTER the recurrent product (PyTorch, cuDNN)
 * n = tanh(W_n x + bW_n + R_n (r ⊙ h') + bR_n)    candidate, reset BEFORE it (the paper's first version)
 * h = (1 - z) ⊙ n + z ⊙ h'                        hidden state, the output
 * }</pre>
 *
 * <p>b_r and b_z are sums of two biases, bW + bR. Source: Cho et al., "Learning Phrase Representations using RNN
 * Encoder-Decoder" (2014), where z and 1 - z are exchanged.
 *
 * @param resetGate where the reset gate acts
 */
public record Gru(ResetGate resetGate) implements Cell {

    /** Where the reset gate of a GRU acts. */
    public enum ResetGate {
        /** On h', before the recurrent product: R_n (r ⊙ h'). */
        BEFORE_PRODUCT,
        /** On the recurrent product and its bias: r ⊙ (R_n h' + bR_n). */
        AFTER_PRODUCT
    }

    /** The variant of PyTorch and cuDNN. */
    public static final Gru STANDARD = new Gru(ResetGate.AFTER_PRODUCT);

    private boolean resetsAfter() {
        return resetGate == ResetGate.AFTER_PRODUCT;
    }

    @Override
    public String kind() {
        return "gru";
    }

    @Override
    public Map<String, String> variant() {
        return Map.of("resetGate", resetGate.name());
    }

    @Override
    public int gates() {
        return 3;
    }

    @Override
    public boolean hasCellState() {
        return false;
    }

    /**
     * Reset after: the columns are n r z q with q = R_n h' + bR_n, so that the gradient of the input product stands in the
     * first three and that of the recurrent product in the last three, each in one piece. Reset before: r z n.
     */
    @Override
    public int columns() {
        return resetsAfter() ? 4 : 3;
    }

    @Override
    public int inputColumn(int gate) {
        return resetsAfter() ? (gate + 1) % 3 : gate;
    }

    @Override
    public List<Block> blocks() {
        return resetsAfter() ? List.of(new Block(0, 3, 1)) : List.of(new Block(0, 2, 0), new Block(2, 1, 2));
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        if (resetsAfter()) {
            kernels.gru().forwardResetAfter(step);
        } else if (block == 0) {
            kernels.gru().forwardGates(step);
        } else {
            kernels.gru().forwardCandidate(step);
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        if (resetsAfter()) {
            kernels.gru().backwardResetAfter(step, gradient);
        } else if (block == 0) {
            kernels.gru().backwardGates(step, gradient);
        } else {
            kernels.gru().backwardCandidate(step, gradient);
        }
    }
}
