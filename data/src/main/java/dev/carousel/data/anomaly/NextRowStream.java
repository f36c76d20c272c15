package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Session;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A stream of rows, each of which is forecast from all rows before it, by a {@link Session} of a network that forecasts
 * step by step.
 *
 * <p>What it remembers is the session's state and the last season of rows. One thread at a time.
 */
final class NextRowStream {

    private final ForecastSpec spec;
    private final List<Normaliser.Column> columns;
    private final Session session;
    private final float[] x;
    private final float[] y;

    /** z of the last rows, of which the oldest is overwritten: [rows, targets]. */
    private final double[] ring;

    private final int kept;
    private long rows;
    private Optional<LocalDateTime> last = Optional.empty();

    NextRowStream(PackedNetwork network, ForecastSpec spec, String series) {
        AnomalySpec.requireStream(spec);
        this.spec = spec;
        this.columns = spec.columns().of(series).columns();
        this.session = Session.of(network);
        this.x = new float[spec.inputSize()];
        this.y = new float[spec.outputSize()];
        this.kept = spec.season() + 2;
        this.ring = new double[kept * targets()];
    }

    /** Refuses a row that does not fit, before anything of it is taken in. */
    void require(Optional<LocalDateTime> date, double[] values, double[] known) {
        for (int k = 0; k < values.length; k++) {
            columns.get(k).requireWithin(values[k]);
        }
        int first = targets() + spec.columns().features();
        for (int j = 0; j < known.length; j++) {
            columns.get(first + j).requireWithin(known[j]);
        }
        if (date.isEmpty() && !spec.calendar().isEmpty()) {
            throw noDate();
        }
        if (date.isEmpty() || last.isEmpty()) {
            return;
        }
        if (!date.get().isAfter(last.get())) {
            throw new DataException(
                    DataException.Kind.DATE_ORDER,
                    "Expected a row after " + last.get() + " but found one of " + date.get()
                            + ". Rows must come in the order of time; where there are several series, a column has to"
                            + " tell them apart.");
        }
        if (spec.gap(last.get(), date.get())) {
            throw new DataException(
                    DataException.Kind.GAP,
                    "Expected the row that follows " + last.get() + ", rows being " + spec.spacing()
                            + " apart, but found that of " + date.get()
                            + ". The model reads rows without a gap: fill it in, or begin anew.");
        }
    }

    /** The date of the last row that had one. */
    Optional<LocalDateTime> last() {
        return last;
    }

    /** Forgets all rows. */
    void reset() {
        session.reset();
        Arrays.fill(ring, 0);
        rows = 0;
        last = Optional.empty();
    }

    void write(DataOutputStream out) throws IOException {
        float[] state = session.state().values();
        out.writeInt(state.length);
        out.writeInt(ring.length);
        out.writeLong(rows);
        out.writeUTF(last.map(LocalDateTime::toString).orElse(""));
        for (float number : state) {
            out.writeFloat(number);
        }
        for (double number : ring) {
            out.writeDouble(number);
        }
    }

    void read(DataInputStream in) throws IOException {
        float[] state = new float[session.state().values().length];
        double[] numbers = new double[ring.length];
        int foundState = in.readInt();
        int foundRing = in.readInt();
        if (foundState != state.length || foundRing != ring.length) {
            throw new DataException(
                    DataException.Kind.STATE_OF_ANOTHER_MODEL,
                    "The saved stream has a state of " + foundState + " numbers and " + foundRing
                            + " of rows but this one has " + state.length + " and " + ring.length
                            + ". Is it of another model?");
        }
        long count = in.readLong();
        String date = in.readUTF();
        for (int i = 0; i < state.length; i++) {
            state[i] = in.readFloat();
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readDouble();
        }
        last = date.isEmpty() ? Optional.empty() : Optional.of(LocalDateTime.parse(date));
        rows = count;
        System.arraycopy(state, 0, session.state().values(), 0, state.length);
        System.arraycopy(numbers, 0, ring, 0, numbers.length);
    }

    int targets() {
        return spec.columns().targets();
    }

    /** How a target is normalised. */
    Normaliser.Column column(int target) {
        return columns.get(target);
    }

    /** How many rows came before. */
    long rows() {
        return rows;
    }

    /** Whether enough rows came for the next one to be forecast. */
    boolean ready() {
        return rows > spec.rowsBefore() - spec.context();
    }

    /**
     * Forecasts the next row, before it is added.
     *
     * @param date the row's, where the formulation has a calendar
     * @param known its numbers that are known ahead
     * @param categories the ids of its categories
     * @param forecast receives z of each target
     */
    void forecast(Optional<LocalDateTime> date, double[] known, int[] categories, double[] forecast) {
        boolean season = spec.season() > 0;
        for (int k = 0; k < targets(); k++) {
            x[k] = (float) (z(k, 1) - (previous() ? z(k, 2) : 0));
            if (season) {
                x[targets() + k] = (float) (z(k, spec.season()) - (previous() ? z(k, spec.season() + 1) : 0));
            }
        }
        int at = spec.aheadOffset();
        int first = targets() + spec.columns().features();
        for (int j = 0; j < known.length; j++) {
            x[at++] = (float) columns.get(first + j).normalise(known[j]);
        }
        for (int c = 0; c < categories.length; c++) {
            at = spec.columns().writeCategory(c, categories[c], x, at);
        }
        for (Calendar entry : spec.calendar()) {
            entry.write(date.orElseThrow(NextRowStream::noDate), x, at);
            at += entry.size();
        }
        session.step(x, y);
        for (int k = 0; k < targets(); k++) {
            double from = previous() ? z(k, 1) : 0;
            double base = season ? from + z(k, spec.season()) - (previous() ? z(k, spec.season() + 1) : 0) : from;
            forecast[k] = y[k] + base;
        }
    }

    private static DataException noDate() {
        return new DataException(
                DataException.Kind.MISSING_DATE,
                "A row without a date came, but the model reads the calendar. Pass the row's date.");
    }

    private boolean previous() {
        return spec.relative() == Relative.PREVIOUS;
    }

    /** z so many rows before the next one. */
    private double z(int target, int back) {
        return ring[(int) ((rows - back) % kept) * targets() + target];
    }

    /** Takes the row that came. */
    void add(Optional<LocalDateTime> date, double[] values) {
        for (int k = 0; k < targets(); k++) {
            ring[(int) (rows % kept) * targets() + k] = columns.get(k).normalise(values[k]);
        }
        rows++;
        last = date.or(() -> last);
    }
}
