package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import java.util.stream.Stream;

/**
 * How a forecaster goes through its horizon.
 *
 * <p>AT_ONCE: the network reads on through the horizon without values there and gives its forecasts at those steps,
 * none of which sees another. STEP_BY_STEP: it forecasts only the next row; that forecast is fed back as if it had been
 * observed, and so on.
 */
public enum Stepping {
    /** All steps of the horizon from what is known at the origin. */
    AT_ONCE,
    /** Each step from the forecast of the one before. */
    STEP_BY_STEP;

    /** Its name in a model file: "at-once", "step-by-step". */
    public String label() {
        return this == AT_ONCE ? "at-once" : "step-by-step";
    }

    /**
     * The entry of a name.
     *
     * @throws DataException if there is none
     */
    public static Stepping ofLabel(String label) {
        return Stream.of(values())
                .filter(entry -> entry.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new DataException("Unknown stepping '" + Numbers.shortened(label)
                        + "': expected one of "
                        + Stream.of(values()).map(Stepping::label).toList() + "."));
    }
}
