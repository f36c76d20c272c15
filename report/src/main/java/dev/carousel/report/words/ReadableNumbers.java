package dev.carousel.report.words;

import java.util.Locale;

/** Numbers as a person reads them, the same in every locale. */
public final class ReadableNumbers {

    private ReadableNumbers() {}

    /** A whole number with its thousands apart: {@code 1,003,854}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number with so many decimals, 0 or more. */
    public static String fixed(double number, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", number);
    }

    /** A number with four digits that say something: {@code 1.523}, {@code 217.7}, {@code 0.0003125}. */
    public static String figure(double number) {
        double size = Math.abs(number);
        if (size == 0 || !Double.isFinite(number)) {
            return size == 0 ? "0" : String.valueOf(number);
        }
        int magnitude = (int) Math.floor(Math.log10(size));
        if (magnitude < -5 || magnitude > 12) {
            return String.format(Locale.ROOT, "%.3e", number);
        }
        return fixed(number, Math.max(0, 3 - magnitude));
    }

    /** A part of a whole, where 1 is all of it: {@code 31.4 %}. */
    public static String percent(double share) {
        return fixed(100 * share, 1) + " %";
    }
}
