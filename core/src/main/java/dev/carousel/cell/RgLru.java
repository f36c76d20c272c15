package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The real-gated linear recurrent unit: each unit forgets at its own rate, which a gate slows down; h is linear in h'.
 *
 * <pre>{@code
 * r = σ(W_r x + b_r)                               recurrence gate
 * i = σ(W_i x + b_i)                               input gate
 * ln a = -8 softplus(Λ) ⊙ r
 * h = a ⊙ h' + √(1 - a²) ⊙ i ⊙ s                   s is x if D = H, else W_s x
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D] with the blocks r i, or [3H, D] with r i s; b [2H], the blocks r i; Λ, called
 * {@code weight_a} in files, [H]. The paper has D = H, and a layer below that sees to it; that the cell may bring x to H numbers by
 * itself is ours. Λ starts so that e^(-8 softplus(Λ)) is drawn evenly between 0.9 and 0.999.
 *
 * <p>Source: De et al., "Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models" (2024).
 */
public record RgLru() implements AcceleratedCell {

    /** The only one. */
    public static final RgLru STANDARD = new RgLru();

    private static final double LEAST_DECAY = 0.9;
    private static final double MOST_DECAY = 0.999;

    /** √(1 - a²) is no less, so that its slope is finite. */
    private static final double LEAST_ROOT = 1e-15;

    @Override
    public String kind() {
        return "rglru";
    }

    @Override
    public int gates() {
        return 3; // r i s
    }

    @Override
    public int columns() {
        return 5; // the gates, a and then what is added to the gradient of Λ, and √(1 - a²)
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
    public boolean copiesInput() {
        return true;
    }

    @Override
    public int ownColumn() {
        return 3;
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, Math.multiplyExact(D == H ? 2 : 3, H), D),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, 2 * H),
                WeightPart.of("weight_a", Role.OWN, H));
    }

    @Override
    public double start(WeightPart part, int H, int i, double share) {
        if (!part.name().equals("weight_a")) {
            return Double.NaN;
        }
        double decay = LEAST_DECAY + share * (MOST_DECAY - LEAST_DECAY);
        return Math.log(Math.expm1(-Math.log(decay) / 8));
    }

    /** ln(1 + eᵛ), without an overflow of eᵛ. */
    private static double softplus(float v) {
        return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
    }

    @Override
    public void forward(int block, Unit s) {
        float r = AcceleratedCell.logistic(s.a(0));
        float i = AcceleratedCell.logistic(s.a(1));
        double logA = -8 * softplus(s.p(0)) * r;
        float a = (float) Math.exp(logA);
        float q = (float) Math.max(LEAST_ROOT, Math.sqrt(-Math.expm1(2 * logA)));
        s.a(0, r);
        s.a(1, i);
        s.a(3, a);
        s.a(4, q);
        s.h(a * s.hPrev() + q * i * s.a(2));
    }

    @Override
    public void backward(int block, Unit u) {
        float r = u.a(0);
        float i = u.a(1);
        float s = u.a(2);
        float a = u.a(3);
        float q = u.a(4);
        float dh = u.dh();
        float dLogA = (dh * u.hPrev() - dh * i * s * a / q) * a;
        float rate = (float) (-8 * softplus(u.p(0)));
        u.a(0, dLogA * rate * r * (1 - r)); // da_r
        u.a(1, dh * q * s * i * (1 - i)); // da_i
        u.a(2, dh * q * i); // ds
        u.a(3, dLogA * r * -8 * AcceleratedCell.logistic(u.p(0))); // of Λ
        u.direct(dh * a);
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.rgLru();
    }
}
