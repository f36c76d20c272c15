package com.example.owncell;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;

/** f = σ(W_f x + R_f h' + b_f), n = tanh(W_n x + R_n (f ⊙ h') + b_n), h = (1 - f) ⊙ h' + f ⊙ n. Zhou et al. (2016). */
public record Mgu() implements Cell {
    @Override
    public String kind() {
        return "mgu";
    }

    @Override
    public int gates() {
        return 2;
    }

    @Override
    public List<Block> blocks() {
        return List.of(new Block(0, 1, 0), new Block(1, 1, 1)); // R_f h', then R_n m with m = f ⊙ h'
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, 2 * H, D),
                WeightPart.of("weight_hh", Role.RECURRENT, 2 * H, P),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, 2 * H));
    }

    @Override
    public void forward(Kernels kernels, int block, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            for (int j = 0; j < H; j++) {
                int f = s.aAt + n * s.aStride + j, g = s.gAt + n * s.gStride + j, k = n * H + j;
                float h = s.hPrev[s.hPrevAt + k];
                if (block == 0) {
                    s.a[f] = (float) (1 / (1 + Math.exp(-(s.a[f] + s.g[g]))));
                    s.m[s.mAt + k] = s.a[f] * h;
                } else {
                    s.a[f + H] = (float) Math.tanh(s.a[f + H] + s.g[g + H]);
                    s.h[s.hAt + k] = (1 - s.a[f]) * h + s.a[f] * s.a[f + H];
                }
            }
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step s, StepGradient d) {
        int H = s.hiddenSize;
        for (int r = 0; r < s.rows; r++) {
            for (int j = 0; j < H; j++) {
                int at = s.aAt + r * s.aStride + j, k = r * H + j, direct = d.directAt + k;
                float f = s.a[at], n = s.a[at + H], h = s.hPrev[s.hPrevAt + k];
                if (block == 1) {
                    float dh = d.dY[d.dYAt + r * d.dYStride + j] + d.dh[d.dhAt + k] + d.direct[direct];
                    s.a[at + H] = dh * f * (1 - n * n); // da_n
                    s.a[at] = dh * (n - h) * f * (1 - f); // the part of da_f that does not come through m
                    d.direct[direct] = dh * (1 - f);
                    s.m[s.mAt + k] = f; // f, of which only da_f is left otherwise
                } else {
                    float m = s.m[s.mAt + k], dm = d.dm[d.dmAt + k];
                    s.a[at] += dm * h * m * (1 - m);
                    d.direct[direct] += dm * m;
                    s.m[s.mAt + k] = m * h;
                }
            }
        }
    }
}
