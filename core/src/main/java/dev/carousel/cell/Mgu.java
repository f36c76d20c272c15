package dev.carousel.cell;

import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Optional;

/**
 * The minimal gated unit: one gate both forgets and resets.
 *
 * <pre>{@code
 * f = σ(W_f x + R_f h' + b_f)              how much of h' is replaced
 * n = tanh(W_n x + R_n (f ⊙ h') + b_n)     candidate
 * h = (1 - f) ⊙ h' + f ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D], R [2H, H], b [2H], the blocks f n.
 *
 * <p>Source: Zhou, Wu, Zhang and Zhou, "Minimal Gated Unit for Recurrent Neural Networks" (2016).
 */
public record Mgu() implements AcceleratedCell {

    /** The only one. */
    public static final Mgu STANDARD = new Mgu();

    @Override
    public String kind() {
        return "mgu";
    }

    @Override
    public int gates() {
        return 2;
    }

    @Override
    public int columns() {
        return 3; // f, n, and room to keep f when its gradient takes its place
    }

    @Override
    public boolean recurrentBias() {
        return false;
    }

    @Override
    public List<Block> blocks() {
        return List.of(new Block(0, 1, 0), new Block(1, 1, 1)); // R_f h', then R_n m with m = f ⊙ h'
    }

    @Override
    public void forward(int block, Unit s) {
        if (block == 0) {
            s.a(0, AcceleratedCell.logistic(s.a(0) + s.g(0)));
            s.m(s.a(0) * s.hPrev());
        } else {
            float f = s.a(0);
            float n = (float) Math.tanh(s.a(1) + s.g(1));
            s.a(1, n);
            s.h((1 - f) * s.hPrev() + f * n);
        }
    }

    @Override
    public void backward(int block, Unit s) {
        if (block == 1) {
            float f = s.a(0);
            float n = s.a(1);
            float dh = s.dh();
            s.a(0, dh * (n - s.hPrev()) * f * (1 - f)); // the part of da_f that does not come through m
            s.a(1, dh * f * (1 - n * n)); // da_n
            s.a(2, f);
            s.direct(dh * (1 - f));
        } else {
            float f = s.a(2);
            s.a(0, s.a(0) + s.dm() * s.hPrev() * f * (1 - f));
            s.direct(s.direct() + s.dm() * f);
        }
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return kernels.mgu();
    }
}
