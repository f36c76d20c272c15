package dev.carousel.cell;

import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The LSTM with exponential gates: c is divided by n, the sum of what went into it, and both are kept within reach by a common
 * scale e^m.
 *
 * <pre>{@code
 * a = W x + R h' + b                       in blocks i f g o
 * m = max(ln σ(a_f) + m', a_i)             the scale
 * i = exp(a_i - m)                         input gate
 * f = exp(ln σ(a_f) + m' - m)              forget gate
 * c = f ⊙ c' + i ⊙ tanh(a_g)
 * n = f ⊙ n' + i
 * h = σ(a_o) ⊙ c / n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h, c, n and m [N, H], W [4H, D], R [4H, H], b [4H]. A fresh c and n are 0 and a fresh m is -∞. h does not
 * depend on the scale, as long as c, n and m belong together. The forget gate's bias starts evenly between 3 and 6.
 *
 * <p>Source: Beck et al., "xLSTM: Extended Long Short-Term Memory" (2024), section 2.2, with one head.
 */
public record Slstm() implements AcceleratedCell {

    /** The only one. */
    public static final Slstm STANDARD = new Slstm();

    private static final int C = 0;
    private static final int N = 1;
    private static final int M = 2;

    @Override
    public String kind() {
        return "slstm";
    }

    @Override
    public int gates() {
        return 4;
    }

    @Override
    public int columns() {
        return 5; // i f g o, and 1 - σ(a_f)
    }

    @Override
    public boolean recurrentBias() {
        return false;
    }

    @Override
    public List<StatePart> state(int H) {
        return List.of(
                StatePart.h(H),
                new StatePart("c", H, 0),
                new StatePart("n", H, 0),
                new StatePart("m", H, Float.NEGATIVE_INFINITY));
    }

    @Override
    public double start(WeightPart part, int H, int i, double share) {
        return part.name().equals("bias_ih") && i / H == Lstm.FORGET_GATE ? 3 + 3 * share : Double.NaN;
    }

    /** ln σ(a), without the overflow of e⁻ᵃ. */
    private static double logLogistic(float a) {
        return Math.min(a, 0) - Math.log1p(Math.exp(-Math.abs(a)));
    }

    @Override
    public void forward(int block, Unit s) {
        float ai = s.a(0) + s.g(0);
        float af = s.a(1) + s.g(1);
        float g = (float) Math.tanh(s.a(2) + s.g(2));
        float o = AcceleratedCell.logistic(s.a(3) + s.g(3));
        float kept = (float) (logLogistic(af) + s.cPrev(M));
        float m = Math.max(kept, ai);
        float i = (float) Math.exp(ai - m);
        float f = (float) Math.exp(kept - m);
        float c = f * s.cPrev(C) + i * g;
        float n = f * s.cPrev(N) + i;
        s.a(0, i);
        s.a(1, f);
        s.a(2, g);
        s.a(3, o);
        s.a(4, AcceleratedCell.logistic(-af));
        s.c(C, c);
        s.c(N, n);
        s.c(M, m);
        s.h(o * c / n);
    }

    @Override
    public void backward(int block, Unit s) {
        float i = s.a(0);
        float f = s.a(1);
        float g = s.a(2);
        float o = s.a(3);
        float c = s.c(C);
        float n = s.c(N);
        float dh = s.dh();
        float dc = s.dc(C) + dh * o / n;
        float dn = s.dc(N) - dh * o * c / (n * n);
        float dm = s.dc(M) - (dc * c + dn * n); // 0 but for rounding, unless a loss reads c, n or m
        boolean fromKept = f == 1;
        float dKept = f * (dc * s.cPrev(C) + dn * s.cPrev(N)) + (fromKept ? dm : 0);
        s.a(0, i * (dc * g + dn) + (fromKept ? 0 : dm));
        s.a(1, dKept * s.a(4));
        s.a(2, dc * i * (1 - g * g));
        s.a(3, dh * c / n * o * (1 - o));
        s.dc(C, dc * f);
        s.dc(N, dn * f);
        s.dc(M, dKept);
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.slstm();
    }
}
