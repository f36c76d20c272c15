package dev.carousel.cli.transcription;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.EventLines;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.json.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A line for each label, at the row with which it settles; rows with which none begins have no line. */
final class TranscriptAnswers implements LineAnswers {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    /** What the only sequence is called. */
    private static final String ONLY = "1";

    private final RowAnswers rows;

    TranscriptAnswers(Streaming command, StreamModel streams, Optional<String> key, InputStream in) {
        this.rows = new RowAnswers(command, streams, key, in, new Form());
    }

    @Override
    public String header() {
        return rows.header();
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<String> line = rows.next(json);
        while (line.isPresent() && line.get().isEmpty()) {
            line = rows.next(json);
        }
        return line;
    }

    /** An empty line where no label begins. */
    private static final class Form implements RowAnswers.Form {

        @Override
        public String header(Optional<String> key, boolean dated) {
            return "sequence,step,label,probability";
        }

        @Override
        public String csv(Optional<String> key, EventLines.Line line, Answer answer) {
            Answer.Label at = (Answer.Label) answer;
            return at.label()
                    .map(label -> Csv.field(sequence(key, line)) + "," + at.steps() + "," + Csv.field(label) + ","
                            + new BigDecimal(at.probability()).round(SIX_DIGITS).toPlainString())
                    .orElse("");
        }

        @Override
        public String json(Optional<String> key, EventLines.Line line, Answer answer) {
            Answer.Label at = (Answer.Label) answer;
            if (at.label().isEmpty()) {
                return "";
            }
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("sequence", sequence(key, line));
            all.put("step", at.steps());
            all.put("label", at.label().get());
            all.put("probability", at.probability());
            return Json.write(all);
        }

        private static String sequence(Optional<String> key, EventLines.Line line) {
            return key.isPresent() ? line.key() : ONLY;
        }
    }
}
