package dev.carousel.data.file;

import dev.carousel.data.DataException;
import dev.carousel.data.DecimalSign;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Numbers with decimal commas or with thousands apart: what they tell about their table, and what they are. */
public final class DecimalFields {

    private static final String APART = "[ '\u00a0\u202f\u2019]";
    private static final String GROUP = "[+-]?[1-9]\\d{0,2}(?:%s\\d{3})+";
    private static final Pattern COMMA_APART =
            Pattern.compile(String.format(GROUP, "(?:\\.|" + APART + ")") + "(?:,\\d+)?");
    private static final Pattern COMMA_PLAIN = Pattern.compile("[+-]?\\d*,\\d+(?:[eE][+-]?\\d+)?");
    private static final Pattern POINT_APART =
            Pattern.compile(String.format(GROUP, "(?:,|" + APART + ")") + "(?:\\.\\d*)?");

    /** 1,234 and 12,345,678 without decimals: thousands or, the first, a decimal comma. */
    private static final Pattern EITHER = Pattern.compile("[+-]?[1-9]\\d{0,2},\\d{3}");

    private static final Pattern BETWEEN_POINT = Pattern.compile("[," + APART.substring(1));
    private static final Pattern BETWEEN_COMMA = Pattern.compile("[." + APART.substring(1));

    private DecimalFields() {}

    /** What one field tells. */
    enum Evidence {
        /** Nothing: it has no sign, or is no number. */
        NONE,
        /** A decimal point. */
        POINT,
        /** A comma that is one between thousands. */
        THOUSANDS,
        /** A decimal comma. */
        COMMA,
        /** A comma that could be either. */
        EITHER,
        /** Thousands apart by a blank or an apostrophe, whatever the decimal sign is. */
        APART
    }

    /** Whether a field is a number with a comma or with thousands apart. */
    static boolean looksLikeNumber(String field) {
        return field.length() < 40
                && (COMMA_PLAIN.matcher(field).matches()
                        || COMMA_APART.matcher(field).matches()
                        || POINT_APART.matcher(field).matches());
    }

    /** What a field tells about the sign of its column. */
    static Evidence evidence(String field) {
        if (Numbers.isNumber(field)) {
            // 1.234 of a column with decimal commas is 1234, so that it tells nothing there; any other point does.
            return field.indexOf('.') < 0 || COMMA_APART.matcher(field).matches() ? Evidence.NONE : Evidence.POINT;
        }
        if (!looksLikeNumber(field)) {
            return Evidence.NONE;
        }
        if (EITHER.matcher(field).matches()) {
            return Evidence.EITHER;
        }
        if (field.indexOf(',') < 0) {
            return field.indexOf('.') >= 0 && POINT_APART.matcher(field).matches()
                    ? Evidence.THOUSANDS
                    : COMMA_APART.matcher(field).matches() && field.indexOf('.') >= 0 ? Evidence.COMMA : Evidence.APART;
        }
        return POINT_APART.matcher(field).matches() ? Evidence.THOUSANDS : Evidence.COMMA;
    }

    /**
     * The sign that some fields tell.
     *
     * @param place what messages call them
     * @param usual what it is where they do not tell
     * @throws DataException if a comma may be either and nothing tells which
     */
    public static DecimalSign of(String place, List<String> fields, Optional<DecimalSign> usual) {
        Set<Evidence> seen = EnumSet.noneOf(Evidence.class);
        String either = "";
        for (String field : fields) {
            Evidence one = evidence(field);
            seen.add(one);
            either = one == Evidence.EITHER && either.isEmpty() ? field : either;
        }
        boolean point = seen.contains(Evidence.POINT) || seen.contains(Evidence.THOUSANDS);
        if (seen.contains(Evidence.COMMA)) {
            return point ? DecimalSign.POINT : DecimalSign.COMMA;
        }
        if (point) {
            boolean apart = seen.contains(Evidence.THOUSANDS) || seen.contains(Evidence.APART) || !either.isEmpty();
            return apart ? DecimalSign.THOUSANDS : DecimalSign.POINT;
        }
        if (usual.isEmpty() && !either.isEmpty()) {
            String plain = either.replace(",", "");
            throw new DataException(
                    DataException.Kind.NOT_A_NUMBER,
                    place + ": numbers such as '" + either + "' may be " + plain + " or " + either.replace(',', '.')
                            + ", and no other number tells which. Say it with --decimal point or --decimal comma.");
        }
        return seen.contains(Evidence.APART)
                        && usual.filter(sign -> sign == DecimalSign.COMMA).isEmpty()
                ? DecimalSign.THOUSANDS
                : usual.orElse(DecimalSign.POINT);
    }

    /**
     * A field in Java's spelling.
     *
     * @return the field itself where it is no number of this sign
     */
    public static String plain(DecimalSign sign, String field) {
        if (sign == DecimalSign.POINT || field.isEmpty() || field.length() > 40) {
            return field;
        }
        if (sign == DecimalSign.THOUSANDS) {
            return POINT_APART.matcher(field).matches()
                    ? BETWEEN_POINT.matcher(field).replaceAll("")
                    : field;
        }
        if (COMMA_APART.matcher(field).matches()) {
            return BETWEEN_COMMA.matcher(field).replaceAll("").replace(',', '.');
        }
        return COMMA_PLAIN.matcher(field).matches() ? field.replace(',', '.') : field;
    }

    /** Whether a field is a number of a table, but with the other sign: 12.5 among decimal commas. */
    public static boolean contradicts(DecimalSign sign, String field) {
        return sign == DecimalSign.COMMA
                && Numbers.isNumber(field)
                && field.indexOf('.') >= 0
                && !COMMA_APART.matcher(field).matches();
    }
}
