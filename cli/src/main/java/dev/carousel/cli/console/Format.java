package dev.carousel.cli.console;

import dev.carousel.report.words.ReadableNumbers;
import java.util.Locale;

/** Numbers as a person reads them, the same in every locale. */
public final class Format {

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    private Format() {}

    /** A whole number with its thousands apart: {@code 1,003,854}. */
    public static String count(long number) {
        return ReadableNumbers.count(number);
    }

    /** A number with so many decimals. */
    public static String fixed(double number, int decimals) {
        return ReadableNumbers.fixed(number, decimals);
    }

    /** A number with four digits that say something: {@code 1.523}, {@code 217.7}, {@code 0.0003125}. */
    public static String figure(double number) {
        return ReadableNumbers.figure(number);
    }

    /** A part of a whole: {@code 31.4 %}. */
    public static String percent(double share) {
        return ReadableNumbers.percent(share);
    }

    /** How many a second, with k, M or G: {@code 2.31 M}. */
    public static String rate(double perSecond) {
        if (perSecond < 10_000) {
            return perSecond < 100 ? figure(perSecond) : count(Math.round(perSecond));
        }
        if (perSecond < 1e6) {
            return figure(perSecond / 1e3) + " k";
        }
        return perSecond < 1e9 ? figure(perSecond / 1e6) + " M" : figure(perSecond / 1e9) + " G";
    }

    /** A duration: {@code 0.8 s}, {@code 1:05}, {@code 2:03:59}. */
    public static String duration(double seconds) {
        if (seconds < 10) {
            return fixed(seconds, 1) + " s";
        }
        return clock(seconds);
    }

    /** A duration as a clock shows it: {@code 0:08}, {@code 2:03:59}. */
    public static String clock(double seconds) {
        long whole = Math.round(seconds);
        if (whole < HOUR) {
            return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole % 3600 / (long) MINUTE, whole % 60);
    }
}
