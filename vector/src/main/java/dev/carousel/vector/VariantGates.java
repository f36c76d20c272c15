package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Step;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Gates of variants: any activation φ of clipped pre-activations, of some rows of a column of a step, and its slope.
 *
 * <pre>{@code
 * value = φ(min(max(a, -clip), clip))        slope = φ'(a) where |a| <= clip, else 0
 * }</pre>
 *
 * <p>The functions of one family share a loop; those of none, such as GELU, are computed number by number as the scalar
 * kernels do. Values and slopes are written one row after the other, without gaps.
 */
final class VariantGates {

    private static final int L = Lanes.COUNT;

    private Step s = new Step();
    private int from;
    private int rows;

    VariantGates() {}

    /** Those of rows {@code from} to {@code to - 1} of a step, whose units are a whole number of vectors. */
    VariantGates of(Step step, int first, int end) {
        s = step;
        from = first;
        rows = end - first;
        return this;
    }

    /** The values of the column of {@code a} that begins at {@code column}. */
    void values(Activation phi, float clip, int column, float[] value, int valueAt) {
        values(phi, clip, s.a, s.aAt + from * s.aStride + column, s.aStride, value, valueAt);
    }

    /** The values and slopes of that column. */
    void slopes(Activation phi, float clip, int column, float[] value, int valueAt, float[] slope, int slopeAt) {
        slopes(phi, clip, s.a, s.aAt + from * s.aStride + column, s.aStride, value, valueAt, slope, slopeAt);
    }

    /** The values of c. */
    void valuesOfState(Activation phi, float[] value, int valueAt) {
        values(phi, Float.POSITIVE_INFINITY, s.c, s.cAt + from * s.hiddenSize, s.hiddenSize, value, valueAt);
    }

    /** The values and slopes of c. */
    void slopesOfState(Activation phi, float[] value, int valueAt, float[] slope, int slopeAt) {
        int at = s.cAt + from * s.hiddenSize;
        slopes(phi, Float.POSITIVE_INFINITY, s.c, at, s.hiddenSize, value, valueAt, slope, slopeAt);
    }

    private void values(Activation phi, float clip, float[] x, int xAt, int stride, float[] y, int yAt) {
        int units = s.units;
        for (int n = 0; n < rows; n++) {
            int at = xAt + n * stride;
            int to = yAt + n * units;
            switch (phi.kind()) {
                case TANH -> tanh(1, 1, clip, x, at, y, to, units);
                case SCALED_TANH -> tanh(phi.alpha(), phi.beta(), clip, x, at, y, to, units);
                case LOGISTIC -> logistic(clip, x, at, y, to, units);
                case LINEAR, AFFINE, RELU, RELU6, HARD_TANH, HARD_SIGMOID -> ramp(phi, clip, x, at, y, to, units);
                case LEAKY_RELU -> leaky(phi.alpha(), clip, x, at, y, to, units);
                case SOFTSIGN -> softsign(clip, x, at, y, to, units);
                case ELU, SELU -> elu(phi, clip, x, at, y, to, units);
                case SOFTPLUS -> softplus(clip, x, at, y, to, units);
                case SILU -> silu(clip, x, at, y, to, units);
                default -> others(phi, clip, x, at, y, to, units);
            }
        }
    }

    private void slopes(
            Activation phi,
            float clip,
            float[] x,
            int xAt,
            int stride,
            float[] y,
            int yAt,
            float[] slope,
            int slopeAt) {
        values(phi, clip, x, xAt, stride, y, yAt);
        int units = s.units;
        for (int n = 0; n < rows; n++) {
            int at = xAt + n * stride;
            int from = yAt + n * units;
            int to = slopeAt + n * units;
            switch (phi.kind()) {
                case TANH -> tanhSlope(1, 1, clip, x, at, y, from, slope, to, units);
                case SCALED_TANH -> tanhSlope(phi.alpha(), phi.beta(), clip, x, at, y, from, slope, to, units);
                case LOGISTIC -> logisticSlope(clip, x, at, y, from, slope, to, units);
                case LINEAR, AFFINE, RELU, RELU6, HARD_TANH, HARD_SIGMOID ->
                    rampSlope(phi, clip, x, at, y, from, slope, to, units);
                case LEAKY_RELU -> leakySlope(phi.alpha(), clip, x, at, slope, to, units);
                case SOFTSIGN -> softsignSlope(clip, x, at, slope, to, units);
                case ELU, SELU -> eluSlope(phi, clip, x, at, slope, to, units);
                case SOFTPLUS -> softplusSlope(clip, x, at, slope, to, units);
                case SILU -> siluSlope(clip, x, at, slope, to, units);
                default -> othersSlope(phi, clip, x, at, slope, to, units);
            }
        }
    }

    /** α tanh(β a). */
    private static void tanh(float alpha, float beta, float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = Rows.clipped(fromArray(SPECIES, x, at + j), clip);
            Activations.tanh(a.mul(beta)).mul(alpha).intoArray(y, to + j);
        }
    }

    /** α β (1 - tanh²(β a)), with α tanh(β a) in y. */
    private static void tanhSlope(
            float alpha,
            float beta,
            float clip,
            float[] x,
            int at,
            float[] y,
            int from,
            float[] slope,
            int to,
            int units) {
        float toTanh = alpha == 0 ? 0 : 1 / alpha;
        for (int j = 0; j < units; j += L) {
            FloatVector t = fromArray(SPECIES, y, from + j).mul(toTanh);
            FloatVector dt = Rows.oneMinusSquare(t).mul(alpha * beta);
            Rows.within(fromArray(SPECIES, x, at + j), clip, dt).intoArray(slope, to + j);
        }
    }

    /** σ(a). */
    private static void logistic(float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            Activations.logistic(Rows.clipped(fromArray(SPECIES, x, at + j), clip))
                    .intoArray(y, to + j);
        }
    }

    /** σ (1 - σ), with σ(a) in y. */
    private static void logisticSlope(
            float clip, float[] x, int at, float[] y, int from, float[] slope, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector v = fromArray(SPECIES, y, from + j);
            Rows.within(fromArray(SPECIES, x, at + j), clip, v.mul(Rows.oneMinus(v)))
                    .intoArray(slope, to + j);
        }
    }

    /** min(max(α a + β, low), high). */
    private static void ramp(Activation phi, float clip, float[] x, int at, float[] y, int to, int units) {
        float alpha = factor(phi);
        float beta = phi.beta();
        float low = low(phi);
        float high = high(phi);
        for (int j = 0; j < units; j += L) {
            FloatVector v =
                    Rows.clipped(fromArray(SPECIES, x, at + j), clip).mul(alpha).add(beta);
            v = v.blend(low, v.compare(VectorOperators.LT, low));
            v.blend(high, v.compare(VectorOperators.GT, high)).intoArray(y, to + j);
        }
    }

    /** α between low and high, else 0. */
    private static void rampSlope(
            Activation phi, float clip, float[] x, int at, float[] y, int from, float[] slope, int to, int units) {
        float low = low(phi);
        float high = high(phi);
        FloatVector rise = broadcast(SPECIES, factor(phi));
        for (int j = 0; j < units; j += L) {
            FloatVector v = fromArray(SPECIES, y, from + j);
            VectorMask<Float> flat = v.compare(VectorOperators.LE, low).or(v.compare(VectorOperators.GE, high));
            Rows.within(fromArray(SPECIES, x, at + j), clip, rise.blend(0, flat))
                    .intoArray(slope, to + j);
        }
    }

    private static float factor(Activation phi) {
        return phi.is(Activation.Kind.AFFINE) || phi.is(Activation.Kind.HARD_SIGMOID) ? phi.alpha() : 1;
    }

    private static float low(Activation phi) {
        return switch (phi.kind()) {
            case RELU, RELU6, HARD_SIGMOID -> 0;
            case HARD_TANH -> -1;
            default -> Float.NEGATIVE_INFINITY;
        };
    }

    private static float high(Activation phi) {
        return switch (phi.kind()) {
            case HARD_TANH, HARD_SIGMOID -> 1;
            case RELU6 -> 6;
            default -> Float.POSITIVE_INFINITY;
        };
    }

    /** a where a >= 0, else α a. */
    private static void leaky(float alpha, float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = Rows.clipped(fromArray(SPECIES, x, at + j), clip);
            a.blend(a.mul(alpha), a.compare(VectorOperators.LT, 0)).intoArray(y, to + j);
        }
    }

    /** 1 where a > 0, else α. */
    private static void leakySlope(float alpha, float clip, float[] x, int at, float[] slope, int to, int units) {
        FloatVector one = broadcast(SPECIES, 1f);
        for (int j = 0; j < units; j += L) {
            FloatVector a = fromArray(SPECIES, x, at + j);
            Rows.within(a, clip, one.blend(alpha, a.compare(VectorOperators.LE, 0)))
                    .intoArray(slope, to + j);
        }
    }

    /** a / (1 + |a|). */
    private static void softsign(float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = Rows.clipped(fromArray(SPECIES, x, at + j), clip);
            a.div(a.abs().add(1f)).intoArray(y, to + j);
        }
    }

    /** 1 / (1 + |a|)². */
    private static void softsignSlope(float clip, float[] x, int at, float[] slope, int to, int units) {
        FloatVector one = broadcast(SPECIES, 1f);
        for (int j = 0; j < units; j += L) {
            FloatVector a = fromArray(SPECIES, x, at + j);
            FloatVector d = a.abs().add(1f);
            Rows.within(a, clip, one.div(d.mul(d))).intoArray(slope, to + j);
        }
    }

    /** λ a where a >= 0, else λ α (e^a - 1); λ and λ α are the slopes on either side of 0. */
    private static void elu(Activation phi, float clip, float[] x, int at, float[] y, int to, int units) {
        float right = phi.slope(1);
        float left = phi.slope(0);
        for (int j = 0; j < units; j += L) {
            FloatVector a = Rows.clipped(fromArray(SPECIES, x, at + j), clip);
            FloatVector bend = Activations.expMinusOneOf(a).mul(left);
            a.mul(right).blend(bend, a.compare(VectorOperators.LT, 0)).intoArray(y, to + j);
        }
    }

    /** λ where a > 0, else λ α e^a. */
    private static void eluSlope(Activation phi, float clip, float[] x, int at, float[] slope, int to, int units) {
        FloatVector right = broadcast(SPECIES, phi.slope(1));
        float left = phi.slope(0);
        for (int j = 0; j < units; j += L) {
            FloatVector a = fromArray(SPECIES, x, at + j);
            FloatVector bend = Activations.exp(a).mul(left);
            Rows.within(a, clip, right.blend(bend, a.compare(VectorOperators.LE, 0)))
                    .intoArray(slope, to + j);
        }
    }

    /** ln(1 + e^a). */
    private static void softplus(float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            Activations.softplus(Rows.clipped(fromArray(SPECIES, x, at + j), clip))
                    .intoArray(y, to + j);
        }
    }

    /** σ(a). */
    private static void softplusSlope(float clip, float[] x, int at, float[] slope, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = fromArray(SPECIES, x, at + j);
            Rows.within(a, clip, Activations.logistic(a)).intoArray(slope, to + j);
        }
    }

    /** a σ(a). */
    private static void silu(float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = Rows.clipped(fromArray(SPECIES, x, at + j), clip);
            a.mul(Activations.logistic(a)).intoArray(y, to + j);
        }
    }

    /** σ + a σ (1 - σ), with σ = σ(a). */
    private static void siluSlope(float clip, float[] x, int at, float[] slope, int to, int units) {
        for (int j = 0; j < units; j += L) {
            FloatVector a = fromArray(SPECIES, x, at + j);
            FloatVector v = Activations.logistic(a);
            Rows.within(a, clip, a.mul(v).fma(Rows.oneMinus(v), v)).intoArray(slope, to + j);
        }
    }

    private static void others(Activation phi, float clip, float[] x, int at, float[] y, int to, int units) {
        for (int j = 0; j < units; j++) {
            y[to + j] = phi.value(Math.min(Math.max(x[at + j], -clip), clip));
        }
    }

    private static void othersSlope(Activation phi, float clip, float[] x, int at, float[] slope, int to, int units) {
        for (int j = 0; j < units; j++) {
            slope[to + j] = Math.abs(x[at + j]) > clip ? 0 : phi.slope(x[at + j]);
        }
    }
}
