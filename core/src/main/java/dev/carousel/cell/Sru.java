package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The simple recurrent unit: its gates see the input and their own unit's cell state, and h has a way past them.
 *
 * <pre>{@code
 * n = W_n x                                        candidate
 * f = σ(W_f x + v_f ⊙ c' + b_f)                    forget gate
 * r = σ(W_r x + v_r ⊙ c' + b_r)                    how much of c is given out
 * c = f ⊙ c' + (1 - f) ⊙ n
 * h = r ⊙ c + (1 - r) ⊙ s                          s is x if D = H, else W_s x
 * }</pre>
 *
 * <p>Shapes: x [N, D], h and c [N, H], W [3H, D] with the blocks n f r, or [4H, D] with n f r s; v, called {@code weight_ch} in
 * files, and b [2H], the blocks f r. v starts evenly within ±√(3 / H) and b from 0.
 *
 * <p>Source: Lei et al., "Simple Recurrent Units for Highly Parallelizable Recurrence" (2018).
 */
public record Sru() implements AcceleratedCell {

    /** The only one. */
    public static final Sru STANDARD = new Sru();

    @Override
    public String kind() {
        return "sru";
    }

    @Override
    public int gates() {
        return 4; // n f r s
    }

    @Override
    public int columns() {
        return 6; // the gates, and what is added to the gradients of v_f and v_r
    }

    @Override
    public List<Block> blocks() {
        return List.of();
    }

    @Override
    public boolean readsOutput() {
        return false;
    }

    @Override
    public boolean copiesInput() {
        return true;
    }

    @Override
    public int firstBiasGate() {
        return 1;
    }

    @Override
    public int ownColumn() {
        return 4;
    }

    @Override
    public List<StatePart> state(int H) {
        return List.of(StatePart.h(H), new StatePart("c", H, 0));
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        float limit = (float) Math.sqrt(3.0 / H);
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, Math.multiplyExact(D == H ? 3 : 4, H), D),
                WeightPart.of("weight_ch", Role.OWN, 2 * H).startingFrom(-limit, limit),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, 2 * H).startingFrom(0, 0));
    }

    @Override
    public void forward(int block, Unit s) {
        float cPrev = s.cPrev(0);
        float f = AcceleratedCell.logistic(s.a(1) + s.p(0) * cPrev);
        float r = AcceleratedCell.logistic(s.a(2) + s.p(1) * cPrev);
        float c = f * cPrev + (1 - f) * s.a(0);
        s.a(1, f);
        s.a(2, r);
        s.c(0, c);
        s.h(r * c + (1 - r) * s.a(3));
    }

    @Override
    public void backward(int block, Unit s) {
        float n = s.a(0);
        float f = s.a(1);
        float r = s.a(2);
        float cPrev = s.cPrev(0);
        float dh = s.dh();
        float dc = s.dc(0) + dh * r;
        float daf = dc * (cPrev - n) * f * (1 - f);
        float dar = dh * (s.c(0) - s.a(3)) * r * (1 - r);
        s.a(0, dc * (1 - f)); // dn
        s.a(1, daf);
        s.a(2, dar);
        s.a(3, dh * (1 - r)); // ds
        s.a(4, daf * cPrev); // of v_f
        s.a(5, dar * cPrev); // of v_r
        s.dc(0, dc * f + daf * s.p(0) + dar * s.p(1));
        s.direct(0);
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.sru();
    }
}
