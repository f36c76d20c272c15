package dev.carousel.cli.classification;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.EventLines;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.text.TextLines;
import dev.carousel.json.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the probability of every class is printed, after each row of some sequences or each line of text. */
record ClassAnswers(List<String> classes) implements RowAnswers.Form {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    /** What the only sequence is called. */
    private static final String ONLY = "1";

    /** What the answers of classifiers and taggers have in common. */
    private record Said(long steps, String label, Map<String, Double> probabilities) {}

    /** Lines of text, each a sequence of characters, bytes or words. */
    static final class Texts implements LineAnswers {

        private final ClassAnswers form;
        private final ClassifierSpec spec;
        private final TextLines lines;
        private final TaskStream stream;
        private final int longest;

        /** Of longer lines only so many characters, bytes or words are read. */
        Texts(Streaming command, StreamModel model, ClassifierSpec spec, int longest, InputStream in) {
            this.form = new ClassAnswers(spec.classes());
            this.spec = spec;
            this.lines = TextLines.of(command.source(), in);
            this.stream = model.open();
            this.longest = longest;
        }

        @Override
        public String header() {
            return form.header(Optional.empty(), false);
        }

        @Override
        public Optional<String> next(boolean json) {
            Optional<TextLines.Line> line = lines.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            int[] ids = line.get().text().isEmpty()
                    ? new int[0]
                    : spec.ids(line.get().text());
            if (ids.length == 0) {
                throw lines.refused(
                        line.get().number(),
                        DataException.Kind.MISSING_VALUE,
                        "expected a text but found an empty line.");
            }
            stream.reset();
            Answer answer =
                    ids.length <= longest ? stream.add(Event.text(line.get().text())) : beginning(ids);
            String number = String.valueOf(line.get().number());
            return Optional.of(json ? form.json(number, said(answer)) : form.csv(number, said(answer)));
        }

        private Answer beginning(int[] ids) {
            Answer answer = stream.add(Event.ordered(ids[0]));
            for (int i = 1; i < longest; i++) {
                answer = stream.add(Event.ordered(ids[i]));
            }
            return answer;
        }
    }

    private static Said said(Answer answer) {
        return answer instanceof Answer.Tag tag
                ? new Said(tag.steps(), tag.label(), tag.probabilities())
                : said((Answer.Classes) answer);
    }

    private static Said said(Answer.Classes answer) {
        return new Said(answer.steps(), answer.label(), answer.probabilities());
    }

    @Override
    public String header(Optional<String> key, boolean dated) {
        StringBuilder header = new StringBuilder("sequence,step,class");
        classes.forEach(name -> header.append(',').append(Csv.field(name)));
        return header.toString();
    }

    @Override
    public String csv(Optional<String> key, EventLines.Line line, Answer answer) {
        return csv(key.isPresent() ? line.key() : ONLY, said(answer));
    }

    @Override
    public String json(Optional<String> key, EventLines.Line line, Answer answer) {
        return json(key.isPresent() ? line.key() : ONLY, said(answer));
    }

    private String csv(String sequence, Said said) {
        StringBuilder line = new StringBuilder(Csv.field(sequence))
                .append(',')
                .append(said.steps())
                .append(',')
                .append(Csv.field(said.label()));
        for (String name : classes) {
            line.append(',')
                    .append(new BigDecimal(said.probabilities().getOrDefault(name, 0.0))
                            .round(SIX_DIGITS)
                            .toPlainString());
        }
        return line.toString();
    }

    private String json(String sequence, Said said) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("sequence", sequence);
        all.put("step", said.steps());
        all.put("class", said.label());
        all.put("probabilities", said.probabilities());
        return Json.write(all);
    }
}
