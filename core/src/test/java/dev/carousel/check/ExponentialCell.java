package dev.carousel.check;

import dev.carousel.cell.ElementwiseCell;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.Unit;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Exponential gates with a stabiliser, as an sLSTM has, and a weight for each unit: four parts of the state and a weight of its
 * own, unit by unit, so that threads may share a row.
 *
 * <pre>{@code
 * m = max(f~ + m', i~)      i = exp(i~ - m)      f = exp(f~ + m' - m)        -∞ when fresh
 * c = f c' + i tanh(z~)     n = f n' + i         h = σ(o~) c / √(1 + n²) + u h'
 * }</pre>
 */
record ExponentialCell() implements ElementwiseCell {

    @Override
    public String kind() {
        return "exponential";
    }

    /** i f z o. */
    @Override
    public int gates() {
        return 4;
    }

    /** The gates, and room for dh. */
    @Override
    public int columns() {
        return 5;
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        List<WeightPart> weights = new ArrayList<>(List.of(WeightPart.of("u", Role.OWN, H)));
        weights.addAll(ElementwiseCell.super.weights(D, H, P));
        return weights;
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
    public void forward(int block, Unit v) {
        float first = v.a(1) + v.g(1) + v.cPrev(2);
        float second = v.a(0) + v.g(0);
        float m = Math.max(first, second);
        float i = (float) Math.exp(second - m);
        float f = (float) Math.exp(first - m);
        float z = (float) Math.tanh(v.a(2) + v.g(2));
        float o = (float) (1 / (1 + Math.exp(-(v.a(3) + v.g(3)))));
        v.a(0, i);
        v.a(1, f);
        v.a(2, z);
        v.a(3, o);
        v.c(0, f * v.cPrev(0) + i * z);
        v.c(1, f * v.cPrev(1) + i);
        v.c(2, m);
        v.h(o * v.c(0) / norm(v.c(1)) + v.p(0) * v.hPrev());
    }

    private static float norm(float n) {
        return (float) Math.sqrt(1 + n * n);
    }

    @Override
    public void backward(int block, Unit v) {
        float i = v.a(0);
        float f = v.a(1);
        float z = v.a(2);
        float o = v.a(3);
        float n = v.c(1);
        float dh = v.dh();
        float dc = v.dc(0) + dh * o / norm(n);
        float dn = v.dc(1) - dh * o * v.c(0) * n / (norm(n) * (1 + n * n));
        float di = (dc * z + dn) * i; // of i~ - m
        float df = (dc * v.cPrev(0) + dn * v.cPrev(1)) * f; // of f~ + m' - m
        float dm = v.dc(2) - di - df;
        boolean first = f == 1; // the larger of the two
        v.a(0, di + (first ? 0 : dm));
        v.a(1, df + (first ? dm : 0));
        v.a(2, dc * i * (1 - z * z));
        v.a(3, dh * v.c(0) / norm(n) * o * (1 - o));
        v.a(4, dh);
        v.dc(0, dc * f);
        v.dc(1, dn * f);
        v.dc(2, df + (first ? dm : 0));
        v.direct(dh * v.p(0));
    }

    @Override
    public void addWeightGradients(int from, int to, Step s, float[] gradient, int at) {
        for (int row = 0; row < s.rows; row++) {
            int dh = s.aAt + row * s.aStride + 4 * s.hiddenSize;
            for (int j = from; j < to; j++) {
                gradient[at + j] += s.a[dh + j] * s.hPrev[s.hPrevAt + row * s.hiddenSize + j];
            }
        }
    }
}
