package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import java.util.List;

/** Events of numbers, each in a column of its name, as a network reads them. */
record VectorEvents(List<String> columns) {

    /**
     * The numbers of an event in the order of the columns, NaN where one is missing.
     *
     * @throws DataException if it holds something else
     */
    float[] vector(Event event) {
        requireFits(event);
        float[] x = new float[columns.size()];
        for (int d = 0; d < x.length; d++) {
            x[d] = number(event, d);
        }
        return x;
    }

    private void requireFits(Event event) {
        if (event.ordered().isPresent()) {
            OrderedValues.requireLength(event.ordered().get(), columns);
        } else {
            for (String name : event.texts().keySet()) {
                if (columns.contains(name)) {
                    throw EventRows.textForNumber(name);
                }
            }
            EventRows.requireKnown(event.texts().keySet(), columns);
            EventRows.requireKnown(event.numbers().keySet(), columns);
        }
    }

    /** NaN where it is missing. */
    private float number(Event event, int d) {
        String name = columns.get(d);
        double value = event.ordered().isPresent()
                ? event.ordered().get()[d]
                : event.numbers().getOrDefault(name, Double.NaN);
        if (!Double.isNaN(value) && Float.isInfinite((float) value)) {
            throw new DataException(
                            DataException.Kind.NOT_FINITE,
                            "The event has " + value + " of '" + name + "' but must have a finite number, or none"
                                    + " where it is missing.")
                    .inColumn(name);
        }
        return (float) value;
    }
}
