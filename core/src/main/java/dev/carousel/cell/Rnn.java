package dev.carousel.cell;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Map;

/**
 * The plain recurrent cell.
 *
 * <pre>{@code
 * h = φ(W x + R h' + b)     φ one of tanh, max(·, 0), σ     W [H, D], R [H, H], b = bW + bR [H], h [N, H]
 * }</pre>
 *
 * <p>Source: Elman, "Finding Structure in Time" (1990).
 *
 * @param nonlinearity φ
 */
public record Rnn(Nonlinearity nonlinearity) implements Cell {

    /** The usual choice: h = tanh(W x + R h' + b). */
    public static final Rnn STANDARD = new Rnn(Nonlinearity.TANH);

    @Override
    public String kind() {
        return "rnn";
    }

    @Override
    public Map<String, String> variant() {
        return Map.of("nonlinearity", nonlinearity.name());
    }

    @Override
    public int gates() {
        return 1;
    }

    @Override
    public boolean hasCellState() {
        return false;
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        kernels.rnn().forward(nonlinearity, step);
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        kernels.rnn().backward(nonlinearity, step, gradient);
    }
}
