package dev.carousel.cli.train;

import dev.carousel.cli.command.Figures;
import dev.carousel.data.DataException;
import dev.carousel.json.Json;
import dev.carousel.model.Provenance;
import dev.carousel.report.LivePage;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.report.TensorBoardLog;
import dev.carousel.report.TrainingHistory;
import dev.carousel.train.TrainingListener;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page, the live page and the event files of one command, as its options ask for them. */
final class TrainingReports {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    private final TrainCommand command;

    private String title = "";
    private Optional<TrainingHistory> history = Optional.empty();
    private Optional<LivePage> page = Optional.empty();
    private Optional<TensorBoardLog> log = Optional.empty();
    private Optional<Provenance> provenance = Optional.empty();

    TrainingReports(TrainCommand command) {
        this.command = command;
    }

    private ReportOptions options() {
        return command.seeing;
    }

    /** What follows a training that begins now. */
    List<TrainingListener> listeners(TrainingJob fit, TrainingView view) {
        List<TrainingListener> listeners = new ArrayList<>();
        title = command.spec.name()
                + (fit.data().isEmpty()
                        ? ""
                        : ": " + fit.data().stream().map(Provenance.Data::name).collect(Collectors.joining(", ")));
        if (options().report.isPresent()) {
            history = Optional.of(new TrainingHistory(view.unit(), view.itemsPerUnit()));
            history.ifPresent(listeners::add);
        }
        if (options().live.isPresent() && page.isEmpty()) {
            page = Optional.of(start(options().live.get(), new TrainingHistory(view.unit(), view.itemsPerUnit())));
        }
        page.ifPresent(listeners::add);
        if (options().tensorBoard.isPresent()) {
            log.ifPresent(TensorBoardLog::close);
            log = Optional.of(open(options().tensorBoard.get())
                    .withParameters(fit.network().parameters()));
            log.ifPresent(listeners::add);
        }
        return listeners;
    }

    private LivePage start(int port, TrainingHistory shown) {
        try {
            LivePage started = LivePage.start(title, port, shown);
            command.console.note("live page: " + started.address());
            return started;
        } catch (IOException e) {
            throw command.mistake("--live: " + e.getMessage());
        }
    }

    private static TensorBoardLog open(Path folder) {
        try {
            return TensorBoardLog.in(folder);
        } catch (IOException e) {
            throw new DataException("--tensorboard " + folder + ": no event file can be written there: " + e, e);
        }
    }

    /** Where the model comes from, which is known once it has been trained. */
    void comesFrom(Provenance known) {
        provenance = Optional.of(known);
    }

    /** The command has done its work. */
    void succeeded(Figures figures) {
        if (history.isPresent() || page.isPresent()) {
            List<Section> own = command.sections();
            List<Section> origin = new ArrayList<>(List.of(table(figures)));
            provenance.map(Section.Facts::of).ifPresent(origin::add);
            page.ifPresent(shown ->
                    shown.show(Stream.concat(own.stream(), origin.stream()).toList()));
            options().report.ifPresent(file -> {
                write(file, own, origin);
                command.console.line(command.wrote() + file);
                figures.with("report", file.toString());
            });
        }
        close();
    }

    /** The command ended in an error: the curves up to there are worth seeing. */
    void failed(Throwable problem) {
        String sentence = String.valueOf(problem.getMessage());
        page.ifPresent(shown -> shown.say("This training failed. " + sentence));
        try {
            if (history.isPresent() && options().report.isPresent()) {
                Section why = new Section.Facts("It failed", sentence, Map.of());
                write(options().report.get(), List.of(why), List.of());
            }
        } catch (DataException e) {
            problem.addSuppressed(e);
        }
        close();
    }

    private void write(Path file, List<Section> own, List<Section> origin) {
        Report report = history.map(known -> Report.ofTraining(title, known, own))
                .orElseGet(() -> Report.of(title, own))
                .with(origin);
        try {
            report.write(file);
        } catch (IOException e) {
            throw new DataException(file + ": could not be written: " + e.getMessage(), e);
        }
    }

    private void close() {
        page.ifPresent(LivePage::close);
        log.ifPresent(events -> {
            events.close();
            events.failure().ifPresent(e -> command.note("note: the event files are not complete: " + e));
        });
    }

    private static Section table(Figures figures) {
        List<List<String>> rows = new ArrayList<>();
        figures.toMap()
                .forEach((name, value) -> rows.add(List.of(
                        name,
                        value instanceof List || value instanceof Map
                                ? Json.write(rounded(value))
                                : "" + rounded(value))));
        return new Section.Table("Figures", "What --json prints, with six digits.", List.of("name", "value"), rows);
    }

    /** The same value with numbers that a person can read. */
    private static Object rounded(Object value) {
        if (value instanceof Double number && Double.isFinite(number)) {
            return new BigDecimal(number).round(SIX_DIGITS).doubleValue();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TrainingReports::rounded).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> all = new LinkedHashMap<>();
            map.forEach((name, one) -> all.put(name, rounded(one)));
            return all;
        }
        return value;
    }
}
