package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DateText;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.ObservationLines;
import dev.carousel.data.table.CsvLines;
import dev.carousel.json.Json;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** The forecasts after each row of some series. */
public final class ForecastAnswers implements LineAnswers {

    private final Streaming command;
    private final ForecastSpec spec;
    private final ColumnRoles columns;
    private final ObservationLines lines;
    private final Forecaster forecaster;
    private final Map<String, StreamForecaster> streams = new HashMap<>();

    ForecastAnswers(Streaming command, ForecastTask task, Network network, InputStream in) {
        this.command = command;
        this.spec = task.spec();
        this.columns = columns(command, task);
        this.forecaster = Forecaster.of(network.pack(), Team.single());
        if (command.carry) {
            // What cannot be carried is told before anything is read.
            StreamForecaster.requireCarrying(network.spec(), spec);
        }
        this.lines = ObservationLines.of(CsvLines.of(command.source(), in), columns, task.missing());
    }

    /** The columns of a model, with another one for the series where that was asked for. */
    public static ColumnRoles columns(Streaming command, ForecastTask task) {
        return command.id.map(task.columns()::withId).orElse(task.columns());
    }

    /**
     * Whether a row leaves rows out that the model would have to read; a note says so.
     *
     * @param last the date of the row before
     */
    public static boolean gap(
            Streaming command,
            ForecastSpec spec,
            ObservationLines lines,
            ObservationLines.Line line,
            Optional<LocalDateTime> last) {
        Optional<LocalDateTime> date = line.row().date();
        if (last.isEmpty() || date.isEmpty() || !date.get().isAfter(last.get()) || !spec.gap(last.get(), date.get())) {
            return false;
        }
        command.note("note: " + lines.place(line.line()) + ": rows are missing between " + DateText.text(last.get())
                + " and " + DateText.text(date.get())
                + (line.id().isEmpty() ? "; the series begins anew" : "; series '" + line.id() + "' begins anew"));
        return true;
    }

    @Override
    public String header() {
        StringJoiner names = new StringJoiner(",");
        columns.id().ifPresent(name -> names.add(Csv.field(name)));
        names.add("after");
        for (int h = 1; h <= spec.horizon(); h++) {
            for (String target : spec.targets()) {
                String name = target + "+" + h;
                names.add(Csv.field(name));
                spec.quantiles().forEach(q -> names.add(Csv.field(name + " " + q)));
            }
        }
        return names.toString();
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<ObservationLines.Line> line = lines.next();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        StreamForecaster stream = add(line.get());
        return Optional.of(json ? json(line.get().id(), stream) : csv(line.get().id(), stream));
    }

    private StreamForecaster add(ObservationLines.Line line) {
        try {
            StreamForecaster stream = streams.get(line.id());
            if (stream == null) {
                stream = command.carry
                        ? StreamForecaster.carrying(forecaster, spec, line.id())
                        : StreamForecaster.of(forecaster, spec, line.id());
            }
            if (line.ahead()) {
                stream.addAhead(line.row());
            } else {
                if (gap(command, spec, lines, line, stream.lastDate())) {
                    stream.reset();
                }
                stream.add(line.row());
            }
            streams.put(line.id(), stream);
            return stream;
        } catch (DataException e) {
            throw new DataException(lines.place(line.line()) + ": " + e.getMessage(), e);
        }
    }

    private String after(StreamForecaster stream) {
        return stream.lastDate().map(DateText::text).orElse(String.valueOf(stream.rows()));
    }

    private String csv(String id, StreamForecaster stream) {
        String start = (columns.id().isPresent() ? Csv.field(id) + "," : "") + after(stream);
        int cells =
                spec.horizon() * spec.targets().size() * (1 + spec.quantiles().size());
        if (!stream.ready()) {
            return start + ",".repeat(cells);
        }
        double[] forecast = stream.forecast();
        StringBuilder line = new StringBuilder(start);
        IntStream.range(0, spec.horizon()).forEach(h -> line.append(ForecastCommands.cells(spec, forecast, h)));
        return line.toString();
    }

    private String json(String id, StreamForecaster stream) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (columns.id().isPresent()) {
            all.put("id", id);
        }
        all.put("after", after(stream));
        if (stream.ready()) {
            List<String> rows = new ArrayList<>();
            for (int h = 0; h < spec.horizon(); h++) {
                String number = String.valueOf(stream.rows() + h + 1);
                rows.add(stream.date(h).map(DateText::text).orElse(number));
            }
            all.putAll(ForecastCommands.figures(spec, id, rows, stream.forecast()));
        }
        return Json.write(all);
    }
}
