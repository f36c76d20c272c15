package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The minimal GRU: its gates see the input alone, so that h is linear in h'.
 *
 * <pre>{@code
 * u = σ(W_u x + b_u)               how much of h' is replaced
 * n = W_n x + b_n                  candidate
 * h = (1 - u) ⊙ h' + u ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D], b [2H], the blocks u n.
 *
 * <p>Source: Feng et al., "Were RNNs All We Needed?" (2024).
 */
public record MinGru() implements AcceleratedCell {

    /** The only one. */
    public static final MinGru STANDARD = new MinGru();

    @Override
    public String kind() {
        return "mingru";
    }

    @Override
    public int gates() {
        return 2;
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
                WeightPart.of("weight_ih", Role.INPUT, Math.multiplyExact(2, H), D),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, 2 * H));
    }

    @Override
    public void forward(int block, Unit s) {
        float u = AcceleratedCell.logistic(s.a(0));
        s.a(0, u);
        s.h((1 - u) * s.hPrev() + u * s.a(1));
    }

    @Override
    public void backward(int block, Unit s) {
        float u = s.a(0);
        float n = s.a(1);
        float dh = s.dh();
        s.a(0, dh * (n - s.hPrev()) * u * (1 - u)); // da_u
        s.a(1, dh * u); // dn
        s.direct(dh * (1 - u));
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.minGru();
    }
}
