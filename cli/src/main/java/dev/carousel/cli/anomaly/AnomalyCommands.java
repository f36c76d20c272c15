package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.forecast.ForecastData;
import dev.carousel.cli.forecast.TableOptions;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.anomaly.AnomalyLabels;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.table.TableReading;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.report.words.DateText;
import dev.carousel.report.words.SeriesNames;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Detectors of anomalies: each row's score and flag, and how well labelled rows are found. */
public final class AnomalyCommands implements TaskCommands {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    @Override
    public String kind() {
        return AnomalyTask.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        AnomalyTask task = AnomalyTask.of(model);
        ForecastSpec spec = task.forecast().spec();
        ForecastData data = ForecastData.named(command, command.only(ForecastData.WHAT), task.forecast(), command.dates)
                .forecastable(spec);
        data.series().notes().forEach(text -> command.note("note: " + text));
        String id = task.forecast()
                .columns()
                .id()
                .map(name -> Csv.field(name) + ",")
                .orElse("");
        boolean dated = data.first().hasDates();
        ForecastTask written = task.forecast().writtenFor(data.series());
        List<String> lines = new ArrayList<>();
        lines.add(id + header(spec, dated));
        PackedNetwork packed = network.pack();
        int alarms = 0;
        for (TimeSeries read : data.series()) {
            TimeSeries series = ForecastWindows.of(read, spec).series();
            AnomalyStream stream = AnomalyStream.of(packed, task.anomaly(), series.id());
            String name = id.isEmpty() ? "" : Csv.field(series.id()) + ",";
            for (int row = 0; row < series.length(); row++) {
                stream.add(series, row);
                lines.add(name
                        + cells(
                                written,
                                dated
                                        ? DateText.text(
                                                series.date(row), data.series().dates())
                                        : String.valueOf(row + 1),
                                Answer.Score.of(task.anomaly(), stream)));
                alarms += stream.alarm() ? 1 : 0;
            }
        }
        figures.with("rows", lines.size() - 1)
                .with("alarms", alarms)
                .with("threshold", task.anomaly().threshold().value());
        return lines;
    }

    static String header(ForecastSpec spec, boolean dated) {
        StringBuilder header = new StringBuilder((dated ? "date" : "row") + ",score,alarm,column");
        spec.targets().forEach(target -> header.append(',').append(Csv.field("expected " + target)));
        return header.toString();
    }

    /**
     * What is said of a row.
     *
     * @param row its date or number
     */
    static String cells(ForecastTask task, String row, Answer.Score answer) {
        boolean scored = !Double.isNaN(answer.score());
        StringBuilder line = new StringBuilder(row).append(',');
        line.append(scored ? number(answer.score()) : "").append(',');
        line.append(scored ? answer.alarm() ? "1" : "0" : "").append(',');
        line.append(scored ? Csv.field(answer.farthestColumn()) : "");
        List<String> targets = task.spec().targets();
        for (int k = 0; k < targets.size(); k++) {
            line.append(',')
                    .append(
                            scored
                                    ? task.digits().text(k, answer.expected().getOrDefault(targets.get(k), Double.NaN))
                                    : "");
        }
        return line.toString();
    }

    @Override
    public Optional<InputStream> builtIn(String input) {
        return ForecastData.builtIn(input);
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public LineAnswers stream(Streaming command, Model model, InputStream in) {
        AnomalyTask task = AnomalyTask.of(model);
        StreamModel streams = command.learning.learns()
                ? command.learning.online(command, model).streams()
                : StreamModel.of(model);
        return new RowAnswers(command, streams, command.id, in, new AnomalyAnswers(task.forecast()));
    }

    private static String number(double value) {
        return new BigDecimal(value).round(SEVEN_DIGITS).toPlainString();
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        AnomalyTask task = AnomalyTask.of(model);
        String name = command.data(ForecastData.WHAT);
        ForecastData read = ForecastData.named(command, name, task.forecast(), command.dates);
        Evaluate.Part chosen = command.part(model, read.file().sha256());
        boolean heldOut = chosen == Evaluate.Part.held_out;
        ForecastData data = heldOut
                ? read.with(read.series()
                        .without(one -> !task.forecast().splits().containsKey(one.id()), "training left them out"))
                : read.forecastable(task.forecast().spec());
        data.series().notes().forEach(text -> command.note("note: " + text));
        List<TimeSeries> series = data.series().series();
        int[] from = series.stream()
                .mapToInt(one -> heldOut ? task.forecast().split(one).validationEnd() : 0)
                .toArray();
        int[] to = series.stream()
                .mapToInt(one -> heldOut ? task.forecast().split(one).end() : one.length())
                .toArray();
        AnomalyLabels labels =
                labels(command, Path.of(name), command.label, task.forecast().reading(), data.series());
        DetectionSkill skill = DetectionSkill.of(task, network.pack(), data.series(), labels, from, to);
        JudgedRows judged = new JudgedRows(skill);
        command.console.line(Format.count(skill.network().rows()) + " rows from " + extent(data.series(), from, to)
                + (heldOut ? ", held out" : ""));
        judged.print(command.console);
        figures.with("part", chosen.name());
        judged.addTo(figures);
    }

    /** The column of labels of a file whose series have been read, if one is named; a bar shows how far the reading is. */
    static AnomalyLabels labels(
            Subcommand command, Path file, Optional<String> label, TableReading reading, SeriesSet series) {
        return label.map(column ->
                        TableOptions.withBar(command, reading, seen -> AnomalyLabels.read(file, column, seen, series)))
                .orElse(AnomalyLabels.NONE);
    }

    /** From which row to which: of the first series that has any. */
    static String extent(SeriesSet series, int[] from, int[] to) {
        int[] some =
                IntStream.range(0, from.length).filter(i -> to[i] > from[i]).toArray();
        int first = some.length == 0 ? 0 : some[0];
        return SeriesNames.row(series.get(first), from[first]) + " to "
                + SeriesNames.row(series.get(first), Math.max(from[first], to[first] - 1))
                + (some.length == 1 ? "" : " of " + some.length + " series");
    }
}
