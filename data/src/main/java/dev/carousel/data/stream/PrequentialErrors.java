package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * How far forecasts were off, each judged by the row that came before anything was learned from it: of several forecasters side by
 * side, over all rows and over stretches of them, in a memory that does not grow.
 *
 * <pre>{@code
 * error of a stretch = mean of |truth - forecast| over its rows, of each target
 * }</pre>
 *
 * <p>Stretches are of one length, but for the last; when there are too many, two become one. Only rows count of which all forecasters
 * had a forecast. Source: A. P. Dawid, "Present position and potential developments: some personal views: statistical theory: the
 * prequential approach", Journal of the Royal Statistical Society A 147 (1984).
 */
public final class PrequentialErrors {

    /** An even number. */
    private static final int MOST_STRETCHES = 400;

    private final List<String> forecasters;
    private final List<String> targets;
    private final boolean ofClasses;

    /** The sum of a stretch, [stretches, forecasters, targets]. */
    private final double[] sums;

    private long length = 1;
    private long rows;

    /**
     * No rows yet.
     *
     * @param forecasters what the forecasters are called
     * @param targets what is forecast
     */
    PrequentialErrors(List<String> forecasters, List<String> targets) {
        this(forecasters, targets, false);
    }

    private PrequentialErrors(List<String> forecasters, List<String> targets, boolean ofClasses) {
        this.ofClasses = ofClasses;
        this.forecasters = List.copyOf(forecasters);
        this.targets = List.copyOf(targets);
        this.sums = new double[MOST_STRETCHES * width()];
    }

    /**
     * No answers yet that are classes: 1 for one that is wrong, 0 for one that is right.
     *
     * @param answers what those that answer are called
     */
    static PrequentialErrors ofClasses(List<String> answers) {
        return new PrequentialErrors(answers, List.of("class"), true);
    }

    /** Whether answers are classes, so that an error is 1 or 0 and a mean is the share of wrong answers. */
    public boolean ofClasses() {
        return ofClasses;
    }

    private int width() {
        return forecasters.size() * targets.size();
    }

    /**
     * Judges a row, if all have forecast it.
     *
     * @param truth one number a target
     * @param forecasts of each forecaster, one a target; NaN where there was none
     */
    void add(double[] truth, List<double[]> forecasts) {
        double[] errors = new double[width()];
        for (int i = 0; i < errors.length; i++) {
            int target = i % targets.size();
            errors[i] = Math.abs(truth[target] - forecasts.get(i / targets.size())[target]);
            if (Double.isNaN(errors[i])) {
                return;
            }
        }
        if (rows == MOST_STRETCHES * length) {
            merge();
        }
        int at = (int) (rows / length) * width();
        for (int i = 0; i < errors.length; i++) {
            sums[at + i] += errors[i];
        }
        rows++;
    }

    private void merge() {
        int width = width();
        for (int stretch = 0; stretch < MOST_STRETCHES / 2; stretch++) {
            for (int i = 0; i < width; i++) {
                sums[stretch * width + i] = sums[2 * stretch * width + i] + sums[(2 * stretch + 1) * width + i];
            }
        }
        Arrays.fill(sums, MOST_STRETCHES / 2 * width, sums.length, 0);
        length *= 2;
    }

    /** What the forecasters are called: the one that learns first, then the same as it was in the beginning, then naive ones. */
    public List<String> forecasters() {
        return forecasters;
    }

    /** What is forecast. */
    public List<String> targets() {
        return targets;
    }

    /** How many rows were judged. */
    public long rows() {
        return rows;
    }

    /** How many rows a stretch has; the last may have fewer. */
    public long stretchLength() {
        return length;
    }

    /** How many stretches there are. */
    public int stretches() {
        return (int) ((rows + length - 1) / length);
    }

    /**
     * The mean absolute error of a forecaster over all rows; of classes the share of wrong answers.
     *
     * @return in the target's units; NaN before the first row
     */
    public double mean(int forecaster, int target) {
        double sum = 0;
        for (int stretch = 0; stretch < stretches(); stretch++) {
            sum += sums[stretch * width() + forecaster * targets.size() + target];
        }
        return sum / rows;
    }

    /** The mean absolute error of a forecaster over one stretch, in the target's units. */
    public double mean(int forecaster, int target, int stretch) {
        long counted = Math.min(length, rows - stretch * length);
        return sums[stretch * width() + forecaster * targets.size() + target] / counted;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(sums.length);
        out.writeLong(length);
        out.writeLong(rows);
        for (double sum : sums) {
            out.writeDouble(sum);
        }
    }

    /** Reads it back and changes nothing; what is returned takes it over. */
    Runnable read(DataInputStream in) throws IOException {
        if (in.readInt() != sums.length) {
            throw new DataException(
                    DataException.Kind.STATE_OF_ANOTHER_MODEL,
                    "The saved stream was judged with other forecasters or targets. Is it of another model?");
        }
        long readLength = in.readLong();
        long readRows = in.readLong();
        if (readLength < 1 || readRows < 0 || readRows > MOST_STRETCHES * readLength) {
            throw SavedState.damaged("it has judged " + readRows + " rows in stretches of " + readLength);
        }
        double[] read = new double[sums.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = in.readDouble();
        }
        return () -> {
            length = readLength;
            rows = readRows;
            System.arraycopy(read, 0, sums, 0, read.length);
        };
    }
}
