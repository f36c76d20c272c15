package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The sLSTM's equations, a vector of units at a time; columns i f g o, and 1 - σ(a_f). Of the state, c, n and m lie side by side in
 * a row.
 */
final class VectorSlstm {

    static final PassKernel KERNEL = PassKernel.of(
            new Pass[] {
                (s, d, from, to) -> Rows.tanh(s, 2 * s.hiddenSize, 2 * s.hiddenSize, from, to),
                (s, d, from, to) -> Rows.logistic(s, 3 * s.hiddenSize, 3 * s.hiddenSize, from, to),
                VectorSlstm::kept,
                VectorSlstm::forgetSlope,
                VectorSlstm::inputGate,
                VectorSlstm::forgetGate,
                VectorSlstm::output
            },
            new Pass[] {VectorSlstm::stateGradient, VectorSlstm::gateGradients});

    private static final int L = Lanes.COUNT;

    private VectorSlstm() {}

    /** ln σ(a_f) + m', in the last column. */
    private static void kept(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride + H;
            int mAt = s.cPrevAt + n * s.cStride + 2 * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector af = fromArray(SPECIES, s.a, at + H + j).add(fromArray(SPECIES, s.g, gAt + j));
                fromArray(SPECIES, s.cPrev, mAt + j)
                        .sub(Activations.softplus(af.neg()))
                        .intoArray(s.a, at + 4 * H + j);
            }
        }
    }

    /** 1 - σ(a_f), where a_f was. */
    private static void forgetSlope(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + H;
            int gAt = s.gAt + n * s.gStride + H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector af = fromArray(SPECIES, s.a, at + j).add(fromArray(SPECIES, s.g, gAt + j));
                Activations.logistic(af.neg()).intoArray(s.a, at + j);
            }
        }
    }

    /** m = max(ln σ(a_f) + m', a_i); i = e^(a_i - m); what is left of the first is less by m. */
    private static void inputGate(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            int mAt = s.cAt + n * s.cStride + 2 * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector ai = fromArray(SPECIES, s.a, at + j).add(fromArray(SPECIES, s.g, gAt + j));
                FloatVector kept = fromArray(SPECIES, s.a, at + 4 * H + j);
                FloatVector m = kept.max(ai);
                m.intoArray(s.c, mAt + j);
                kept.sub(m).intoArray(s.a, at + 4 * H + j);
                Activations.exp(ai.sub(m)).intoArray(s.a, at + j);
            }
        }
    }

    /** f = e^(ln σ(a_f) + m' - m) in its column, and 1 - σ(a_f) in the last. */
    private static void forgetGate(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector slope = fromArray(SPECIES, s.a, at + H + j);
                Activations.exp(fromArray(SPECIES, s.a, at + 4 * H + j)).intoArray(s.a, at + H + j);
                slope.intoArray(s.a, at + 4 * H + j);
            }
        }
    }

    /** c = f ⊙ c' + i ⊙ g; n = f ⊙ n' + i; h = o ⊙ c / n. */
    private static void output(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int cPrevAt = s.cPrevAt + k * s.cStride;
            int cAt = s.cAt + k * s.cStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector c = f.fma(fromArray(SPECIES, s.cPrev, cPrevAt + j), i.mul(g));
                FloatVector n = f.fma(fromArray(SPECIES, s.cPrev, cPrevAt + H + j), i);
                c.intoArray(s.c, cAt + j);
                n.intoArray(s.c, cAt + H + j);
                fromArray(SPECIES, s.a, at + 3 * H + j).mul(c).div(n).intoArray(s.h, s.hAt + k * H + j);
            }
        }
    }

    /** dc = dc + dh ⊙ o / n; dn = dn - dh ⊙ h / n; dm = dm - dc ⊙ c - dn ⊙ n; da_o = dh ⊙ h (1 - o). */
    private static void stateGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int cAt = s.cAt + k * s.cStride;
            int dcAt = d.dcAt + k * s.cStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector o = fromArray(SPECIES, s.a, at + 3 * H + j);
                FloatVector c = fromArray(SPECIES, s.c, cAt + j);
                FloatVector n = fromArray(SPECIES, s.c, cAt + H + j);
                FloatVector dh = Rows.dh(s, d, k, j);
                FloatVector share = dh.mul(o).div(n);
                FloatVector past = c.div(n);
                FloatVector dc = fromArray(SPECIES, d.dc, dcAt + j).add(share);
                FloatVector dn = fromArray(SPECIES, d.dc, dcAt + H + j).sub(share.mul(past));
                FloatVector dm = fromArray(SPECIES, d.dc, dcAt + 2 * H + j).sub(dc.fma(c, dn.mul(n)));
                dc.intoArray(d.dc, dcAt + j);
                dn.intoArray(d.dc, dcAt + H + j);
                dm.intoArray(d.dc, dcAt + 2 * H + j);
                dh.mul(past).mul(o).mul(Rows.oneMinus(o)).intoArray(s.a, at + 3 * H + j);
            }
        }
    }

    /**
     * dk = f ⊙ (dc ⊙ c' + dn ⊙ n') + [f = 1] dm; da_i = i ⊙ (dc ⊙ g + dn) + [f < 1] dm; da_f = dk ⊙ (1 - σ(a_f)); da_g = dc ⊙ i
     * (1 - g²); dc' = dc ⊙ f; dn' = dn ⊙ f; dm' = dk.
     */
    private static void gateGradients(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int cPrevAt = s.cPrevAt + k * s.cStride;
            int dcAt = d.dcAt + k * s.cStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector i = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector g = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector dc = fromArray(SPECIES, d.dc, dcAt + j);
                FloatVector dn = fromArray(SPECIES, d.dc, dcAt + H + j);
                FloatVector dm = fromArray(SPECIES, d.dc, dcAt + 2 * H + j);
                VectorMask<Float> fromKept = f.compare(VectorOperators.EQ, 1f);
                FloatVector dcPrev = dc.mul(f);
                FloatVector dnPrev = dn.mul(f);
                FloatVector dk = dcPrev.fma(
                                fromArray(SPECIES, s.cPrev, cPrevAt + j),
                                dnPrev.mul(fromArray(SPECIES, s.cPrev, cPrevAt + H + j)))
                        .add(zero.blend(dm, fromKept));
                i.fma(dc.fma(g, dn), dm.blend(0f, fromKept)).intoArray(s.a, at + j);
                dk.mul(fromArray(SPECIES, s.a, at + 4 * H + j)).intoArray(s.a, at + H + j);
                dc.mul(i).mul(Rows.oneMinusSquare(g)).intoArray(s.a, at + 2 * H + j);
                dcPrev.intoArray(d.dc, dcAt + j);
                dnPrev.intoArray(d.dc, dcAt + H + j);
                dk.intoArray(d.dc, dcAt + 2 * H + j);
            }
        }
    }
}
