package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DateText;
import dev.carousel.cli.forecast.ForecastAnswers;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.ObservationLines;
import dev.carousel.data.table.CsvLines;
import dev.carousel.json.Json;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The score of each row of some series. */
final class AnomalyAnswers implements LineAnswers {

    private final Streaming command;
    private final AnomalyTask task;
    private final ForecastSpec spec;
    private final ColumnRoles columns;
    private final ObservationLines lines;
    private final PackedNetwork network;
    private final Map<String, Followed> streams = new HashMap<>();

    /** A series as far as it has come. */
    private static final class Followed {

        private final AnomalyStream stream;
        private Optional<LocalDateTime> last = Optional.empty();
        private long rows;

        Followed(AnomalyStream stream) {
            this.stream = stream;
        }
    }

    AnomalyAnswers(Streaming command, AnomalyTask task, Network network, InputStream in) {
        this.command = command;
        this.task = task;
        this.spec = task.forecast().spec();
        this.columns = ForecastAnswers.columns(command, task.forecast());
        this.network = network.pack();
        this.lines = ObservationLines.of(
                CsvLines.of(command.source(), in), columns, task.forecast().missing());
    }

    @Override
    public String header() {
        return columns.id().map(name -> Csv.field(name) + ",").orElse("")
                + AnomalyCommands.header(spec, lines.hasDates());
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<ObservationLines.Line> next = lines.next();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        ObservationLines.Line line = next.get();
        try {
            Followed followed = add(line);
            String row = line.row().date().map(DateText::text).orElse(String.valueOf(followed.rows));
            return Optional.of(json ? json(line, row, followed.stream) : csv(line, row, followed.stream));
        } catch (DataException e) {
            throw new DataException(lines.place(line.line()) + ": " + e.getMessage(), e);
        }
    }

    private Followed add(ObservationLines.Line line) {
        if (line.ahead()) {
            throw new DataException("expected values of " + spec.targets() + " but found none.");
        }
        Optional<Followed> known = Optional.ofNullable(streams.get(line.id()));
        known.ifPresent(before -> requireLater(line.row().date(), before.last));
        Followed followed = known.filter(before -> !ForecastAnswers.gap(command, spec, lines, line, before.last))
                .orElseGet(() -> new Followed(AnomalyStream.of(network, task.anomaly(), line.id())));
        int[] ids = new int[spec.columns().categories().size()];
        for (int c = 0; c < ids.length; c++) {
            ids[c] = spec.columns()
                    .categories()
                    .get(c)
                    .id(line.row().categories().get(c));
        }
        followed.stream.add(line.row().date(), line.row().targets(), line.row().known(), ids);
        followed.rows = known.map(before -> before.rows).orElse(0L) + 1;
        followed.last = line.row().date();
        streams.put(line.id(), followed);
        return followed;
    }

    private static void requireLater(Optional<LocalDateTime> date, Optional<LocalDateTime> last) {
        if (date.isPresent() && last.isPresent() && !date.get().isAfter(last.get())) {
            throw new DataException("expected a row after " + DateText.text(last.get()) + " but found one of "
                    + DateText.text(date.get())
                    + ". Rows must come in the order of time; where there are several series, a column has to tell them"
                    + " apart.");
        }
    }

    private String csv(ObservationLines.Line line, String row, AnomalyStream stream) {
        return (columns.id().isPresent() ? Csv.field(line.id()) + "," : "") + AnomalyCommands.cells(spec, row, stream);
    }

    private String json(ObservationLines.Line line, String row, AnomalyStream stream) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (columns.id().isPresent()) {
            all.put("id", line.id());
        }
        all.put(lines.hasDates() ? "date" : "row", row);
        if (!Double.isNaN(stream.score())) {
            all.put("score", stream.score());
            all.put("alarm", stream.alarm());
            all.put("column", spec.targets().get(stream.oddest()));
            Map<String, Object> expected = new LinkedHashMap<>();
            for (int k = 0; k < spec.targets().size(); k++) {
                expected.put(spec.targets().get(k), stream.expected(k));
            }
            all.put("expected", expected);
        }
        return Json.write(all);
    }
}
