package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Observation;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The last rows of a stream, of which the oldest is overwritten, and what is known of the upcoming rows.
 *
 * <pre>{@code
 * row  0 ............ size - 1      size ............ size + announced - 1
 *      kept, the oldest first       known ahead
 * }</pre>
 *
 * <p>Of the targets as many rows are kept as a window and its season reach back, of all else those of the window alone.
 */
final class RecentRows implements ForecastRows {

    private final ForecastSpec spec;
    private final List<Normaliser.Column> columns;
    private final int targets;
    private final int features;
    private final int known;
    private final int categories;

    /** z of the targets, [kept, targets]; row number i of the stream stands at i modulo kept. */
    private final double[] z;

    private final int kept;

    /** What else is known of the last rows, likewise. */
    private final RowInputs[] helps;

    private final List<RowInputs> ahead = new ArrayList<>();
    private final StreamDates dates;

    private long count;

    /**
     * No rows yet.
     *
     * @param kept of how many rows the targets are kept
     * @param helps of how many rows all else is kept
     */
    RecentRows(ForecastSpec spec, List<Normaliser.Column> columns, int kept, int helps) {
        this.spec = spec;
        this.columns = columns;
        this.targets = spec.columns().targets();
        this.features = spec.columns().features();
        this.known = spec.columns().known();
        this.categories = spec.columns().categories().size();
        this.kept = kept;
        this.z = new double[Math.multiplyExact(kept, targets)];
        this.helps = new RowInputs[helps];
        this.dates = new StreamDates(spec);
    }

    /** How many rows came. */
    long count() {
        return count;
    }

    /** How many of them are there: the row after the last one. */
    int size() {
        return (int) Math.min(count, kept);
    }

    StreamDates dates() {
        return dates;
    }

    /** Of how many upcoming rows something is known. */
    int announced() {
        return ahead.size();
    }

    /** Checks a row that came. */
    void require(Observation row) {
        spec.columns().requireTargets(row.targets().length);
        spec.columns().requireFeatures(row.features().length);
        requireAhead(row);
        requireFinite(0, row.targets());
        spec.distribution().ifPresent(family -> FittingSeries.requireValues(spec.targets(), row.targets(), family));
        requireFinite(targets, row.features());
        dates.require(
                row.date(), ahead.isEmpty() ? Optional.empty() : ahead.get(0).date());
    }

    /** Checks the values of a row that came of a stream that is told nothing ahead. */
    void requireNext(Optional<LocalDateTime> date, double[] values, double[] ownKnown) {
        requireFinite(0, values);
        requireFinite(targets + features, ownKnown);
        dates.require(date, Optional.empty());
    }

    /** Checks what is told of an upcoming row. */
    void requireAhead(Observation row) {
        spec.columns().requireAhead(row.known().length, row.categories().size());
        requireFinite(targets + features, row.known());
    }

    private void requireFinite(int first, double[] values) {
        for (int j = 0; j < values.length; j++) {
            columns.get(first + j).requireWithin(values[j]);
        }
    }

    private RowInputs help(Observation row) {
        double[] ownFeatures = new double[row.features().length];
        for (int j = 0; j < ownFeatures.length; j++) {
            ownFeatures[j] = columns.get(targets + j).normalise(row.features()[j]);
        }
        double[] ownKnown = known(row.known());
        int[] ids = new int[categories];
        for (int c = 0; c < categories; c++) {
            ids[c] = spec.columns().categories().get(c).id(row.categories().get(c));
        }
        return new RowInputs(row.date(), ownFeatures, ownKnown, ids);
    }

    private double[] known(double[] values) {
        double[] own = new double[known];
        for (int j = 0; j < known; j++) {
            own[j] = columns.get(targets + features + j).normalise(values[j]);
        }
        return own;
    }

    /** What is known of the row after the last one that is known. */
    void announce(Observation row) {
        if (row.date().isPresent()) {
            dates.requireNext(
                    row.date().get(),
                    ahead.isEmpty() ? dates.last() : ahead.get(ahead.size() - 1).date());
        }
        if (ahead.size() == ForecastSpec.MAXIMUM_STEPS) {
            throw new DataException(
                    DataException.Kind.TOO_LARGE,
                    "Of " + ahead.size() + " rows to come something is known already. Did none come?");
        }
        ahead.add(help(row));
    }

    /** The row that comes next, in place of what was told of it; its targets are not there yet. */
    void begin(Observation row) {
        begin(help(row));
    }

    /** The same of a row without features, by the ids of its categories. */
    void begin(Optional<LocalDateTime> date, double[] ownKnown, int[] ids) {
        begin(new RowInputs(date, new double[0], known(ownKnown), ids.clone()));
    }

    private void begin(RowInputs help) {
        if (ahead.isEmpty()) {
            ahead.add(help);
        } else {
            ahead.set(0, help);
        }
    }

    /**
     * The row that came has come: its targets are there.
     *
     * @param values one a target
     */
    void end(double[] values) {
        RowInputs help = ahead.remove(0);
        int place = (int) (count % kept);
        for (int k = 0; k < targets; k++) {
            z[place * targets + k] = columns.get(k).normalise(values[k]);
        }
        helps[(int) (count % helps.length)] = help;
        help.date().ifPresent(dates::follow);
        count++;
    }

    /** What is known of a row of the stream. */
    private RowInputs help(long row) {
        return row < count ? helps[(int) (row % helps.length)] : ahead.get((int) (row - count));
    }

    /** The number in the stream of a row that is counted from the oldest that is kept. */
    private long number(int row) {
        return count - size() + row;
    }

    /** Why a horizon cannot be forecast, since not enough is known of it; empty if it can. */
    Optional<String> missingAhead() {
        for (int step = 0; !spec.calendar().isEmpty() && step < spec.horizon(); step++) {
            if (date(step).isEmpty()) {
                return Optional.of(
                        "the model reads the calendar, but rows follow each other by no rule and the date of row "
                                + (step + 1) + " to come has not been told");
            }
        }
        if (ahead.size() >= spec.horizon()) {
            return Optional.empty();
        }
        if (known > 0) {
            return Optional.of("the columns " + spec.columns().knownNames() + " are known ahead, but of the "
                    + spec.horizon() + " rows to come those of " + ahead.size() + " have been told");
        }
        for (int c = 0; c < categories; c++) {
            if (changes(c)) {
                return Optional.of(
                        "the category '" + spec.columns().categories().get(c).name()
                                + "' changes from row to row, but of the " + spec.horizon() + " rows to come that of "
                                + ahead.size() + " has been told");
            }
        }
        return Optional.empty();
    }

    /** Whether a category has another value in the rows of a window, or ahead, than in the last row that is known. */
    private boolean changes(int category) {
        long end = count + ahead.size();
        int last = help(end - 1).categories()[category];
        for (long row = Math.max(0, count - spec.context()); row < end; row++) {
            if (help(row).categories()[category] != last) {
                return true;
            }
        }
        return false;
    }

    /** The date of an upcoming row, 0 for the next one, if it can be told. */
    Optional<LocalDateTime> date(int step) {
        if (step < ahead.size() && ahead.get(step).date().isPresent()) {
            return ahead.get(step).date();
        }
        return dates.after(step + 1);
    }

    /** No rows, as in the beginning. */
    void clear() {
        count = 0;
        Arrays.fill(z, 0);
        ahead.clear();
        dates.clear();
    }

    /** z of the targets of the rows that are kept, as they lie. */
    double[] numbers() {
        return z;
    }

    /** Goes on after rows of which the targets are known alone. */
    void set(long rows, double[] numbers, Optional<LocalDateTime> last) {
        clear();
        count = rows;
        System.arraycopy(numbers, 0, z, 0, z.length);
        last.ifPresent(dates::follow);
    }

    /** What must be the same of two streams for one to go on where the other was. */
    int[] sizes() {
        int[] sizes = {targets, features, known, categories, kept, helps.length};
        return sizes;
    }

    /** Writes the rows. */
    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        for (double number : z) {
            out.writeDouble(number);
        }
        dates.write(out);
        for (long row = Math.max(0, count - helps.length); row < count; row++) {
            help(row).write(out);
        }
        out.writeInt(ahead.size());
        for (RowInputs one : ahead) {
            one.write(out);
        }
    }

    /** Refuses a number of rows that no stream can have had. */
    static void requireCount(long rows) {
        if (rows < 0) {
            throw SavedState.damaged("it counts " + rows + " rows");
        }
    }

    /** Reads rows of the same sizes; what is returned takes them over. */
    Runnable read(DataInput in) throws IOException {
        long rows = in.readLong();
        requireCount(rows);
        double[] numbers = new double[z.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readDouble();
        }
        StreamDates.Read readDates = StreamDates.read(in);
        List<RowInputs> came = new ArrayList<>();
        for (long row = Math.max(0, rows - helps.length); row < rows; row++) {
            came.add(RowInputs.read(in, features, spec.columns()));
        }
        List<RowInputs> announced = new ArrayList<>();
        int told = in.readInt();
        if (told < 0 || told > ForecastSpec.MAXIMUM_STEPS) {
            throw SavedState.damaged("it knows of " + told + " upcoming rows");
        }
        for (int i = 0; i < told; i++) {
            announced.add(RowInputs.read(in, 0, spec.columns()));
        }
        return () -> {
            count = rows;
            System.arraycopy(numbers, 0, z, 0, z.length);
            dates.set(readDates);
            for (int i = 0; i < came.size(); i++) {
                helps[(int) ((rows - came.size() + i) % helps.length)] = came.get(i);
            }
            ahead.clear();
            ahead.addAll(announced);
        };
    }

    @Override
    public double z(int target, int row) {
        return z[(int) (number(row) % kept) * targets + target];
    }

    @Override
    public double mean(int target, int end, int rows) {
        double sum = 0;
        for (int row = end - rows; row < end; row++) {
            sum += z(target, row);
        }
        return sum / rows;
    }

    @Override
    public double feature(int feature, int row) {
        return help(number(row)).features()[feature];
    }

    @Override
    public double known(int feature, int row) {
        return help(number(row)).known()[feature];
    }

    @Override
    public int category(int category, int row) {
        int last = size() + ahead.size() - 1;
        return help(number(Math.min(row, last))).categories()[category];
    }

    @Override
    public void calendar(int row, float[] into, int offset) {
        if (spec.calendar().isEmpty()) {
            return;
        }
        int step = row - size();
        Optional<LocalDateTime> date = step < 0 ? help(number(row)).date() : date(step);
        int at = offset;
        for (Calendar entry : spec.calendar()) {
            entry.write(date.orElseThrow(StreamDates::missing), into, at);
            at += entry.size();
        }
    }
}
