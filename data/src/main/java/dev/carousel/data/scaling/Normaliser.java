package dev.carousel.data.scaling;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Metadata;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is subtracted from the numbers of columns and what they are divided by, so that a network's inputs are of size
 * about 1 and its outputs can be converted back.
 *
 * <pre>{@code
 * z = (y - mean) / deviation                   y = mean + deviation z
 * z = (ln(1 + y) - mean) / deviation           y = e^(mean + deviation z) - 1          where a column is logarithmic
 * }</pre>
 *
 * <p>Mean and standard deviation, or whatever else a {@link Scaling} fits in their place.
 *
 * <p>It is fitted on the training rows alone: held-out data must not leak into the inputs. Immutable.
 *
 * @param columns one entry a column, in order
 */
public record Normaliser(List<Column> columns) {

    /**
     * How one column is normalised.
     *
     * @param name its name
     * @param mean what becomes 0
     * @param deviation what becomes 1 above it, more than 0
     * @param log whether it is the logarithm of 1 + y that is normalised; numbers below 0 count as 0 then
     */
    public record Column(String name, double mean, double deviation, boolean log) {

        /** So many deviations, times any weight there is, are still a float. */
        private static final double FARTHEST = 1e30;

        /** Checks that the numbers are finite and the deviation is not 0. */
        public Column {
            if (!Double.isFinite(mean) || !Double.isFinite(deviation) || deviation <= 0) {
                throw new IllegalArgumentException("Column '" + name + "' has mean " + mean + " and deviation "
                        + deviation + " but both must be finite and the deviation above 0.");
            }
        }

        /** A column without logarithm. */
        public Column(String name, double mean, double deviation) {
            this(name, mean, deviation, false);
        }

        /**
         * Fits a column.
         *
         * @param name its name
         * @param values one number a row
         * @param from the first row that counts
         * @param to the row after the last one
         * @return mean and population standard deviation; where all rows are equal the deviation is 1
         * @throws IllegalArgumentException if no row counts
         */
        public static Column fit(String name, double[] values, int from, int to) {
            return fit(dev.carousel.data.table.Column.of(name, values), from, to);
        }

        /**
         * Fits a column, which may be larger than memory.
         *
         * @param values one number a row
         * @param from the first row that counts
         * @param to the row after the last one
         * @return mean and population standard deviation; where all rows are equal the deviation is 1
         * @throws IllegalArgumentException if no row counts
         */
        public static Column fit(dev.carousel.data.table.Column values, int from, int to) {
            String name = values.name();
            if (from < 0 || to > values.length() || from >= to) {
                throw new IllegalArgumentException(
                        "Rows " + from + " to " + to + " of " + values.length() + " hold nothing to fit on.");
            }
            double first = values.get(from);
            double sum = 0;
            boolean constant = true;
            for (int row = from; row < to; row++) {
                double value = values.get(row);
                sum += value;
                constant &= value == first;
            }
            if (constant) {
                return new Column(name, first, 1);
            }
            double mean = sum / (to - from);
            double squares = 0;
            for (int row = from; row < to; row++) {
                double value = values.get(row);
                squares += (value - mean) * (value - mean);
            }
            double deviation = Math.sqrt(squares / (to - from));
            return new Column(name, mean, deviation > 0 ? deviation : 1);
        }

        /**
         * Refuses a number that a stream must not take in: once in its state, it would be there for ever.
         *
         * @throws DataException if it is NaN, infinite, or too far from those of the training for a network's arithmetic
         */
        public void requireWithin(double value) {
            if (!Numbers.fits(value)) {
                throw new DataException(
                                DataException.Kind.NOT_FINITE,
                                "A row holds " + value
                                        + " but must hold finite numbers. Is the value missing? Leave the row out or"
                                        + " fill it in.")
                        .inColumn(name);
            }
            if (!(Math.abs(normalise(value)) <= FARTHEST)) {
                throw new DataException(
                                DataException.Kind.NOT_FINITE,
                                "A row holds " + value + " in '" + name + "', which is " + normalise(value)
                                        + " deviations from those of the training, more than a network can compute"
                                        + " with. Is it in another unit, or a mark for a missing value?")
                        .inColumn(name);
            }
        }

        /** z of y. */
        public double normalise(double value) {
            return ((log ? Math.log1p(Math.max(0, value)) : value) - mean) / deviation;
        }

        /** y of z. */
        public double restore(double normalised) {
            double restored = mean + deviation * normalised;
            return log ? Math.expm1(restored) : restored;
        }
    }

    /** Checks that there is a column. */
    public Normaliser {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("A normaliser needs at least one column.");
        }
    }

    /**
     * Fits the targets, the features and the known features of a series, in this order.
     *
     * @param series the series
     * @param from the first training row
     * @param to the row after the last one
     */
    public static Normaliser fit(TimeSeries series, int from, int to) {
        return fit(series, from, to, Scaling.STANDARD, false);
    }

    /**
     * Fits the targets, the features and the known features of a series in a way of your choice.
     *
     * @param series the series
     * @param from the first training row
     * @param to the row after the last one
     * @param scaling by which numbers
     * @param log whether the logarithms of the targets are normalised, which must not be below 0 then
     */
    public static Normaliser fit(TimeSeries series, int from, int to, Scaling scaling, boolean log) {
        return new Normaliser(Stream.concat(
                        series.targetColumns().stream().map(column -> scaling.fit(column, from, to, log)),
                        Stream.of(series.featureColumns(), series.knownColumns())
                                .flatMap(List::stream)
                                .map(column -> scaling.fit(column, from, to, false)))
                .toList());
    }

    /** As plain maps, lists, strings and numbers, for the metadata of a model file. */
    public List<Map<String, Object>> toList() {
        return columns.stream()
                .map(column -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("name", column.name());
                    map.put("mean", column.mean());
                    map.put("deviation", column.deviation());
                    if (column.log()) {
                        map.put("log", true);
                    }
                    return map;
                })
                .toList();
    }

    /**
     * Back from {@link #toList}.
     *
     * @throws DataException if a value is missing or is not what it must be
     */
    public static Normaliser fromList(List<?> list) {
        List<Column> columns = new ArrayList<>();
        for (Object entry : list) {
            Map<?, ?> map = Metadata.map(entry, "columns");
            double deviation = Metadata.number(map, "deviation");
            if (deviation <= 0) {
                throw Metadata.wrong("deviation", "above 0", deviation);
            }
            Object log = map.get("log");
            if (log != null && !(log instanceof Boolean)) {
                throw Metadata.wrong("log", "true or false", log);
            }
            columns.add(new Column(
                    Metadata.text(map, "name"), Metadata.number(map, "mean"), deviation, Boolean.TRUE.equals(log)));
        }
        if (columns.isEmpty()) {
            throw Metadata.wrong("columns", "a list of at least one column", list);
        }
        return new Normaliser(columns);
    }
}
