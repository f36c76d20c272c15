package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.Optional;

/**
 * The LSTM with layer normalisation of its products and of its cell state.
 *
 * <pre>{@code
 * a = LN(W x; γ_W) + LN(R h'; γ_R) + b             in blocks i f g o
 * i, f, o = σ(a_i), σ(a_f), σ(a_o)   g = tanh(a_g)
 * c = f ⊙ c' + i ⊙ g
 * h = o ⊙ tanh(LN(c; γ_c) + β_c)
 *
 * LN(v; γ) = γ ⊙ v^    v^ = (v - mean) / √(variance + 1e-5)        over all numbers of a row
 * }</pre>
 *
 * <p>Shapes: x [N, D], h and c [N, H], W [4H, D], R [4H, H], b, γ_W and γ_R, called {@code norm_ih} and {@code norm_hh} in files,
 * [4H], γ_c and β_c, {@code norm_c} and {@code norm_bias_c}, [H]. The gains start from 1, the biases from 0. A layer without
 * biases cannot have it, for b is added after the normalisation.
 *
 * <p>Columns, each block of H: what stands there after the forward step, and after the backward step.
 *
 * <pre>{@code
 * 0 to 3     gates i f g o                 the gradient of W x
 * 4 to 7     1 / √(...) of W x, R h', c    the gradient of R h'
 * 8 to 11                                  da, which is added to the gradient of b
 * 12 to 15   the normalised W x            what is added to that of γ_W
 * 16 to 19   the normalised R h'           of γ_R
 * 20         the normalised c              of γ_c
 * 21         tanh(LN(c; γ_c) + β_c)        of β_c
 * }</pre>
 *
 * <p>Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
 */
public record LayerNormLstm() implements Cell {

    /** The only one. */
    public static final LayerNormLstm STANDARD = new LayerNormLstm();

    private static final double EPSILON = 1e-5;

    private static final int GATES = 4;
    private static final int DEVIATIONS = 4;
    private static final int DA = 8;
    private static final int OF_INPUT = 12;
    private static final int OF_STATE = 16;
    private static final int OF_CELL = 20;
    private static final int OUTPUT = 21;

    @Override
    public String kind() {
        return "lnlstm";
    }

    @Override
    public int gates() {
        return GATES;
    }

    @Override
    public int columns() {
        return 22;
    }

    @Override
    public List<Block> blocks() {
        return List.of(new Block(0, GATES, 4));
    }

    @Override
    public int ownColumn() {
        return DA;
    }

    @Override
    public List<StatePart> state(int H) {
        return List.of(StatePart.h(H), new StatePart("c", H, 0));
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        int kH = Math.multiplyExact(GATES, H);
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, kH, D),
                WeightPart.of("weight_hh", Role.RECURRENT, kH, P),
                WeightPart.of("bias_ih", Role.OWN, kH).startingFrom(0, 0),
                WeightPart.of("norm_ih", Role.OWN, kH).startingFrom(1, 1),
                WeightPart.of("norm_hh", Role.OWN, kH).startingFrom(1, 1),
                WeightPart.of("norm_c", Role.OWN, H).startingFrom(1, 1),
                WeightPart.of("norm_bias_c", Role.OWN, H).startingFrom(0, 0));
    }

    @Override
    public void forward(Kernels kernels, int block, Step s) {
        Optional<CellKernel> fast = kernels.cells().layerNormLstm();
        if (fast.isPresent()) {
            fast.get().forward(block, s);
            return;
        }
        for (int n = 0; n < s.rows; n++) {
            forwardRow(s, n);
        }
    }

    private static void forwardRow(Step s, int n) {
        int H = s.hiddenSize;
        int kH = GATES * H;
        int at = s.aAt + n * s.aStride;
        int row = n * H;
        float[] a = s.a;
        int gammaW = s.pAt + kH;
        int gammaR = gammaW + kH;
        int gammaC = gammaR + kH;
        int betaC = gammaC + H;
        a[at + DEVIATIONS * H] = normalise(a, at, a, at + OF_INPUT * H, kH);
        a[at + DEVIATIONS * H + 1] = normalise(s.g, s.gAt + n * s.gStride, a, at + OF_STATE * H, kH);
        for (int j = 0; j < kH; j++) {
            float sum = a[at + OF_INPUT * H + j] * s.p[gammaW + j]
                    + a[at + OF_STATE * H + j] * s.p[gammaR + j]
                    + s.p[s.pAt + j];
            boolean candidate = j / H == 2;
            a[at + j] = candidate ? (float) Math.tanh(sum) : AcceleratedCell.logistic(sum);
        }
        for (int j = 0; j < H; j++) {
            s.c[s.cAt + row + j] = a[at + H + j] * s.cPrev[s.cPrevAt + row + j] + a[at + j] * a[at + 2 * H + j];
        }
        a[at + DEVIATIONS * H + 2] = normalise(s.c, s.cAt + row, a, at + OF_CELL * H, H);
        for (int j = 0; j < H; j++) {
            float out = (float) Math.tanh(a[at + OF_CELL * H + j] * s.p[gammaC + j] + s.p[betaC + j]);
            a[at + OUTPUT * H + j] = out;
            s.h[s.hAt + row + j] = a[at + 3 * H + j] * out;
        }
    }

    /** Writes the normalised row; returns 1 / √(variance + ε). */
    private static float normalise(float[] v, int at, float[] to, int toAt, int size) {
        double sum = 0;
        for (int j = 0; j < size; j++) {
            sum += v[at + j];
        }
        double mean = sum / size;
        double squares = 0;
        for (int j = 0; j < size; j++) {
            squares += (v[at + j] - mean) * (v[at + j] - mean);
        }
        double inverse = 1 / Math.sqrt(squares / size + EPSILON);
        for (int j = 0; j < size; j++) {
            to[toAt + j] = (float) ((v[at + j] - mean) * inverse);
        }
        return (float) inverse;
    }

    @Override
    public void backward(Kernels kernels, int block, Step s, StepGradient d) {
        Optional<CellKernel> fast = kernels.cells().layerNormLstm();
        if (fast.isPresent()) {
            fast.get().backward(block, s, d);
            return;
        }
        for (int n = 0; n < s.rows; n++) {
            backwardRow(s, d, n);
        }
    }

    private static void backwardRow(Step s, StepGradient d, int n) {
        int H = s.hiddenSize;
        int kH = GATES * H;
        int at = s.aAt + n * s.aStride;
        int row = n * H;
        float[] a = s.a;
        int gammaW = s.pAt + kH;
        int gammaR = gammaW + kH;
        int gammaC = gammaR + kH;
        float ofInput = a[at + DEVIATIONS * H];
        float ofState = a[at + DEVIATIONS * H + 1];
        float ofCell = a[at + DEVIATIONS * H + 2];
        for (int j = 0; j < H; j++) {
            float dh = d.dY[d.dYAt + n * d.dYStride + j] + d.dh[d.dhAt + row + j] + d.direct[d.directAt + row + j];
            float o = a[at + 3 * H + j];
            float out = a[at + OUTPUT * H + j];
            a[at + (DA + 3) * H + j] = dh * out * o * (1 - o);
            a[at + OUTPUT * H + j] = dh * o * (1 - out * out);
        }
        // From tanh(γ ĉ + β) to ĉ, whose place then has what is added to the gradient of γ; to c by way of columns 4.
        int dc = at + DEVIATIONS * H;
        normaliseBack(a, at + OUTPUT * H, s.p, gammaC, a, at + OF_CELL * H, ofCell, a, dc, H);
        for (int j = 0; j < H; j++) {
            float i = a[at + j];
            float f = a[at + H + j];
            float g = a[at + 2 * H + j];
            float dcj = a[dc + j] + d.dc[d.dcAt + row + j];
            a[at + DA * H + j] = dcj * g * i * (1 - i);
            a[at + (DA + 1) * H + j] = dcj * s.cPrev[s.cPrevAt + row + j] * f * (1 - f);
            a[at + (DA + 2) * H + j] = dcj * i * (1 - g * g);
            d.dc[d.dcAt + row + j] = dcj * f;
        }
        normaliseBack(a, at + DA * H, s.p, gammaW, a, at + OF_INPUT * H, ofInput, a, at, kH);
        normaliseBack(a, at + DA * H, s.p, gammaR, a, at + OF_STATE * H, ofState, a, at + DEVIATIONS * H, kH);
    }

    /**
     * From the gradient e of γ ⊙ v^ to that of v, and to what is added to that of γ.
     *
     * <pre>{@code
     * dv = (γ e - mean(γ e) - v^ mean(γ e v^)) / √(...)        v^ becomes e v^
     * }</pre>
     */
    private static void normaliseBack(
            float[] e,
            int eAt,
            float[] gamma,
            int gammaAt,
            float[] normalised,
            int normalisedAt,
            float inverse,
            float[] dv,
            int dvAt,
            int size) {
        double sum = 0;
        double product = 0;
        for (int j = 0; j < size; j++) {
            double ge = (double) e[eAt + j] * gamma[gammaAt + j];
            sum += ge;
            product += ge * normalised[normalisedAt + j];
        }
        double mean = sum / size;
        double share = product / size;
        for (int j = 0; j < size; j++) {
            float v = normalised[normalisedAt + j];
            double ge = (double) e[eAt + j] * gamma[gammaAt + j];
            dv[dvAt + j] = (float) ((ge - mean - v * share) * inverse);
            normalised[normalisedAt + j] = e[eAt + j] * v;
        }
    }
}
