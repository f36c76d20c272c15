package dev.carousel.server.models;

import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.model.Model;
import dev.carousel.spec.NetworkSpec;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that shows a newcomer what a model answers: as many events as it needs before its first answer. Of the model of
 * daily births they are real; of others made of what is usual in its training.
 *
 * @param session a name for the session; that of a series where each series has numbers of its own
 * @param events of the request, as JSON has them
 */
public record ModelExample(String session, List<Object> events) {

    private static final String ANY = "try";

    private static final int MOST = 5_000;

    /** Takes a copy. */
    public ModelExample {
        events = List.copyOf(events);
    }

    /** Of a network without a task: one event. */
    static ModelExample of(NetworkSpec spec) {
        if (spec.readsIds()) {
            return new ModelExample(ANY, List.of(0L));
        }
        List<Object> event = new ArrayList<>();
        for (int i = 0; i < spec.inputSize(); i++) {
            event.add(Math.round(10 * Math.sin(i + 1.0)) / 10.0);
        }
        return new ModelExample(ANY, List.<Object>of(event));
    }

    /** Of a model with a task. */
    static ModelExample of(Model model, StreamModel streams) {
        Optional<ForecastSpec> rows = switch (model.task().kind()) {
            case ForecastTask.KIND -> Optional.of(ForecastTask.of(model).spec());
            case AnomalyTask.KIND ->
                Optional.of(AnomalyTask.of(model).forecast().spec());
            default -> Optional.empty();
        };
        String session = series(rows);
        int count = (int) Math.min(MOST, Math.max(1, streams.open(session).rowsUntilAnswer()));
        if (rows.isPresent() && isBirths(rows.get(), streams)) {
            return births(count);
        }
        List<Object> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, Object> event = new LinkedHashMap<>();
            if (rows.isPresent() && rows.get().spacing().regular()) {
                event.put("date", dated(rows.get().spacing(), i).toString());
            }
            for (StreamModel.Input input : streams.inputs()) {
                usual(rows, input, i).ifPresent(value -> event.put(input.name(), value));
            }
            events.add(event);
        }
        return new ModelExample(session.isEmpty() ? ANY : session, events);
    }

    private static String series(Optional<ForecastSpec> rows) {
        return rows.flatMap(spec ->
                        spec.columns().series().keySet().stream().sorted().findFirst())
                .orElse("");
    }

    private static LocalDateTime dated(Spacing spacing, int row) {
        return spacing.after(LocalDateTime.of(2024, 1, 1, 0, 0), row);
    }

    private static Optional<Object> usual(Optional<ForecastSpec> rows, StreamModel.Input input, int row) {
        double wave = Math.sin(2 * Math.PI * row / 7);
        return switch (input.type()) {
            case NUMBER -> {
                Optional<Normaliser.Column> column = rows.flatMap(spec -> spec.normaliser().columns().stream()
                        .filter(one -> one.name().equals(input.name()))
                        .findFirst());
                double value = column.map(one -> one.restore(wave / 2)).orElse(wave);
                yield Optional.of(Double.parseDouble(String.format(java.util.Locale.ROOT, "%.4g", value)));
            }
            case CATEGORY ->
                rows.flatMap(spec -> spec.columns().categories().stream()
                        .filter(one -> one.name().equals(input.name()))
                        .findFirst()
                        .map(one -> one.value(one.size() - 1)));
            case TEXT -> Optional.of("a");
        };
    }

    private static boolean isBirths(ForecastSpec spec, StreamModel streams) {
        return spec.targets().equals(List.of("births"))
                && spec.season() == Births.SEASON
                && streams.inputs().size() == 1;
    }

    private static ModelExample births(int count) {
        TimeSeries series = Births.series();
        List<Object> events = new ArrayList<>();
        for (int row = series.length() - count; row < series.length(); row++) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("date", series.date(row).toLocalDate().toString());
            event.put("births", series.value(row));
            events.add(event);
        }
        return new ModelExample(ANY, events);
    }
}
