package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.CellProvider;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cell of all that a cell may declare and ours do not: parts of the state of different sizes, one of which begins from a
 * number other than 0 and one from minus infinity, and weights of its own of two shapes, of which one starts by itself.
 *
 * <pre>{@code
 * z = tanh(W_z x + R_z h' + b_z)          o = σ(W_o x + R_o h' + b_o)        [H]
 * s_j = gain_j s'_j + z_{(j + 1) mod H}                                      [H + 2], 0.5 when fresh
 * m = log(exp(m' - 1) + exp(mix z))                                          [3], -∞ when fresh
 * h_j = o_j tanh(s_{j + 2}) + tanh(m_{j mod 3}) / 8 + h'_j / 4
 * }</pre>
 */
public record OddCell() implements Cell, CellProvider {

    private static final int MIXED = 3;

    @Override
    public String kind() {
        return "odd";
    }

    @Override
    public Cell of(Map<String, String> variant) {
        return this;
    }

    @Override
    public int gates() {
        return 2;
    }

    /** z and o; then room for z, ds and dq, which are 2 H + 5 numbers. */
    @Override
    public int columns() {
        return 6;
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        List<WeightPart> weights = new ArrayList<>(Cell.super.weights(D, H, P));
        weights.add(WeightPart.of("gain", Role.OWN, H + 2).startingFrom(0.8f, 0.9f));
        weights.add(WeightPart.of("mix", Role.OWN, MIXED, H));
        return weights;
    }

    @Override
    public List<StatePart> state(int H) {
        return List.of(
                StatePart.h(H), new StatePart("s", H + 2, 0.5f), new StatePart("m", MIXED, Float.NEGATIVE_INFINITY));
    }

    /** A row of the batch at one step: where its numbers begin. */
    private record Row(int a, int g, int h, int hPrev, int c, int cPrev, int room) {

        static Row of(Step s, int row) {
            int H = s.hiddenSize;
            int a = s.aAt + row * s.aStride;
            return new Row(
                    a,
                    s.gAt + row * s.gStride,
                    s.hAt + row * H,
                    s.hPrevAt + row * H,
                    s.cAt + row * s.cStride,
                    s.cPrevAt + row * s.cStride,
                    a + 2 * H);
        }
    }

    private static float mixed(Step s, float[] z, int at, int k) {
        int mix = s.pAt + s.hiddenSize + 2 + k * s.hiddenSize;
        float q = 0;
        for (int j = 0; j < s.hiddenSize; j++) {
            q += s.p[mix + j] * z[at + j];
        }
        return q;
    }

    @Override
    public void forward(Kernels kernels, int block, Step s) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            Row row = Row.of(s, n);
            for (int j = 0; j < H; j++) {
                int z = row.a + j;
                s.a[z] = (float) Math.tanh(s.a[z] + s.g[row.g + j]);
                s.a[z + H] = (float) (1 / (1 + Math.exp(-(s.a[z + H] + s.g[row.g + H + j]))));
            }
            for (int j = 0; j < H + 2; j++) {
                s.c[row.c + j] = s.p[s.pAt + j] * s.cPrev[row.cPrev + j] + s.a[row.a + (j + 1) % H];
            }
            int m = H + 2;
            for (int k = 0; k < MIXED; k++) {
                double before = Math.exp(s.cPrev[row.cPrev + m + k] - 1);
                s.c[row.c + m + k] = (float) Math.log(before + Math.exp(mixed(s, s.a, row.a, k)));
            }
            for (int j = 0; j < H; j++) {
                s.h[row.h + j] = s.a[row.a + H + j] * (float) Math.tanh(s.c[row.c + j + 2])
                        + (float) Math.tanh(s.c[row.c + m + j % MIXED]) / 8
                        + s.hPrev[row.hPrev + j] / 4;
            }
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step s, StepGradient d) {
        int H = s.hiddenSize;
        int m = H + 2;
        for (int n = 0; n < s.rows; n++) {
            Row row = Row.of(s, n);
            int dc = d.dcAt + n * s.cStride;
            float[] dz = new float[H];
            for (int j = 0; j < H; j++) {
                int direct = d.directAt + n * H + j;
                float dh = d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + n * H + j] + d.direct[direct];
                float o = s.a[row.a + H + j];
                float tanhS = (float) Math.tanh(s.c[row.c + j + 2]);
                float tanhM = (float) Math.tanh(s.c[row.c + m + j % MIXED]);
                d.dc[dc + j + 2] += dh * o * (1 - tanhS * tanhS);
                d.dc[dc + m + j % MIXED] += dh * (1 - tanhM * tanhM) / 8;
                s.a[row.a + H + j] = dh * tanhS * o * (1 - o);
                d.direct[direct] = dh / 4;
            }
            System.arraycopy(s.a, row.a, s.a, row.room, H); // z
            for (int j = 0; j < H + 2; j++) {
                float ds = d.dc[dc + j];
                s.a[row.room + H + j] = ds;
                dz[(j + 1) % H] += ds;
                d.dc[dc + j] = ds * s.p[s.pAt + j];
            }
            for (int k = 0; k < MIXED; k++) {
                float dm = d.dc[dc + m + k];
                float kept = (float) Math.exp(s.cPrev[row.cPrev + m + k] - 1 - s.c[row.c + m + k]);
                float dq = dm * (1 - kept);
                s.a[row.room + 2 * H + 2 + k] = dq;
                for (int j = 0; j < H; j++) {
                    dz[j] += dq * s.p[s.pAt + m + k * H + j];
                }
                d.dc[dc + m + k] = dm * kept;
            }
            for (int j = 0; j < H; j++) {
                float z = s.a[row.a + j];
                s.a[row.a + j] = dz[j] * (1 - z * z);
            }
        }
    }

    @Override
    public void addWeightGradients(int from, int to, Step s, float[] gradient, int at) {
        int H = s.hiddenSize;
        for (int n = 0; n < s.rows; n++) {
            Row row = Row.of(s, n);
            for (int j = from; j < to; j++) {
                addGain(s, row, j, gradient, at);
                for (int k = 0; k < MIXED; k++) {
                    float dq = s.a[row.room + 2 * H + 2 + k];
                    gradient[at + H + 2 + k * H + j] += dq * s.a[row.room + j];
                }
            }
            for (int j = H; j < H + 2 && from == 0; j++) {
                addGain(s, row, j, gradient, at);
            }
        }
    }

    private static void addGain(Step s, Row row, int j, float[] gradient, int at) {
        gradient[at + j] += s.a[row.room + s.hiddenSize + j] * s.cPrev[row.cPrev + j];
    }
}
