package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Session;
import java.time.LocalDateTime;
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
        return new DataException("A row without a date came, but the model reads the calendar. Pass the row's date.");
    }

    private boolean previous() {
        return spec.relative() == Relative.PREVIOUS;
    }

    /** z so many rows before the next one. */
    private double z(int target, int back) {
        return ring[(int) ((rows - back) % kept) * targets() + target];
    }

    /** Takes the row that came. */
    void add(double[] values) {
        for (int k = 0; k < targets(); k++) {
            ring[(int) (rows % kept) * targets() + k] = columns.get(k).normalise(values[k]);
        }
        rows++;
    }
}
