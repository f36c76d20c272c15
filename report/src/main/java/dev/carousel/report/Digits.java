package dev.carousel.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.stream.IntStream;

/** Numbers as the page has them: short, exact enough to draw, and read back by JavaScript. */
final class Digits {

    private static final MathContext SIX = new MathContext(6);
    private static final double LARGEST = 1e12;
    private static final double SMALLEST = 1e-4;

    /** So many digits of a number are those of a double. */
    private static final int MOST_DIGITS = 15;

    private static final int MOST_DECIMALS = 12;

    private Digits() {}

    /** Six digits that say something, without trailing zeros; empty where the number is not finite. */
    static String of(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(SIX).stripTrailingZeros();
        return size < SMALLEST || size >= LARGEST ? scientific(rounded) : rounded.toPlainString();
    }

    /** The same with so many decimals, where six digits have less: of a high level the steps must show. */
    static String of(double value, int decimals) {
        if (!Double.isFinite(value) || Math.abs(value) < SMALLEST) {
            return of(value);
        }
        BigDecimal exact = new BigDecimal(value);
        int wanted = Math.min(decimals, MOST_DIGITS - (exact.precision() - exact.scale()));
        return exact.round(SIX).scale() < wanted
                ? exact.setScale(wanted, RoundingMode.HALF_EVEN).toPlainString()
                : of(value);
    }

    /** How many decimals show a tenth of a usual step of some numbers. */
    static int decimals(double[] values) {
        double step = IntStream.range(1, values.length)
                .mapToDouble(i -> Math.abs(values[i] - values[i - 1]))
                .filter(Double::isFinite)
                .average()
                .orElse(0);
        return step > 0 ? Math.min(MOST_DECIMALS, Math.max(0, 1 - (int) Math.floor(Math.log10(step)))) : 0;
    }

    private static String scientific(BigDecimal number) {
        String digits = number.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - number.scale();
        return (number.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + "e"
                + exponent;
    }

    /** A whole number with its thousands apart. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Four digits that say something, as a person reads them. */
    static String figure(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size >= 1000 && size < LARGEST) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
        return (size != 0 && size < SMALLEST) || size >= LARGEST
                ? scientific(rounded.stripTrailingZeros())
                : rounded.toPlainString();
    }

    /** A duration as a clock shows it; below ten seconds with a tenth. */
    static String clock(double seconds) {
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole % 3600 / 60, whole % 60);
    }
}
