package dev.carousel.loss;

/**
 * The logarithm of the gamma function and its derivative, of numbers above 0.
 *
 * <pre>{@code
 * ln Γ(x) = (x - ½) ln x - x + ½ ln 2π + 1/(12 x) - 1/(360 x³) + 1/(1260 x⁵) - ...        where x is large (Stirling)
 * ψ(x)    = ln x - 1/(2x) - 1/(12 x²) + 1/(120 x⁴) - 1/(252 x⁶) + ...
 * ln Γ(x) = ln Γ(x + 1) - ln x        ψ(x) = ψ(x + 1) - 1/x                              until it is
 * }</pre>
 */
final class Gammas {

    private static final double LARGE = 12;
    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private Gammas() {}

    /** ln Γ(x), to about 15 digits. */
    static double log(double x) {
        double product = 1;
        double large = x;
        while (large < LARGE) {
            product *= large;
            large++;
        }
        double i = 1 / large;
        double s = i * i;
        double series = i * (1 / 12.0 - s * (1 / 360.0 - s * (1 / 1260.0 - s * (1 / 1680.0 - s / 1188))));
        return (large - 0.5) * Math.log(large) - large + HALF_LOG_TWO_PI + series - Math.log(product);
    }

    /** ψ(x), to about 14 digits. */
    static double digamma(double x) {
        double sum = 0;
        double large = x;
        while (large < LARGE) {
            sum -= 1 / large;
            large++;
        }
        double i = 1 / large;
        double s = i * i;
        double series = s * (1 / 12.0 - s * (1 / 120.0 - s * (1 / 252.0 - s * (1 / 240.0 - s / 132))));
        return sum + Math.log(large) - 0.5 * i - series;
    }
}
