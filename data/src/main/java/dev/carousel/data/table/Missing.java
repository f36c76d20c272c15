package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import java.util.Locale;
import java.util.stream.Stream;

/** How a field without a value is handled: one that is empty, or NA, NaN, null, - and the like. */
public enum Missing {
    /** It is an error, which names line and column. */
    ERROR,
    /** The last value before it stands in; one with none before it is an error. */
    FORWARD,
    /** The line between the values before and after stands in; at an end, the nearest value. A category takes the last one. */
    INTERPOLATE,
    /** 0 stands in, and a separate column, "NAME missing", says with 1 where; a category becomes unknown. */
    ZERO,
    /** Its row is left out. */
    DROP;

    /** Its name on a command line and in a model file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The policy of a name.
     *
     * @throws DataException if there is none
     */
    public static Missing ofLabel(String label) {
        return Stream.of(values())
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new DataException("Unknown way to treat missing values '"
                        + Numbers.shortened(label) + "': expected one of "
                        + Stream.of(values()).map(Missing::label).toList() + "."));
    }
}
