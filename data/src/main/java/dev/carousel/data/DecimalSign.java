package dev.carousel.data;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * What stands before the decimals of a table's numbers, and with it what may stand between thousands.
 *
 * <pre>{@code
 * POINT        1234.5                          thousands are not apart
 * THOUSANDS    1,234.5   1'234.5   1 234.5
 * COMMA        1234,5    1.234,5   1 234,5     a point stands between thousands: 1.234 is 1234
 * }</pre>
 */
public enum DecimalSign {
    /** A point, and nothing between thousands. */
    POINT,
    /** A point, with thousands apart. */
    THOUSANDS,
    /** A comma, with thousands apart or not. */
    COMMA;

    /** Its name in a model file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The sign of a name.
     *
     * @throws DataException if there is none
     */
    public static DecimalSign ofLabel(String label) {
        return Stream.of(values())
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new DataException("Unknown decimal sign '" + label + "': expected point, thousands or comma."));
    }
}
