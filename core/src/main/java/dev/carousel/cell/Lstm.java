package dev.carousel.cell;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Map;

/**
 * The long short-term memory with a forget gate; ⊙ is the product element by element, σ the logistic function.
 *
 * <pre>{@code
 * i = σ(W_i x + R_i h' + b_i)      input gate         each gate [N, H]
 * f = σ(W_f x + R_f h' + b_f)      forget gate        W [4H, D], R [4H, H], b [4H]
 * g = tanh(W_g x + R_g h' + b_g)   candidate          gates in the order i f g o
 * o = σ(W_o x + R_o h' + b_o)      output gate
 * c = f ⊙ c' + i ⊙ g               cell state
 * h = o ⊙ tanh(c)                  hidden state, the output     or h = o ⊙ c without the output tanh
 * }</pre>
 *
 * <p>The bias is the sum of two, as PyTorch has them: b = bW + bR. Source: Hochreiter and Schmidhuber, "Long Short-Term
 * Memory" (1997); the forget gate: Gers, Schmidhuber and Cummins, "Learning to Forget" (2000).
 *
 * @param outputTanh whether the cell state passes through tanh on its way to the output, as in the usual LSTM
 */
public record Lstm(boolean outputTanh) implements Cell {

    /** The usual LSTM: h = o ⊙ tanh(c). */
    public static final Lstm STANDARD = new Lstm(true);

    /** Which of the four gates is the forget gate. */
    public static final int FORGET_GATE = 1;

    @Override
    public String kind() {
        return "lstm";
    }

    @Override
    public Map<String, String> variant() {
        return Map.of("outputTanh", Boolean.toString(outputTanh));
    }

    @Override
    public int gates() {
        return 4;
    }

    @Override
    public boolean hasCellState() {
        return true;
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        kernels.lstm().forward(outputTanh, step);
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        kernels.lstm().backward(outputTanh, step, gradient);
    }
}
