package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.EventLines;
import dev.carousel.json.Json;
import dev.carousel.report.words.DateText;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** How the forecasts after each row of some series are printed. */
record ForecastAnswers(ForecastTask task) implements RowAnswers.Form {

    private ForecastSpec spec() {
        return task.spec();
    }

    private String text(LocalDateTime date) {
        return DateText.text(date, task.dates());
    }

    @Override
    public String header(Optional<String> key, boolean dated) {
        StringJoiner names = new StringJoiner(",");
        key.ifPresent(name -> names.add(Csv.field(name)));
        names.add("after");
        for (int h = 1; h <= spec().horizon(); h++) {
            for (String target : spec().targets()) {
                String name = target + "+" + h;
                names.add(Csv.field(name));
                spec().quantiles().forEach(q -> names.add(Csv.field(name + " " + q)));
            }
        }
        return names.toString();
    }

    private String after(Answer.Forecast forecast) {
        return forecast.last().map(this::text).orElse(String.valueOf(forecast.rows()));
    }

    @Override
    public String csv(Optional<String> key, EventLines.Line line, Answer answer) {
        Answer.Forecast forecast = (Answer.Forecast) answer;
        StringBuilder text = new StringBuilder(key.isPresent() ? Csv.field(line.key()) + "," : "");
        text.append(after(forecast));
        int cells = spec().horizon()
                * spec().targets().size()
                * (1 + spec().quantiles().size());
        if (forecast.steps().isEmpty()) {
            return text.append(",".repeat(cells)).toString();
        }
        double[] numbers = numbers(forecast);
        IntStream.range(0, spec().horizon()).forEach(h -> text.append(ForecastCommands.cells(task, numbers, h)));
        return text.toString();
    }

    @Override
    public String json(Optional<String> key, EventLines.Line line, Answer answer) {
        Answer.Forecast forecast = (Answer.Forecast) answer;
        Map<String, Object> all = new LinkedHashMap<>();
        if (key.isPresent()) {
            all.put("id", line.key());
        }
        all.put("after", after(forecast));
        if (!forecast.steps().isEmpty()) {
            List<String> rows = new ArrayList<>();
            for (int h = 0; h < spec().horizon(); h++) {
                String number = String.valueOf(forecast.rows() + h + 1);
                rows.add(forecast.steps().get(h).date().map(this::text).orElse(number));
            }
            all.putAll(ForecastCommands.figures(spec(), line.key(), rows, numbers(forecast)));
        }
        return Json.write(all);
    }

    /** All values, step by step, as the commands print them. */
    private double[] numbers(Answer.Forecast forecast) {
        return forecast.steps().stream()
                .flatMap(step -> spec().targets().stream()
                        .flatMap(target -> step.values().getOrDefault(target, List.of()).stream()))
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
