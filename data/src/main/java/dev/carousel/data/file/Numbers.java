package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.util.Locale;
import java.util.Set;

/** Numbers in the fields of a file: written plainly, finite, within the range of a float. */
public final class Numbers {

    private static final Set<String> MISSING = Set.of("", "na", "n/a", "null", "none", "nil", "-", "?", ".");

    /** What spreadsheets and programs write where a number is missing; a name may be one of these. */
    private static final Set<String> MISSING_NUMBER = Set.of(
            "",
            "na",
            "n/a",
            "null",
            "none",
            "nil",
            "-",
            "?",
            ".",
            "nan",
            "-nan",
            "nat",
            "<na>",
            "#n/a",
            "#na",
            "--",
            "---",
            "1.#ind",
            "-1.#ind",
            "1.#qnan",
            "-1.#qnan",
            "#value!",
            "#div/0!",
            "n.a.");

    private static final Set<String> NOT_FINITE =
            Set.of("nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity");
    private static final int MAXIMUM_SHOWN = 40;
    private static final int LONGEST_MISSING = 8;

    /** Decimals of this many digits are whole numbers of a double, and so are the powers of ten; their quotient is exact. */
    private static final int EXACT_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private Numbers() {}

    /**
     * Why a field is not a number that can be used.
     *
     * @param where file, line and column, for the message
     * @param field the field without blanks around it
     */
    public static DataException refusal(String where, String field) {
        String lower = field.length() > MAXIMUM_SHOWN ? field : field.toLowerCase(Locale.ROOT);
        if (isMissing(field) && !NOT_FINITE.contains(lower)) {
            return new DataException(
                    DataException.Kind.MISSING_VALUE,
                    where + ": expected a number but found "
                            + (field.isEmpty() ? "an empty field" : "'" + field + "'")
                            + ". Values must not be missing: fill them in, leave their rows out, or say with --missing what stands"
                            + " in for them.");
        }
        if (NOT_FINITE.contains(lower)) {
            return new DataException(
                    DataException.Kind.NOT_FINITE,
                    where + ": expected a finite number but found '" + field
                            + "'. Was there a division by zero, or is the value missing? Fill it in, leave its row out,"
                            + " or say with --missing what stands in for NaN.");
        }
        if (isNumber(field)) {
            return new DataException(
                    DataException.Kind.NOT_FINITE,
                    where + ": expected a number of at most " + Float.MAX_VALUE + " in magnitude but found '"
                            + shortened(field) + "'. Is a decimal point missing?");
        }
        return new DataException(
                DataException.Kind.NOT_A_NUMBER,
                where + ": expected a number but found '" + shortened(field) + "'. " + cause(field));
    }

    /** Whether a field says that there is no number: it is empty, or NA, NaN, null, -, #N/A and the like. */
    public static boolean isMissing(String field) {
        return field.length() <= LONGEST_MISSING && MISSING_NUMBER.contains(field.toLowerCase(Locale.ROOT));
    }

    /** Whether a field says that there is no name: it is empty, or NA, NaN, null, - and the like. */
    public static boolean isMissingName(String field) {
        if (field.length() > LONGEST_MISSING) {
            return false;
        }
        String lower = field.toLowerCase(Locale.ROOT);
        return MISSING.contains(lower) || lower.equals("nan");
    }

    /**
     * The number of a field for which {@link #isNumber} holds: Java's own, faster where few digits make that easy.
     *
     * <pre>{@code
     * digits / 10^decimals     both exact, so that the quotient is the nearest double
     * }</pre>
     */
    public static double parse(String field) {
        int length = field.length();
        boolean signed = length > 0 && (field.charAt(0) == '-' || field.charAt(0) == '+');
        if (length - (signed ? 1 : 0) > EXACT_DIGITS + 1) {
            return Double.parseDouble(field);
        }
        long digits = 0;
        int count = 0;
        int point = length;
        for (int i = signed ? 1 : 0; i < length; i++) {
            char c = field.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = 10 * digits + (c - '0');
                count++;
            } else if (c == '.') {
                point = i + 1;
            } else {
                return Double.parseDouble(field);
            }
        }
        if (count > EXACT_DIGITS) {
            return Double.parseDouble(field);
        }
        double number = digits / POWERS_OF_TEN[length - point];
        return signed && field.charAt(0) == '-' ? -number : number;
    }

    /** How many decimals a field has for which {@link #isNumber} holds: 2 of 1.25 and of 12.5e-1. */
    public static int decimals(String field) {
        int exponent = Math.max(field.indexOf('e'), field.indexOf('E'));
        int end = exponent < 0 ? field.length() : exponent;
        int point = field.indexOf('.');
        int decimals = point < 0 ? 0 : end - point - 1;
        if (exponent < 0 || field.length() - exponent > 5) {
            return decimals;
        }
        return Math.max(0, decimals - Integer.parseInt(field.substring(exponent + 1)));
    }

    /** Whether a number lies in the range of a float, in which the engine computes. */
    public static boolean fits(double number) {
        return Math.abs(number) <= Float.MAX_VALUE;
    }

    private static String cause(String field) {
        if (field.indexOf(',') >= 0) {
            return "Write decimals with a point and thousands without a sign, or say --decimal comma where there is that"
                    + " option.";
        }
        if (DateFields.parse(field).isPresent()) {
            return "It is a date: name another column.";
        }
        return "Is it the right column, and are there notes or units among the numbers?";
    }

    /** Whether a field is written as a decimal number; Java's own parser would take "1d", "0x1p3" and " 1" as well. */
    public static boolean isNumber(String field) {
        int at = skipSign(field, 0);
        int whole = skipDigits(field, at);
        int digits = whole - at;
        at = whole;
        if (at < field.length() && field.charAt(at) == '.') {
            int fraction = skipDigits(field, at + 1);
            digits += fraction - at - 1;
            at = fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (at < field.length() && (field.charAt(at) == 'e' || field.charAt(at) == 'E')) {
            int exponent = skipSign(field, at + 1);
            int end = skipDigits(field, exponent);
            return end > exponent && end == field.length();
        }
        return at == field.length();
    }

    private static int skipSign(String field, int at) {
        return at < field.length() && (field.charAt(at) == '+' || field.charAt(at) == '-') ? at + 1 : at;
    }

    private static int skipDigits(String field, int from) {
        int at = from;
        while (at < field.length() && field.charAt(at) >= '0' && field.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    /** A field as a message shows it. */
    public static String shortened(String field) {
        return field.length() <= MAXIMUM_SHOWN ? field : field.substring(0, MAXIMUM_SHOWN) + "...";
    }
}
