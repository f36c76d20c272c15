package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.TableReading;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;

/**
 * Forecasts the series of a partition, many at a time.
 *
 * @param name what errors call the model
 * @param model the bytes of its file
 * @param table which columns the rows have
 * @param horizon how many rows are forecast
 * @param dateType of the column of dates, or of the numbers of rows
 */
record SeriesForecasting(String name, Broadcast<byte[]> model, SeriesTable table, int horizon, DataType dateType)
        implements MapPartitionsFunction<Row, Row> {

    /** So many series are forecast together. */
    private static final int BATCH = 256;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        Model read = Model.ofBytes(name, model.value());
        ForecastTask trained = ForecastTask.of(read);
        ForecastTask task = trained.spec().horizon() == horizon ? trained : trained.withHorizon(horizon);
        TableReading reading =
                TableReading.defaults().withMissing(task.missing()).withInsertedRows(task.insertsRows());
        SeriesSet series = table.read(rows, reading);
        return new Forecasts(task, Forecaster.of(read.network().pack(), Team.single()), series.iterator());
    }

    private final class Forecasts implements Iterator<Row> {

        private final ForecastTask task;
        private final ForecastSpec spec;
        private final Forecaster forecaster;
        private final Iterator<TimeSeries> series;
        private Iterator<Row> ready = Collections.emptyIterator();

        Forecasts(ForecastTask task, Forecaster forecaster, Iterator<TimeSeries> series) {
            this.task = task;
            this.spec = task.spec();
            this.forecaster = forecaster;
            this.series = series;
        }

        @Override
        public boolean hasNext() {
            while (!ready.hasNext() && series.hasNext()) {
                ready = next256().iterator();
            }
            return ready.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException("All series of the partition have been forecast.");
            }
            return ready.next();
        }

        private List<Row> next256() {
            List<Row> rows = new ArrayList<>();
            List<ForecastWindows> windows = new ArrayList<>();
            while (series.hasNext() && windows.size() < BATCH) {
                TimeSeries one = series.next();
                try {
                    ForecastWindows of = ForecastWindows.of(one, spec);
                    of.requireNext();
                    windows.add(of);
                } catch (DataException e) {
                    rows.add(problem(one, String.valueOf(e.getMessage())));
                }
            }
            double[][] forecasts = forecaster.nextOfEach(windows);
            for (int i = 0; i < forecasts.length; i++) {
                for (int h = 0; h < horizon; h++) {
                    rows.add(row(windows.get(i), forecasts[i], h));
                }
            }
            return rows;
        }

        private Row row(ForecastWindows windows, double[] forecast, int h) {
            List<Object> values = new ArrayList<>();
            TimeSeries one = windows.series();
            if (task.columns().id().isPresent()) {
                values.add(one.id());
            }
            int row = windows.nextOrigin() + h;
            boolean dated = one.hasDates() && one.spacing().regular();
            values.add(
                    task.columns().date().isEmpty()
                            ? Long.valueOf(row + 1L)
                            : dated ? EventTime.value(one.date(row), dateType) : null);
            for (int k = 0; k < spec.targets().size(); k++) {
                int at = h * spec.outputSize() + k * spec.levels();
                values.add(forecast[at + spec.middle()]);
                for (int q = 0; q < spec.quantiles().size(); q++) {
                    values.add(forecast[at + q]);
                }
            }
            values.add(null);
            return RowFactory.create(values.toArray());
        }

        private Row problem(TimeSeries one, String why) {
            List<Object> values = new ArrayList<>();
            if (task.columns().id().isPresent()) {
                values.add(one.id());
            }
            for (int i = 0;
                    i < 1 + spec.targets().size() * (1 + spec.quantiles().size());
                    i++) {
                values.add(null);
            }
            values.add(why);
            return RowFactory.create(values.toArray());
        }
    }
}
