package dev.carousel.cli.classification;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.text.TextLines;
import dev.carousel.json.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The probability of every class after each row of some sequences, or of each line of text. */
final class ClassAnswers implements LineAnswers {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    private final ClassifierSpec spec;
    private final Lines lines;
    private final float[] probabilities;

    /** Where the steps come from; fills the probabilities. */
    private interface Lines {

        /** Whose step came: its sequence, and which step of it. */
        record Step(String sequence, long step) {}

        Optional<Step> next(float[] probabilities);
    }

    private ClassAnswers(ClassifierSpec spec, Lines lines) {
        this.spec = spec;
        this.lines = lines;
        this.probabilities = new float[spec.classes().size()];
    }

    /** Of a model whose rows are numbers. */
    static ClassAnswers ofRows(Streaming command, StreamClassifier first, Optional<String> id, InputStream in) {
        return new ClassAnswers(
                first.spec(), new Rows(CsvLines.of(command.source(), in), first, command.id.or(() -> id)));
    }

    /** Of a model of texts: each line is one. */
    static ClassAnswers ofTexts(Streaming command, StreamClassifier classifier, int longest, InputStream in) {
        return new ClassAnswers(classifier.spec(), new Texts(TextLines.of(command.source(), in), classifier, longest));
    }

    /** Rows of a CSV text, each a step of a sequence. */
    private static final class Rows implements Lines {

        private final CsvLines lines;
        private final StreamClassifier first;
        private final int id;
        private final int[] columns;
        private final Map<String, StreamClassifier> streams = new HashMap<>();

        Rows(CsvLines lines, StreamClassifier first, Optional<String> id) {
            this.lines = lines;
            this.first = first;
            this.id = id.map(lines::index).orElse(-1);
            this.columns = first.spec().scaling().map(SequenceScaling::columns).orElse(List.of()).stream()
                    .map(Normaliser.Column::name)
                    .mapToInt(lines::index)
                    .toArray();
        }

        @Override
        public Optional<Step> next(float[] probabilities) {
            Optional<CsvLines.Row> row = lines.next();
            if (row.isEmpty()) {
                return Optional.empty();
            }
            String sequence = id < 0 ? "1" : row.get().fields().get(id);
            if (sequence.isEmpty()) {
                throw new DataException(lines.place(row.get().line()) + ", column '"
                        + lines.names().get(id) + "': expected the name of a sequence but found an empty field.");
            }
            float[] event = new float[columns.length];
            for (int d = 0; d < columns.length; d++) {
                event[d] = lines.number(row.get(), columns[d]);
            }
            StreamClassifier stream = streams.computeIfAbsent(sequence, name -> first.another());
            stream.step(event, probabilities);
            return Optional.of(new Step(sequence, stream.steps()));
        }
    }

    /** Lines of text, each a sequence of characters. */
    private static final class Texts implements Lines {

        private final TextLines lines;
        private final StreamClassifier classifier;
        private final int longest;

        Texts(TextLines lines, StreamClassifier classifier, int longest) {
            this.lines = lines;
            this.classifier = classifier;
            this.longest = longest;
        }

        @Override
        public Optional<Step> next(float[] probabilities) {
            Optional<TextLines.Line> line = lines.next();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            if (line.get().text().isEmpty()) {
                throw new DataException(
                        lines.place(line.get().number()) + ": expected a text but found an empty line.");
            }
            classifier.reset();
            int[] ids = classifier.spec().ids(line.get().text());
            for (int i = 0; i < Math.min(longest, ids.length); i++) {
                classifier.stepId(ids[i], probabilities);
            }
            return Optional.of(new Step(String.valueOf(line.get().number()), classifier.steps()));
        }
    }

    @Override
    public String header() {
        StringBuilder header = new StringBuilder("sequence,step,class");
        spec.classes().forEach(name -> header.append(',').append(Csv.field(name)));
        return header.toString();
    }

    @Override
    public Optional<String> next(boolean json) {
        return lines.next(probabilities).map(step -> json ? json(step) : csv(step));
    }

    private String said() {
        int likeliest = 0;
        for (int k = 1; k < probabilities.length; k++) {
            likeliest = probabilities[k] > probabilities[likeliest] ? k : likeliest;
        }
        return spec.classes().get(likeliest);
    }

    private String csv(Lines.Step step) {
        StringBuilder line = new StringBuilder(Csv.field(step.sequence()))
                .append(',')
                .append(step.step())
                .append(',')
                .append(Csv.field(said()));
        for (float one : probabilities) {
            line.append(',').append(new BigDecimal(one).round(SIX_DIGITS).toPlainString());
        }
        return line.toString();
    }

    private String json(Lines.Step step) {
        Map<String, Object> byClass = new LinkedHashMap<>();
        for (int k = 0; k < probabilities.length; k++) {
            byClass.put(spec.classes().get(k), (double) probabilities[k]);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("sequence", step.sequence());
        all.put("step", step.step());
        all.put("class", said());
        all.put("probabilities", byClass);
        return Json.write(all);
    }
}
