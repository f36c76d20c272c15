package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the values of a window are taken relative to, after normalisation.
 *
 * <pre>{@code
 * m = mean of z over the context        MEAN
 * m = z of the last row of the context  LAST
 * m = z of the row before               PREVIOUS       another m for each row; only where forecasts go step by step
 * m = 0                                 NONE
 * m = mean of z over the context        WINDOW         and (z - m) / s instead of z - m
 *
 * s = sqrt(variance of z over the context + (0.01 mean of |z - z(0)| over the context)^2), or 1 if that is 0
 * }</pre>
 *
 * <p>MEAN and LAST take out a level that drifts: a network that saw values of 10 to 20 then forecasts around 30 as
 * well. LAST suits series that wander, MEAN those that fluctuate around a level. PREVIOUS makes differences of the
 * series; it and NONE need no window, so that a stream can be followed row by row.
 */
public enum Relative {
    /** To the mean of the context. */
    MEAN,
    /** To the last value of the context. */
    LAST,
    /** To the value of the row before. */
    PREVIOUS,
    /** To nothing: normalised values as they are. */
    NONE,
    /**
     * To the mean of the context, in units of its deviation: series of any size are alike to the network, those that it has
     * never seen among them.
     */
    WINDOW;

    /** Its name in a model file: "mean", "last", "previous", "none", "window". */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a row's input depends on the rows before it alone and not on where a window ends. */
    public boolean streams() {
        return this == PREVIOUS || this == NONE;
    }

    /**
     * The entry of a name.
     *
     * @throws DataException if there is none
     */
    public static Relative ofLabel(String label) {
        return Stream.of(values())
                .filter(entry -> entry.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new DataException("Values relative to '" + Numbers.shortened(label)
                        + "': expected one of "
                        + Stream.of(values()).map(Relative::label).toList() + "."));
    }
}
