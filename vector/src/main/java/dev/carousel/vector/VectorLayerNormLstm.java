package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The equations of the LSTM with layer normalisation, a vector of units at a time; its columns are said in the cell's file. What
 * reads whole rows stands between the passes, on rows whose extra units are 0.
 */
final class VectorLayerNormLstm implements CellKernel {

    private static final int L = Lanes.COUNT;
    private static final float EPSILON = 1e-5f;
    private static final StepGradient NONE = new StepGradient();

    private static final int DEVIATIONS = 4;
    private static final int DA = 8;
    private static final int OF_INPUT = 12;
    private static final int OF_STATE = 16;
    private static final int OF_CELL = 20;
    private static final int OUTPUT = 21;

    private static final Pass[] GATES = {
        (s, d, from, to) -> logisticGate(s, 0, from, to),
        (s, d, from, to) -> logisticGate(s, 1, from, to),
        VectorLayerNormLstm::candidate,
        (s, d, from, to) -> logisticGate(s, 3, from, to),
        VectorLayerNormLstm::state
    };
    private static final Pass[] OUTPUTS = {VectorLayerNormLstm::output};
    private static final Pass[] OUTPUTS_BACK = {VectorLayerNormLstm::outputGradient};
    private static final Pass[] GATES_BACK = {VectorLayerNormLstm::gateGradients};

    @Override
    public void forward(int block, Step s) {
        Step full = PaddedStep.beginWithZeros(s);
        int H = full.hiddenSize;
        int units = s.hiddenSize;
        for (int n = 0; n < full.rows; n++) {
            int at = full.aAt + n * full.aStride;
            int deviations = at + DEVIATIONS * H;
            full.a[deviations] = normalise(full.a, at, full.a, at + OF_INPUT * H, 4, H, units);
            full.a[deviations + 1] =
                    normalise(full.g, full.gAt + n * full.gStride, full.a, at + OF_STATE * H, 4, H, units);
        }
        Pass.run(GATES, full, NONE);
        for (int n = 0; n < full.rows; n++) {
            int at = full.aAt + n * full.aStride;
            full.a[at + DEVIATIONS * H + 2] =
                    normalise(full.c, full.cAt + n * H, full.a, at + OF_CELL * H, 1, H, units);
        }
        Pass.run(OUTPUTS, full, NONE);
        keep(full, s);
        PaddedStep.end(s);
    }

    /** Deviations stand in the first three of columns 4 to 7, of which the copy has more between one column and the next. */
    private static void keep(Step full, Step s) {
        if (full == s) {
            return;
        }
        for (int n = 0; n < s.rows; n++) {
            spread(full, n, s.hiddenSize, true);
        }
    }

    /** Moves the three deviations of a row to where columns of H numbers each have them, or back. */
    private static void spread(Step full, int n, int H, boolean out) {
        int at = full.aAt + n * full.aStride + DEVIATIONS * full.hiddenSize;
        for (int k = 0; k < 3; k++) {
            int i = out ? 2 - k : k;
            int place = at + i / H * full.hiddenSize + i % H;
            if (out) {
                full.a[place] = full.a[at + i];
            } else {
                full.a[at + i] = full.a[place];
            }
        }
    }

    @Override
    public void backward(int block, Step s, StepGradient d) {
        Step full = PaddedStep.beginWithZeros(s, d);
        StepGradient gradient = PaddedStep.gradient(s, d);
        int H = full.hiddenSize;
        int size = s.hiddenSize;
        for (int n = 0; n < full.rows && full != s; n++) {
            spread(full, n, size, false);
        }
        Pass.run(OUTPUTS_BACK, full, gradient);
        int gammaW = full.pAt + 4 * H;
        int gammaR = gammaW + 4 * H;
        int gammaC = gammaR + 4 * H;
        for (int n = 0; n < full.rows; n++) {
            int at = full.aAt + n * full.aStride;
            int e = at + OUTPUT * H;
            // The gradient of c, in the column that is for da_g.
            normaliseBack(full, e, gammaC, at + OF_CELL * H, at + DEVIATIONS * H + 2, at + (DA + 2) * H, H, size);
        }
        Pass.run(GATES_BACK, full, gradient);
        for (int n = 0; n < full.rows; n++) {
            int at = full.aAt + n * full.aStride;
            int e = at + DA * H;
            int deviations = at + DEVIATIONS * H;
            normaliseBack(full, e, gammaW, at + OF_INPUT * H, deviations, at, 4 * H, 4 * size);
            normaliseBack(full, e, gammaR, at + OF_STATE * H, deviations + 1, deviations, 4 * H, 4 * size);
        }
        PaddedStep.end(s, d);
    }

    /**
     * Writes the normalised row and returns 1 / √(variance + ε).
     *
     * @param columns of H numbers each
     * @param units how many of each H numbers count; those behind them are 0
     */
    private static float normalise(float[] v, int at, float[] to, int toAt, int columns, int H, int units) {
        int width = columns * H;
        int size = columns * units;
        float mean = sum(v, at, width) / size;
        float squares = sumOfSquares(v, at, columns, H, units, mean);
        float inverse = (float) (1 / Math.sqrt(squares / size + EPSILON));
        scale(v, at, mean, inverse, to, toAt, width);
        return inverse;
    }

    private static float sum(float[] v, int at, int width) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < width; j += L) {
            sum = sum.add(fromArray(SPECIES, v, at + j));
        }
        float[] lanes = Scratch.ofThread().lanes;
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    /** Σ (v - mean)² over the units of each column; to take away what the others add afterwards would cancel. */
    private static float sumOfSquares(float[] v, int at, int columns, int H, int units, float mean) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int whole = units - units % L;
        for (int from = at; from < at + columns * H; from += H) {
            for (int j = 0; j < whole; j += L) {
                FloatVector centred = fromArray(SPECIES, v, from + j).sub(mean);
                sum = centred.fma(centred, sum);
            }
            if (whole < units) {
                VectorMask<Float> counts = SPECIES.indexInRange(whole, units);
                FloatVector centred =
                        fromArray(SPECIES, v, from + whole).sub(mean).blend(0, counts.not());
                sum = centred.fma(centred, sum);
            }
        }
        float[] lanes = Scratch.ofThread().lanes;
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    private static void scale(float[] v, int at, float mean, float inverse, float[] to, int toAt, int width) {
        for (int j = 0; j < width; j += L) {
            fromArray(SPECIES, v, at + j).sub(mean).mul(inverse).intoArray(to, toAt + j);
        }
    }

    /** dv = (γ e - mean(γ e) - v^ mean(γ e v^)) / √(...); v^ becomes e v^. Means are over {@code size} numbers. */
    private static void normaliseBack(
            Step s, int e, int gamma, int normalised, int deviation, int dv, int width, int size) {
        float inverse = s.a[deviation];
        float mean = weighted(s, e, gamma, width) / size;
        float share = weighted(s, e, gamma, normalised, width) / size;
        for (int j = 0; j < width; j += L) {
            FloatVector v = fromArray(SPECIES, s.a, normalised + j);
            FloatVector of = fromArray(SPECIES, s.a, e + j);
            of.mul(v).intoArray(s.a, normalised + j);
            of.mul(fromArray(SPECIES, s.p, gamma + j))
                    .sub(mean)
                    .sub(v.mul(share))
                    .mul(inverse)
                    .intoArray(s.a, dv + j);
        }
    }

    /** Σ γ e. */
    private static float weighted(Step s, int e, int gamma, int width) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < width; j += L) {
            sum = fromArray(SPECIES, s.a, e + j).fma(fromArray(SPECIES, s.p, gamma + j), sum);
        }
        float[] lanes = Scratch.ofThread().lanes;
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    /** Σ γ e v^. */
    private static float weighted(Step s, int e, int gamma, int normalised, int width) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < width; j += L) {
            sum = fromArray(SPECIES, s.a, e + j)
                    .mul(fromArray(SPECIES, s.a, normalised + j))
                    .fma(fromArray(SPECIES, s.p, gamma + j), sum);
        }
        float[] lanes = Scratch.ofThread().lanes;
        sum.intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    /** σ(γ_W ⊙ the normalised W x + γ_R ⊙ the normalised R h' + b) of a gate. */
    private static void logisticGate(Step s, int gate, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                Activations.logistic(preActivation(s, at, gate, j)).intoArray(s.a, at + gate * s.hiddenSize + j);
            }
        }
    }

    /** tanh of the same, of g. */
    private static void candidate(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                Activations.tanh(preActivation(s, at, 2, j)).intoArray(s.a, at + 2 * s.hiddenSize + j);
            }
        }
    }

    private static FloatVector preActivation(Step s, int at, int gate, int j) {
        int H = s.hiddenSize;
        int weight = s.pAt + gate * H + j;
        return fromArray(SPECIES, s.a, at + (OF_INPUT + gate) * H + j)
                .fma(
                        fromArray(SPECIES, s.p, weight + 4 * H),
                        fromArray(SPECIES, s.a, at + (OF_STATE + gate) * H + j)
                                .fma(fromArray(SPECIES, s.p, weight + 8 * H), fromArray(SPECIES, s.p, weight)));
    }

    /** c = f ⊙ c' + i ⊙ g. */
    private static void state(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                fromArray(SPECIES, s.a, at + H + j)
                        .fma(fromArray(SPECIES, s.cPrev, s.cPrevAt + n * H + j), i.mul(g))
                        .intoArray(s.c, s.cAt + n * H + j);
            }
        }
    }

    /** h = o ⊙ tanh(γ_c ⊙ the normalised c + β_c). */
    private static void output(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        int gamma = s.pAt + 12 * H;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector in = fromArray(SPECIES, s.a, at + OF_CELL * H + j)
                        .fma(fromArray(SPECIES, s.p, gamma + j), fromArray(SPECIES, s.p, gamma + H + j));
                FloatVector out = Activations.tanh(in);
                out.intoArray(s.a, at + OUTPUT * H + j);
                out.mul(fromArray(SPECIES, s.a, at + 3 * H + j)).intoArray(s.h, s.hAt + n * H + j);
            }
        }
    }

    /** da_o = dh ⊙ out ⊙ o (1 - o); what goes to γ_c ⊙ the normalised c + β_c is dh ⊙ o (1 - out²). */
    private static void outputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector o = fromArray(SPECIES, s.a, at + 3 * H + j);
                FloatVector out = fromArray(SPECIES, s.a, at + OUTPUT * H + j);
                FloatVector share = Rows.dh(s, d, n, j).mul(o);
                share.mul(out).mul(Rows.oneMinus(o)).intoArray(s.a, at + (DA + 3) * H + j);
                share.mul(Rows.oneMinusSquare(out)).intoArray(s.a, at + OUTPUT * H + j);
            }
        }
    }

    /** With dc, its way through the normalisation included: da_i, da_f and da_g; dc' = dc ⊙ f. */
    private static void gateGradients(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int unit = n * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector dc =
                        fromArray(SPECIES, s.a, at + (DA + 2) * H + j).add(fromArray(SPECIES, d.dc, d.dcAt + unit + j));
                FloatVector dcPrev = dc.mul(f);
                FloatVector di = dc.mul(i);
                di.mul(g).mul(Rows.oneMinus(i)).intoArray(s.a, at + DA * H + j);
                dcPrev.mul(fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j))
                        .mul(Rows.oneMinus(f))
                        .intoArray(s.a, at + (DA + 1) * H + j);
                di.mul(Rows.oneMinusSquare(g)).intoArray(s.a, at + (DA + 2) * H + j);
                dcPrev.intoArray(d.dc, d.dcAt + unit + j);
            }
        }
    }
}
