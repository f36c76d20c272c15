package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;

/** The simple recurrent unit's equations, a vector of units at a time; columns n f r s, and what goes to v. */
final class VectorSru {

    static final PassKernel KERNEL = PassKernel.of(
            new Pass[] {
                (s, d, from, to) -> gate(s, s.hiddenSize, 0, from, to),
                (s, d, from, to) -> gate(s, 2 * s.hiddenSize, s.hiddenSize, from, to),
                VectorSru::output
            },
            new Pass[] {VectorSru::outputGradient, VectorSru::gateGradients});

    private static final int L = Lanes.COUNT;

    private VectorSru() {}

    /** a = σ(a + v ⊙ c'). */
    private static void gate(Step s, int column, int weight, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + column;
            int cPrevAt = s.cPrevAt + n * s.hiddenSize;
            for (int j = 0; j < s.units; j += L) {
                FloatVector a = fromArray(SPECIES, s.p, s.pAt + weight + j)
                        .fma(fromArray(SPECIES, s.cPrev, cPrevAt + j), fromArray(SPECIES, s.a, at + j));
                Activations.logistic(a).intoArray(s.a, at + j);
            }
        }
    }

    /** c = n + f ⊙ (c' - n); h = s + r ⊙ (c - s). */
    private static void output(Step s, StepGradient unused, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector n = fromArray(SPECIES, s.a, at + j);
                FloatVector c = fromArray(SPECIES, s.a, at + H + j)
                        .fma(fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j).sub(n), n);
                FloatVector past = fromArray(SPECIES, s.a, at + 3 * H + j);
                c.intoArray(s.c, s.cAt + unit + j);
                fromArray(SPECIES, s.a, at + 2 * H + j).fma(c.sub(past), past).intoArray(s.h, s.hAt + unit + j);
            }
        }
    }

    /** dc = dc + dh ⊙ r; da_r = dh ⊙ (c - s) ⊙ r (1 - r); ds = dh ⊙ (1 - r). */
    private static void outputGradient(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector r = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector past = fromArray(SPECIES, s.a, at + 3 * H + j);
                FloatVector dh = Rows.dh(s, d, k, j);
                FloatVector given = dh.mul(r);
                FloatVector ds = dh.sub(given);
                given.add(fromArray(SPECIES, d.dc, d.dcAt + unit + j)).intoArray(d.dc, d.dcAt + unit + j);
                ds.mul(r)
                        .mul(fromArray(SPECIES, s.c, s.cAt + unit + j).sub(past))
                        .intoArray(s.a, at + 2 * H + j);
                ds.intoArray(s.a, at + 3 * H + j);
                zero.intoArray(d.direct, d.directAt + unit + j);
            }
        }
    }

    /**
     * dn = dc ⊙ (1 - f); da_f = dc ⊙ (c' - n) ⊙ f (1 - f); dc' = dc ⊙ f + v_f ⊙ da_f + v_r ⊙ da_r; da_f ⊙ c' and da_r ⊙ c' go to
     * v.
     */
    private static void gateGradients(Step s, StepGradient d, int from, int to) {
        int H = s.hiddenSize;
        for (int k = from; k < to; k++) {
            int at = s.aAt + k * s.aStride;
            int unit = k * H;
            for (int j = 0; j < s.units; j += L) {
                FloatVector n = fromArray(SPECIES, s.a, at + j);
                FloatVector f = fromArray(SPECIES, s.a, at + H + j);
                FloatVector dar = fromArray(SPECIES, s.a, at + 2 * H + j);
                FloatVector cPrev = fromArray(SPECIES, s.cPrev, s.cPrevAt + unit + j);
                FloatVector dc = fromArray(SPECIES, d.dc, d.dcAt + unit + j);
                FloatVector kept = dc.mul(f);
                FloatVector dn = dc.sub(kept);
                FloatVector daf = dn.mul(f).mul(cPrev.sub(n));
                dn.intoArray(s.a, at + j);
                daf.intoArray(s.a, at + H + j);
                daf.mul(cPrev).intoArray(s.a, at + 4 * H + j);
                dar.mul(cPrev).intoArray(s.a, at + 5 * H + j);
                daf.fma(fromArray(SPECIES, s.p, s.pAt + j), dar.fma(fromArray(SPECIES, s.p, s.pAt + H + j), kept))
                        .intoArray(d.dc, d.dcAt + unit + j);
            }
        }
    }
}
