package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The logistic function and tanh, in float, accurate to a few units in the last place.
 *
 * <p>Both rest on one reduction: with n the integer nearest to x / ln 2 and r = x - n ln 2, so that |r| ≤ ln 2 / 2,
 *
 * <pre>{@code
 * q = r + r² P(r) ≈ eʳ - 1          P fitted to a relative error of 1.4e-8 in q
 * e^x = 2ⁿ (1 + q)
 * e^x - 1 = 2ⁿ q + (2ⁿ - 1)         without cancellation, so that tanh keeps its accuracy near 0
 * }</pre>
 *
 * <p>n is rounded by adding 1.5 · 2²³, which leaves it in the low bits of the sum, where a shift turns it into the exponent
 * of 2ⁿ. Comparisons with NaN are false, so a NaN passes through. The methods are small so that the compiler takes them
 * into the loops that call them.
 */
final class Activations {

    static final float LOG2_E = 1.442695041f;
    static final float ROUND = 12582912f;
    // ln 2 in two parts: n times the first, of few bits, is exact.
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;

    static final float P0 = 0.5f;
    static final float P1 = 0.16666542f;
    static final float P2 = 0.04166628f;
    static final float P3 = 0.008366644f;
    static final float P4 = 0.0013946554f;

    /** Beyond ±87 the logistic function is 0 or 1 in float, and e^x would leave float's range. */
    static final float LOGISTIC_LIMIT = 87f;

    /** Beyond ±9.1 tanh is ±1 in float. */
    static final float TANH_LIMIT = 9.1f;

    private Activations() {}

    /** 1 / (1 + e⁻ˣ). */
    static FloatVector logistic(FloatVector x) {
        FloatVector minusX = within(x.neg(), LOGISTIC_LIMIT);
        FloatVector n = minusX.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUND));
        FloatVector q = expMinusOne(remainder(minusX, n.sub(ROUND)));
        FloatVector power = powerOfTwo(n);
        return broadcast(SPECIES, 1).div(q.fma(power, power.add(1)));
    }

    /** (e²ˣ - 1) / (e²ˣ + 1). */
    static FloatVector tanh(FloatVector x) {
        FloatVector twice = within(x, TANH_LIMIT);
        twice = twice.add(twice);
        FloatVector n = twice.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUND));
        FloatVector q = expMinusOne(remainder(twice, n.sub(ROUND)));
        FloatVector power = powerOfTwo(n);
        FloatVector e = q.fma(power, power.sub(1));
        return e.div(e.add(2));
    }

    /** eˣ for x within ±87, where float holds it; beyond, its value there. */
    static FloatVector exp(FloatVector x) {
        FloatVector bounded = within(x, LOGISTIC_LIMIT);
        FloatVector n = bounded.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUND));
        FloatVector power = powerOfTwo(n);
        return expMinusOne(remainder(bounded, n.sub(ROUND))).fma(power, power);
    }

    /** eˣ - 1 for x within ±87, without cancellation near 0. */
    static FloatVector expMinusOneOf(FloatVector x) {
        FloatVector bounded = within(x, LOGISTIC_LIMIT);
        FloatVector n = bounded.fma(broadcast(SPECIES, LOG2_E), broadcast(SPECIES, ROUND));
        FloatVector power = powerOfTwo(n);
        return expMinusOne(remainder(bounded, n.sub(ROUND))).fma(power, power.sub(1));
    }

    /**
     * ln(1 + eˣ): with y = e^-|x| and s = y / (2 + y), at most 1/3,
     *
     * <pre>{@code
     * max(x, 0) + ln(1 + y)        ln(1 + y) = 2 (s + s³/3 + s⁵/5 + ...)
     * }</pre>
     */
    static FloatVector softplus(FloatVector x) {
        FloatVector y = exp(x.abs().neg());
        FloatVector s = y.div(y.add(2));
        FloatVector square = s.mul(s);
        FloatVector p = broadcast(SPECIES, 2f / 13)
                .fma(square, broadcast(SPECIES, 2f / 11))
                .fma(square, broadcast(SPECIES, 2f / 9))
                .fma(square, broadcast(SPECIES, 2f / 7))
                .fma(square, broadcast(SPECIES, 2f / 5))
                .fma(square, broadcast(SPECIES, 2f / 3))
                .fma(square, broadcast(SPECIES, 2f));
        return p.fma(s, x.max(0f));
    }

    private static FloatVector within(FloatVector x, float limit) {
        FloatVector below = x.blend(limit, x.compare(VectorOperators.GT, limit));
        return below.blend(-limit, below.compare(VectorOperators.LT, -limit));
    }

    private static FloatVector remainder(FloatVector x, FloatVector n) {
        return n.fma(broadcast(SPECIES, -LN2_LOW), n.fma(broadcast(SPECIES, -LN2_HIGH), x));
    }

    private static FloatVector expMinusOne(FloatVector r) {
        FloatVector p = broadcast(SPECIES, P4)
                .fma(r, broadcast(SPECIES, P3))
                .fma(r, broadcast(SPECIES, P2))
                .fma(r, broadcast(SPECIES, P1))
                .fma(r, broadcast(SPECIES, P0));
        return p.mul(r).fma(r, r);
    }

    /** 2ⁿ for the n in the low bits of n + 1.5 · 2²³. */
    private static FloatVector powerOfTwo(FloatVector roundedN) {
        return roundedN.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .add(Float.floatToRawIntBits(1f))
                .reinterpretAsFloats();
    }
}
