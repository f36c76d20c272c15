package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The minimal LSTM: its gates see the input alone and share one whole between them, so that h is linear in h'.
 *
 * <pre>{@code
 * f = σ(W_f x + b_f)                               forget gate
 * i = σ(W_i x + b_i)                               input gate
 * n = W_n x + b_n                                  candidate
 * h = f / (f + i) ⊙ h' + i / (f + i) ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [3H, D], b [3H], the blocks f i n.
 *
 * <p>Source: Feng et al., "Were RNNs All We Needed?" (2024).
 */
public record MinLstm() implements AcceleratedCell {

    /** The only one. */
    public static final MinLstm STANDARD = new MinLstm();

    @Override
    public String kind() {
        return "minlstm";
    }

    @Override
    public int gates() {
        return 3;
    }

    @Override
    public boolean scans() {
        return true;
    }

    @Override
    public List<Block> blocks() {
        return List.of();
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, Math.multiplyExact(3, H), D),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, 3 * H));
    }

    /** σ(a), never 0, so that two gates that are all but shut still share a whole. */
    private static float gate(float a) {
        return Math.max(Float.MIN_NORMAL, AcceleratedCell.logistic(a));
    }

    @Override
    public void forward(int block, Unit s) {
        float f = gate(s.a(0));
        float i = gate(s.a(1));
        float v = i / (f + i);
        s.a(0, f);
        s.a(1, i);
        s.h((1 - v) * s.hPrev() + v * s.a(2));
    }

    @Override
    public void backward(int block, Unit s) {
        float f = s.a(0);
        float i = s.a(1);
        float n = s.a(2);
        float v = i / (f + i);
        float dh = s.dh();
        float dv = dh * (n - s.hPrev()) * v * (1 - v);
        s.a(0, -dv * (1 - f)); // da_f
        s.a(1, dv * (1 - i)); // da_i
        s.a(2, dh * v); // dn
        s.direct(dh * (1 - v));
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.minLstm();
    }
}
