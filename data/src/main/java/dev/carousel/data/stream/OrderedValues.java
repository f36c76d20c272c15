package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import java.util.List;

/** The values of an event by the order of a model's inputs, checked. */
final class OrderedValues {

    private OrderedValues() {}

    /** Refuses another number of values than there are inputs. */
    static void requireLength(double[] values, List<String> inputs) {
        if (values.length != inputs.size()) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    "The event has " + values.length + " values by order but the model has " + inputs.size()
                            + " inputs: " + inputs + ". Was it made for another model?");
        }
    }

    /**
     * The id that a value stands for.
     *
     * @param ids how many there are
     */
    static int id(double value, String input, int ids) {
        int id = (int) value;
        if (id != value || id < 0 || id >= ids) {
            throw new DataException(
                            DataException.Kind.UNKNOWN_UNIT,
                            "The event has " + value + " of '" + input + "' but by order it must have an id, a whole"
                                    + " number from 0 to " + (ids - 1) + ". Was it made for another model?")
                    .inColumn(input);
        }
        return id;
    }
}
