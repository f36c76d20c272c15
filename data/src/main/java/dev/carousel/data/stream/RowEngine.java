package dev.carousel.data.stream;

import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.series.Observation;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows of a series: a stream of forecasts or of scores, and what stands in for missing values. */
final class RowEngine implements TaskStream.Engine {

    private static final int MAGIC = 0x43545233;

    /** A stream of rows. */
    private interface Rows {

        Answer add(Observation row, boolean ahead);

        Optional<LocalDateTime> lastDate();

        /** How many rows have to come until one has an answer. */
        long rowsUntilAnswer();

        void reset();

        byte[] save();

        void restore(byte[] saved);
    }

    private final ForecastSpec spec;
    private final EventRows events;
    private final Rows rows;
    private double[] lastTargets = {};

    private RowEngine(ForecastTask task, Rows rows) {
        this.spec = task.spec();
        this.events =
                new EventRows(task.columns(), task.missing(), spec.columns().categories());
        this.rows = rows;
    }

    static RowEngine of(ForecastTask task, StreamForecaster stream) {
        return new RowEngine(task, new Forecasts(stream));
    }

    static RowEngine of(AnomalyTask task, AnomalyStream stream) {
        return new RowEngine(task.forecast(), new Scores(task, stream));
    }

    private record Forecasts(StreamForecaster stream) implements Rows {

        @Override
        public Answer add(Observation row, boolean ahead) {
            if (ahead) {
                stream.addAhead(row);
            } else {
                stream.add(row);
            }
            return new Answer.Forecast(stream.rows(), stream.lastDate(), stream.ready() ? steps() : List.of());
        }

        private List<Answer.Forecast.Step> steps() {
            ForecastSpec spec = stream.spec();
            double[] forecast = stream.forecast();
            List<Answer.Forecast.Step> steps = new ArrayList<>();
            for (int h = 0; h < spec.horizon(); h++) {
                Map<String, List<Double>> values = new LinkedHashMap<>();
                for (int k = 0; k < spec.targets().size(); k++) {
                    int at = h * spec.outputSize() + k * spec.levels();
                    values.put(
                            spec.targets().get(k),
                            Arrays.stream(forecast, at, at + spec.levels())
                                    .boxed()
                                    .toList());
                }
                steps.add(new Answer.Forecast.Step(stream.date(h), values));
            }
            return steps;
        }

        @Override
        public Optional<LocalDateTime> lastDate() {
            return stream.lastDate();
        }

        @Override
        public long rowsUntilAnswer() {
            return Math.max(0, stream.spec().rowsBefore() - stream.rows());
        }

        @Override
        public void reset() {
            stream.reset();
        }

        @Override
        public byte[] save() {
            return stream.save();
        }

        @Override
        public void restore(byte[] saved) {
            stream.restore(saved);
        }
    }

    private record Scores(AnomalyTask task, AnomalyStream stream) implements Rows {

        @Override
        public Answer add(Observation row, boolean ahead) {
            if (ahead) {
                throw TaskStream.notAhead();
            }
            ForecastSpec spec = task.forecast().spec();
            int[] ids = new int[row.categories().size()];
            for (int c = 0; c < ids.length; c++) {
                ids[c] = spec.columns().categories().get(c).id(row.categories().get(c));
            }
            stream.add(row.date(), row.targets(), row.known(), ids);
            return Answer.Score.of(task.anomaly(), stream);
        }

        @Override
        public Optional<LocalDateTime> lastDate() {
            return stream.lastDate();
        }

        @Override
        public long rowsUntilAnswer() {
            // A row is scored by those before it.
            return Math.max(0, task.forecast().spec().rowsBefore() + 1 - stream.rows());
        }

        @Override
        public void reset() {
            stream.reset();
        }

        @Override
        public byte[] save() {
            return stream.save();
        }

        @Override
        public void restore(byte[] saved) {
            stream.restore(saved);
        }
    }

    @Override
    public Answer add(Event event) {
        Observation row = events.read(event);
        Answer answer = rows.add(row, event.ahead());
        events.accepted();
        lastTargets = row.targets();
        return answer;
    }

    /** The values of the row that was taken last, one a target. */
    double[] lastTargets() {
        return lastTargets.clone();
    }

    @Override
    public Optional<LocalDateTime> lastDate() {
        return rows.lastDate();
    }

    @Override
    public long rowsUntilAnswer() {
        return rows.rowsUntilAnswer();
    }

    @Override
    public boolean gapBefore(Event event) {
        Optional<LocalDateTime> last = rows.lastDate();
        return !event.ahead()
                && last.isPresent()
                && event.date().filter(date -> date.isAfter(last.get())).isPresent()
                && spec.gap(last.get(), event.date().get());
    }

    @Override
    public Answer addAfterGap(Event event) {
        byte[] before = rows.save();
        int ahead = events.ahead();
        rows.reset();
        events.setAhead(0);
        try {
            return add(event);
        } catch (RuntimeException e) {
            rows.restore(before);
            events.setAhead(ahead);
            throw e;
        }
    }

    @Override
    public void reset() {
        events.reset();
        rows.reset();
    }

    @Override
    public byte[] save() {
        return SavedState.write(MAGIC, out -> {
            events.write(out);
            out.write(rows.save());
        });
    }

    @Override
    public void restore(byte[] saved) {
        SavedState.read(saved, MAGIC, in -> {
            EventRows.Remembered last = events.read(in);
            byte[] state = in.readAllBytes();
            return () -> {
                rows.restore(state);
                events.set(last);
            };
        });
    }
}
