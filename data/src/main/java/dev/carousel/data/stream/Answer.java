package dev.carousel.data.stream;

import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.text.TextLoss;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A model's answer to an event, as fields. {@link #fields} has them by name, of plain values that JSON knows. */
public sealed interface Answer {

    /** The fields by name: numbers, texts, booleans, lists and maps of them; what is not known is left out. */
    Map<String, Object> fields();

    /**
     * A forecast.
     *
     * @param rows how many rows came
     * @param last the date of the last of them, if it had one
     * @param steps the upcoming rows, the next first; none while too few rows came or too little is known ahead
     */
    record Forecast(long rows, Optional<LocalDateTime> last, List<Step> steps) implements Answer {

        /**
         * One upcoming row.
         *
         * @param date when it will be, where that can be told
         * @param values of each target the forecast, or its quantiles in increasing order
         */
        public record Step(Optional<LocalDateTime> date, Map<String, List<Double>> values) {

            /** Takes a copy, in order. */
            public Step {
                values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
            }
        }

        /** Takes a copy. */
        public Forecast {
            steps = List.copyOf(steps);
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("rows", rows);
            last.ifPresent(date -> fields.put("last", date.toString()));
            fields.put(
                    "forecast",
                    steps.stream()
                            .map(step -> {
                                Map<String, Object> one = new LinkedHashMap<>();
                                step.date().ifPresent(date -> one.put("date", date.toString()));
                                one.putAll(step.values());
                                return one;
                            })
                            .toList());
            return fields;
        }
    }

    /**
     * How unusual a row is.
     *
     * @param rows how many rows came, this one included
     * @param score NaN while too little is known
     * @param threshold above which it is an alarm
     * @param alarm whether it is one
     * @param farthestColumn the column that is the farthest from what was expected; empty without a score
     * @param expected what was expected of each column; empty without a score
     */
    record Score(
            long rows,
            double score,
            double threshold,
            boolean alarm,
            String farthestColumn,
            Map<String, Double> expected)
            implements Answer {

        /** What a stream says of its last row. */
        public static Score of(AnomalySpec spec, AnomalyStream stream) {
            Map<String, Double> expected = new LinkedHashMap<>();
            List<String> targets = spec.forecast().targets();
            boolean scored = !Double.isNaN(stream.score());
            for (int k = 0; scored && k < targets.size(); k++) {
                expected.put(targets.get(k), stream.expected(k));
            }
            return new Score(
                    stream.rows(),
                    stream.score(),
                    spec.threshold().value(),
                    stream.alarm(),
                    scored ? targets.get(stream.farthestColumn()) : "",
                    expected);
        }

        /** Takes a copy, in order. */
        public Score {
            expected = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(expected));
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("rows", rows);
            if (!Double.isNaN(score)) {
                fields.put("score", score);
                fields.put("column", farthestColumn);
                fields.put("expected", expected);
            }
            fields.put("threshold", threshold);
            fields.put("alarm", alarm);
            return fields;
        }
    }

    /**
     * Which class the sequence so far belongs to.
     *
     * @param steps how many steps it has
     * @param label the likeliest class
     * @param probabilities of each class
     */
    record Classes(long steps, String label, Map<String, Double> probabilities) implements Answer {

        /** Takes a copy, in order. */
        public Classes {
            probabilities = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
        }

        @Override
        public Map<String, Object> fields() {
            return named(steps, label, probabilities);
        }
    }

    /**
     * Which class this step belongs to.
     *
     * @param steps how many steps there were, this one included
     * @param label the likeliest class
     * @param probabilities of each class
     */
    record Tag(long steps, String label, Map<String, Double> probabilities) implements Answer {

        /** Takes a copy, in order. */
        public Tag {
            probabilities = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
        }

        @Override
        public Map<String, Object> fields() {
            return named(steps, label, probabilities);
        }
    }

    /**
     * How surprising a piece of text was, and what comes next.
     *
     * @param units how many of its characters, bytes or words were predicted: all but the first of the stream
     * @param characters how many characters these are
     * @param bytes how many bytes these are in UTF-8
     * @param surprise the sum of their losses in nats
     * @param next the probability of each unit to come next, by its id
     * @param names what each unit is called in {@link #likeliest}, by its id: its text, or where this is no text of its own,
     *     such as of a byte that is half a character, a name in angle brackets
     */
    record Text(long units, long characters, long bytes, double surprise, List<Double> next, List<String> names)
            implements Answer {

        /**
         * Takes copies.
         *
         * @throws IllegalArgumentException if there are not as many names as probabilities
         */
        public Text {
            next = List.copyOf(next);
            names = List.copyOf(names);
            if (next.size() != names.size()) {
                throw new IllegalArgumentException(
                        "There are " + next.size() + " probabilities but " + names.size() + " names of units.");
            }
        }

        /** The probability of each unit to come next by its name, the likeliest first. */
        public Map<String, Double> likeliest() {
            Map<String, Double> sorted = new LinkedHashMap<>();
            IntStream.range(0, next.size())
                    .boxed()
                    .sorted(Comparator.comparing(next::get, Comparator.reverseOrder()))
                    .forEach(id -> sorted.put(names.get(id), next.get(id)));
            return sorted;
        }

        /** The mean loss of these units, in every measure that is in use; 0 where none was predicted. */
        public TextLoss loss() {
            return new TextLoss(surprise / Math.max(1, units), units, characters, bytes);
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("units", units);
            fields.put("surprise", surprise);
            fields.put("next", likeliest());
            return fields;
        }
    }

    /**
     * What a transcriber wrote at a step.
     *
     * @param steps how many events the stream has had
     * @param label the character or word that begins here; it is never taken back
     * @param probability of the label at this step; 0 where none begins
     */
    record Label(long steps, Optional<String> label, double probability) implements Answer {

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("steps", steps);
            label.ifPresent(written -> {
                fields.put("label", written);
                fields.put("probability", probability);
            });
            return fields;
        }
    }

    private static Map<String, Object> named(long steps, String label, Map<String, Double> probabilities) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("steps", steps);
        fields.put("class", label);
        fields.put("probabilities", probabilities);
        return fields;
    }
}
