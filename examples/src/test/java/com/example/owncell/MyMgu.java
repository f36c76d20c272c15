package com.example.owncell;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.CellProvider;
import dev.carousel.cell.ElementwiseCell;
import dev.carousel.cell.Unit;
import java.util.List;
import java.util.Map;

/** f = σ(W_f x + R_f h' + b_f), n = tanh(W_n x + R_n (f ⊙ h') + b_n), h = (1 - f) ⊙ h' + f ⊙ n. Zhou et al. (2016). */
public record MyMgu() implements ElementwiseCell, CellProvider {
    @Override
    public String kind() {
        return "mymgu";
    }

    @Override
    public Cell of(Map<String, String> variant) {
        return this;
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
    public void forward(int block, Unit u) {
        if (block == 0) {
            u.a(0, (float) (1 / (1 + Math.exp(-(u.a(0) + u.g(0))))));
            u.m(u.a(0) * u.hPrev());
        } else {
            u.a(1, (float) Math.tanh(u.a(1) + u.g(1)));
            u.h((1 - u.a(0)) * u.hPrev() + u.a(0) * u.a(1));
        }
    }

    @Override
    public void backward(int block, Unit u) {
        if (block == 1) {
            float f = u.a(0), n = u.a(1), dh = u.dh();
            u.a(0, dh * (n - u.hPrev()) * f * (1 - f)); // the part of da_f that does not come through m
            u.a(1, dh * f * (1 - n * n)); // da_n
            u.a(2, f);
            u.direct(dh * (1 - f));
        } else {
            float f = u.a(2);
            u.a(0, u.a(0) + u.dm() * u.hPrev() * f * (1 - f));
            u.direct(u.direct() + u.dm() * f);
        }
    }
}
