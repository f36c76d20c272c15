package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What the cells' passes share; rows are a whole number of vectors, which {@link PaddedStep} sees to. */
final class Rows {

    private static final int L = Lanes.COUNT;

    private Rows() {}

    static FloatVector oneMinus(FloatVector x) {
        return broadcast(SPECIES, 1f).sub(x);
    }

    static FloatVector oneMinusSquare(FloatVector x) {
        return x.neg().fma(x, broadcast(SPECIES, 1f));
    }

    /** min(max(a, -clip), clip); NaN passes through. */
    static FloatVector clipped(FloatVector a, float clip) {
        FloatVector below = a.blend(clip, a.compare(VectorOperators.GT, clip));
        return below.blend(-clip, below.compare(VectorOperators.LT, -clip));
    }

    /** The slope where |a| <= clip, else 0. */
    static FloatVector within(FloatVector a, float clip, FloatVector slope) {
        VectorMask<Float> beyond = a.abs().compare(VectorOperators.GT, clip);
        return slope.blend(0, beyond);
    }

    /** a = σ(a + g) for the columns of one gate, of rows {@code from} to {@code to - 1}. */
    static void logistic(Step s, int aCol, int gCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            int gAt = s.gAt + n * s.gStride + gCol;
            for (int j = 0; j < s.units; j += L) {
                Activations.logistic(fromArray(SPECIES, s.a, at + j).add(fromArray(SPECIES, s.g, gAt + j)))
                        .intoArray(s.a, at + j);
            }
        }
    }

    /** a = σ(a) for the columns of one gate, of rows {@code from} to {@code to - 1}. */
    static void logistic(Step s, int aCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            for (int j = 0; j < s.units; j += L) {
                Activations.logistic(fromArray(SPECIES, s.a, at + j)).intoArray(s.a, at + j);
            }
        }
    }

    /** dY + dh + direct of a vector of units, from {@code j} of row n on. */
    static FloatVector dh(Step s, StepGradient d, int n, int j) {
        int unit = n * s.hiddenSize + j;
        return fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                .add(fromArray(SPECIES, d.dh, d.dhAt + unit))
                .add(fromArray(SPECIES, d.direct, d.directAt + unit));
    }

    /** a = tanh(a + g) for the columns of one gate, of rows {@code from} to {@code to - 1}. */
    static void tanh(Step s, int aCol, int gCol, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride + aCol;
            int gAt = s.gAt + n * s.gStride + gCol;
            for (int j = 0; j < s.units; j += L) {
                Activations.tanh(fromArray(SPECIES, s.a, at + j).add(fromArray(SPECIES, s.g, gAt + j)))
                        .intoArray(s.a, at + j);
            }
        }
    }

    /** γ_W ⊙ a + γ_R ⊙ g + b of one gate, for the normalised products at two places; p holds b, γ_W, γ_R of four gates each. */
    static FloatVector scaledSum(Step s, int ofInput, int ofState, int gate, int j) {
        int H = s.hiddenSize;
        int weight = s.pAt + gate * H + j;
        return fromArray(SPECIES, s.a, ofInput)
                .fma(
                        fromArray(SPECIES, s.p, weight + 4 * H),
                        fromArray(SPECIES, s.a, ofState)
                                .fma(fromArray(SPECIES, s.p, weight + 8 * H), fromArray(SPECIES, s.p, weight)));
    }
}
