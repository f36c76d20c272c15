package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.EventLines;
import dev.carousel.json.Json;
import dev.carousel.report.words.DateText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the score of each row of some series is printed. */
record AnomalyAnswers(ForecastTask task) implements RowAnswers.Form {

    @Override
    public String header(Optional<String> key, boolean dated) {
        return key.map(name -> Csv.field(name) + ",").orElse("") + AnomalyCommands.header(task.spec(), dated);
    }

    private String row(EventLines.Line line, Answer.Score score) {
        return line.event()
                .date()
                .map(date -> DateText.text(date, task.dates()))
                .orElse(String.valueOf(score.rows()));
    }

    @Override
    public String csv(Optional<String> key, EventLines.Line line, Answer answer) {
        Answer.Score score = (Answer.Score) answer;
        return (key.isPresent() ? Csv.field(line.key()) + "," : "")
                + AnomalyCommands.cells(task, row(line, score), score);
    }

    @Override
    public String json(Optional<String> key, EventLines.Line line, Answer answer) {
        Answer.Score score = (Answer.Score) answer;
        Map<String, Object> all = new LinkedHashMap<>();
        if (key.isPresent()) {
            all.put("id", line.key());
        }
        all.put(line.event().date().isPresent() ? "date" : "row", row(line, score));
        if (!Double.isNaN(score.score())) {
            all.put("score", score.score());
            all.put("alarm", score.alarm());
            all.put("column", score.farthestColumn());
            all.put("expected", score.expected());
        }
        return Json.write(all);
    }
}
