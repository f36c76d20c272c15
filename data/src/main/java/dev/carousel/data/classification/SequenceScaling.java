package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the numbers of sequences are scaled for a network: each dimension around 0 and of a size of about 1, and none
 * missing.
 *
 * <pre>{@code
 * STANDARD    z = (x - mean) / deviation                 over all steps of the training part
 * ROBUST      z = asinh((x - median) / spread)           spread = 1.4826 median |x - median|, over the training part
 * SEQUENCE    as STANDARD, over the sequence itself: its level and size say nothing of its class
 * NONE        z = x
 * missing     z = that of the step before; 0 where there is none before
 * }</pre>
 *
 * <p>The spread is that of a normal distribution's deviation, and few large numbers do not move it; asinh is x near 0
 * and grows as the logarithm beyond. So a quiet sequence keeps its detail next to one that is a hundred times as large,
 * as measurements of motion are. Fitted on the training part alone: held-out data must not leak into the inputs.
 * Immutable.
 *
 * @param kind how
 * @param columns for each dimension, under its name, what is subtracted and what is divided by
 */
public record SequenceScaling(Kind kind, List<Normaliser.Column> columns) {

    /** How many numbers of a dimension are sorted for their median; of more, evenly spread ones are taken. */
    private static final int SORTED = 1 << 20;

    /** Of a normal distribution, deviation / median distance from the median. */
    private static final double NORMAL = 1.4826;

    /** How numbers are scaled. */
    public enum Kind {
        /** By mean and deviation of the training part. */
        STANDARD,
        /** By median and spread of the training part, large numbers as their logarithm. */
        ROBUST,
        /** By mean and deviation of its own sequence; not known while a stream runs. */
        SEQUENCE,
        /** Not at all. */
        NONE
    }

    /** Checks that there is a column. */
    public SequenceScaling {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("A scaling needs at least one column.");
        }
    }

    /**
     * Fits on training sequences.
     *
     * @throws DataException if a dimension has no number at all
     */
    public static SequenceScaling fit(Kind kind, LabelledSequences training) {
        List<Normaliser.Column> columns = new ArrayList<>();
        for (int d = 0; d < training.size(); d++) {
            Moments moments = new Moments();
            for (int i = 0; i < training.count(); i++) {
                moments.add(training.values(i), d, training.size());
            }
            String name = training.columns().get(d);
            if (moments.count == 0) {
                throw new DataException(
                        training.source().name() + ": every value of '" + name + "' is missing. Leave the column out.");
            }
            columns.add(
                    kind == Kind.ROBUST
                            ? robust(name, training, d, moments)
                            : new Normaliser.Column(name, moments.mean, moments.deviation()));
        }
        return new SequenceScaling(kind, columns);
    }

    private static Normaliser.Column robust(String name, LabelledSequences training, int d, Moments moments) {
        double[] some = new double[(int) Math.min(SORTED, moments.count)];
        long at = 0;
        int taken = 0;
        for (int i = 0; i < training.count(); i++) {
            float[] values = training.values(i);
            for (int j = d; j < values.length; j += training.size()) {
                // The number of those taken so far that is due: evenly spread over all there are.
                if (!Float.isNaN(values[j]) && at++ * some.length / moments.count >= taken) {
                    some[taken++] = values[j];
                }
            }
        }
        double median = median(some);
        for (int i = 0; i < some.length; i++) {
            some[i] = Math.abs(some[i] - median);
        }
        double spread = NORMAL * median(some);
        // Where more than half of the numbers are equal, the spread is 0 and says nothing.
        return new Normaliser.Column(name, median, Moments.usable(spread, median, moments.deviation()));
    }

    private static double median(double[] numbers) {
        Arrays.sort(numbers);
        int half = numbers.length / 2;
        return numbers.length % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
    }

    /** What a model file says, beside what else its task says. */
    public Task addTo(Task task) {
        return task.with("scaling", kind.name().toLowerCase(Locale.ROOT))
                .withTexts(
                        "columns", columns.stream().map(Normaliser.Column::name).toList())
                .withNumbers(
                        "means",
                        columns.stream().mapToDouble(Normaliser.Column::mean).toArray())
                .withNumbers(
                        "deviations",
                        columns.stream()
                                .mapToDouble(Normaliser.Column::deviation)
                                .toArray());
    }

    /**
     * Back from {@link #addTo}.
     *
     * @throws IllegalArgumentException if what the task says makes no sense
     */
    public static SequenceScaling of(Task task) {
        List<String> names = task.texts("columns");
        double[] means = task.numbers("means");
        double[] deviations = task.numbers("deviations");
        if (means.length != names.size() || deviations.length != names.size()) {
            throw new IllegalArgumentException("Expected a mean and a deviation for each of " + names + " but found "
                    + means.length + " and " + deviations.length + ".");
        }
        List<Normaliser.Column> columns = new ArrayList<>();
        for (int i = 0; i < means.length; i++) {
            columns.add(new Normaliser.Column(names.get(i), means[i], deviations[i]));
        }
        return new SequenceScaling(Kind.valueOf(task.text("scaling").toUpperCase(Locale.ROOT)), columns);
    }

    /** D. */
    public int size() {
        return columns.size();
    }

    /**
     * Writes the inputs of a sequence.
     *
     * @param values T x D numbers, step by step; NaN where one is missing
     * @param to receives the input of dimension d of step t at {@code from + t * stride + d}
     */
    public void write(float[] values, float[] to, int from, int stride) {
        int D = size();
        int T = values.length / D;
        for (int d = 0; d < D; d++) {
            double centre = columns.get(d).mean();
            double spread = columns.get(d).deviation();
            if (kind == Kind.SEQUENCE) {
                Moments own = new Moments();
                own.add(values, d, D);
                centre = own.mean;
                spread = own.deviation();
            }
            float last = 0;
            for (int t = 0; t < T; t++) {
                float value = values[t * D + d];
                last = Float.isNaN(value) ? last : scaled(value, centre, spread);
                to[from + t * stride + d] = last;
            }
        }
    }

    /** The input of one number, which is not missing, where the kind is not SEQUENCE. */
    float scaled(int d, float value) {
        return scaled(value, columns.get(d).mean(), columns.get(d).deviation());
    }

    private float scaled(float value, double centre, double spread) {
        if (kind == Kind.NONE) {
            return value;
        }
        double z = (value - centre) / spread;
        return (float) (kind == Kind.ROBUST ? asinh(z) : z);
    }

    private static double asinh(double z) {
        double size = Math.abs(z);
        return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size))), z);
    }

    /** Mean and population deviation in one pass (Welford, Technometrics 4, 1962). */
    private static final class Moments {

        private long count;
        private double mean;
        private double squares;

        void add(float[] values, int from, int stride) {
            for (int i = from; i < values.length; i += stride) {
                if (!Float.isNaN(values[i])) {
                    count++;
                    double distance = values[i] - mean;
                    mean += distance / count;
                    squares += distance * (values[i] - mean);
                }
            }
        }

        double deviation() {
            return count == 0 ? 1 : usable(Math.sqrt(squares / count), mean, 1);
        }

        /** Another number where this one is 0, rounding aside. */
        private static double usable(double spread, double centre, double otherwise) {
            return spread > 1e-7 * Math.abs(centre) && spread > Float.MIN_NORMAL ? spread : otherwise;
        }
    }
}
