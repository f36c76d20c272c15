package dev.carousel.data.scaling;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.table.Column;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The ways to normalise a column, each fitted on its training rows.
 *
 * <pre>{@code
 * STANDARD   z = (y - mean) / deviation
 * MIN_MAX    z = (y - least) / (greatest - least)                   0 to 1 in training
 * ROBUST     z = (y - median) / (third quartile - first quartile)   outliers do not count
 * NONE       z = y
 * }</pre>
 *
 * <p>Where the divisor would be 0 it is 1; a robust one is the standard deviation then.
 */
public enum Scaling {
    /** Mean and standard deviation. */
    STANDARD,
    /** Least and greatest number. */
    MIN_MAX,
    /** Median and distance of the quartiles. */
    ROBUST,
    /** Numbers as they are. */
    NONE;

    /** Its name on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The names of all. */
    public static List<String> labels() {
        return Stream.of(values()).map(Scaling::label).toList();
    }

    /**
     * The scaling of a name.
     *
     * @throws DataException if there is none
     */
    public static Scaling ofLabel(String label) {
        return Stream.of(values())
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new DataException("Unknown way to normalise '" + Numbers.shortened(label)
                        + "': expected one of " + labels() + "."));
    }

    /**
     * Fits a column, which may be larger than memory.
     *
     * @param values one number a row
     * @param from the first row that counts
     * @param to the row after the last one
     * @param log whether ln(1 + y) is normalised instead of y
     * @throws DataException if a logarithm is asked for and a number is below 0
     * @throws IllegalArgumentException if no row counts
     */
    public Normaliser.Column fit(Column values, int from, int to, boolean log) {
        Column numbers = log ? new LogColumn(values, from, to) : values;
        Normaliser.Column standard = Normaliser.Column.fit(numbers, from, to);
        double mean = standard.mean();
        double deviation = standard.deviation();
        switch (this) {
            case STANDARD -> {}
            case MIN_MAX -> {
                double greatest = Double.NEGATIVE_INFINITY;
                mean = Double.POSITIVE_INFINITY;
                for (int row = from; row < to; row++) {
                    mean = Math.min(mean, numbers.get(row));
                    greatest = Math.max(greatest, numbers.get(row));
                }
                deviation = greatest > mean ? greatest - mean : 1;
            }
            case ROBUST -> {
                mean = OrderStatistics.quantile(numbers, from, to, 0.5);
                double quartiles = OrderStatistics.quantile(numbers, from, to, 0.75)
                        - OrderStatistics.quantile(numbers, from, to, 0.25);
                deviation = quartiles > 0 ? quartiles : deviation;
            }
            case NONE -> {
                mean = 0;
                deviation = 1;
            }
        }
        return new Normaliser.Column(values.name(), mean, deviation, log);
    }

    /** ln(1 + y) of another column. */
    private record LogColumn(Column values, int from, int to) implements Column {

        LogColumn {
            for (int row = from; row < Math.min(to, values.length()); row++) {
                if (values.get(row) < 0) {
                    throw new DataException("Line " + values.line(row) + ", column '" + values.name()
                                    + "': expected numbers of at least 0, of which logarithms are taken, but found "
                                    + values.get(row) + ". Normalise without logarithm.")
                            .inColumn(values.name())
                            .atLine(values.line(row));
                }
            }
        }

        @Override
        public String name() {
            return values.name();
        }

        @Override
        public int length() {
            return values.length();
        }

        @Override
        public double get(int row) {
            return Math.log1p(values.get(row));
        }

        @Override
        public long line(int row) {
            return values.line(row);
        }
    }
}
