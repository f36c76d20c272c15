package dev.carousel.interop.onnx.run;

/** The error function, to about 1e-15: a series near 0, a continued fraction beyond. */
final class Erf {

    private static final double SERIES_TO = 2.5;

    private Erf() {}

    /**
     * The value at x.
     *
     * <pre>{@code
     * erf(x) = 2/√π e^(-x²) Σ 2^n x^(2n+1) / (1 · 3 · ... · (2n+1))                  small x
     * erf(x) = 1 - e^(-x²) / (√π (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))))      large x
     * }</pre>
     *
     * <p>Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.6 and 7.1.14.
     */
    static double of(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        double a = Math.abs(x);
        return Math.copySign(a < SERIES_TO ? series(a) : 1 - fraction(a), x);
    }

    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 100 && term > sum * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private static double fraction(double x) {
        double tail = x;
        for (int n = 60; n > 0; n--) {
            tail = x + n / 2.0 / tail;
        }
        return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
    }
}
