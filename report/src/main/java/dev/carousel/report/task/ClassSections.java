package dev.carousel.report.task;

import dev.carousel.data.classification.ClassMistake;
import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.EntityScores;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.report.Section;
import dev.carousel.report.words.ReadableNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a page shows of a classifier or tagger: the figures, what was taken for what,
 * each class, and the worst mistakes.
 *
 * <pre>{@code
 * double[][][] probabilities = classifier.probabilities(heldOut, team);
 * List<Section> sections = ClassSections.of(
 *         "60 sequences, held out.",
 *         classifier.spec(),
 *         heldOut,
 *         classifier.scores(heldOut, probabilities),
 *         ClassMistake.of(heldOut, probabilities));
 * }</pre>
 */
public final class ClassSections {

    private static final int MOST_MISTAKES = 12;

    /** More steps than a small drawing can show are thinned out. */
    private static final int MOST_STEPS = 400;

    /** So much of a text tells which one it is, and often why it was mistaken. */
    private static final int MOST_CHARACTERS = 240;

    private ClassSections() {}

    /**
     * The sections, the figures first. Where there is no mistake, there is no section of mistakes.
     *
     * @param judgedOn a sentence that says what it was judged on
     * @param spec the classifier's; where it reads texts, it has their units
     * @param sequences what it was judged on
     * @param scores how well it did
     * @param mistakes what it got wrong, the most certain first; the first {@value #MOST_MISTAKES} are shown
     * @throws java.util.NoSuchElementException if the sequences are texts and the spec has no units
     */
    public static List<Section> of(
            String judgedOn,
            ClassifierSpec spec,
            LabelledSequences sequences,
            ClassScores scores,
            List<ClassMistake> mistakes) {
        List<Section> sections = new ArrayList<>();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("accuracy", ReadableNumbers.percent(scores.accuracy()));
        figures.put("accuracy of the commonest class", ReadableNumbers.percent(scores.majorityAccuracy()));
        figures.put("macro F1", ReadableNumbers.fixed(scores.macroF1(), 3));
        figures.put("log-loss, nats", ReadableNumbers.fixed(scores.logLoss(), 3));
        sections.add(new Section.Summary("How good it is", judgedOn, figures));
        sections.add(confusion(scores));
        sections.add(perClass(scores));
        if (!mistakes.isEmpty()) {
            sections.add(new Section.Mistakes(
                    "The most certain mistakes",
                    ReadableNumbers.count(mistakes.size()) + " of " + ReadableNumbers.count(scores.count())
                            + " answers are wrong.",
                    "probability of what was said",
                    mistakes.stream()
                            .limit(MOST_MISTAKES)
                            .map(mistake -> mistake(spec, sequences, mistake))
                            .toList()));
        }
        return sections;
    }

    /** The entities of a tagger, all types together and each. */
    public static Section entities(EntityScores scores) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(entities("all", scores.total()));
        scores.byType().forEach((type, counts) -> rows.add(entities(type, counts)));
        return new Section.Table(
                "Entities",
                "An entity is found if its first word, its last word and its type are right, as conlleval counts.",
                List.of("type", "precision", "recall", "F1", "true", "found", "right"),
                rows);
    }

    private static List<String> entities(String name, EntityScores.Counts counts) {
        return List.of(
                name,
                ReadableNumbers.fixed(counts.precision(), 3),
                ReadableNumbers.fixed(counts.recall(), 3),
                ReadableNumbers.fixed(counts.f1(), 3),
                String.valueOf(counts.all()),
                String.valueOf(counts.found()),
                String.valueOf(counts.right()));
    }

    private static Section confusion(ClassScores scores) {
        int K = scores.classes().size();
        long[][] counts = new long[K][K];
        for (int k = 0; k < K; k++) {
            for (int said = 0; said < K; said++) {
                counts[k][said] = scores.confusion(k, said);
            }
        }
        return new Section.Confusion(
                "What was taken for what",
                "How often each class was predicted where another was true.",
                scores.classes(),
                counts);
    }

    private static Section perClass(ClassScores scores) {
        List<List<String>> rows = new ArrayList<>();
        for (int k = 0; k < scores.classes().size(); k++) {
            rows.add(List.of(
                    scores.classes().get(k),
                    ReadableNumbers.fixed(scores.precision(k), 3),
                    ReadableNumbers.fixed(scores.recall(k), 3),
                    ReadableNumbers.fixed(scores.f1(k), 3),
                    String.valueOf(scores.support(k))));
        }
        return new Section.Table(
                "Each class",
                "Precision: the share of correct answers among predictions of the class. Recall: among its members.",
                List.of("class", "precision", "recall", "F1", "true"),
                rows);
    }

    private static Section.Mistake mistake(ClassifierSpec spec, LabelledSequences sequences, ClassMistake mistake) {
        return sequences.readsIds()
                ? Section.Mistake.ofText(
                        mistake.place(),
                        text(spec.units().orElseThrow(), sequences.ids(mistake.sequence())),
                        mistake.truth(),
                        mistake.said(),
                        mistake.probability())
                : Section.Mistake.ofSignals(
                        mistake.place(),
                        signals(sequences, mistake.sequence()),
                        mistake.truth(),
                        mistake.said(),
                        mistake.probability());
    }

    /** The beginning of a text; what training did not have is the replacement character. */
    private static String text(TextUnits units, int[] ids) {
        StringBuilder text = new StringBuilder();
        int begun = 0;
        for (int i = 0; i <= ids.length; i++) {
            boolean known = i < ids.length && ids[i] < units.size() && ids[i] != units.unknownId();
            if (!known) {
                // What is known in one go: a character may be several bytes.
                text.append(decoded(units, Arrays.copyOfRange(ids, begun, i)));
                text.append(i < ids.length ? "\uFFFD" : "");
                begun = i + 1;
            }
        }
        int length = text.codePointCount(0, text.length());
        return length <= MOST_CHARACTERS
                ? text.toString()
                : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "\u2026";
    }

    /** Bytes of another encoding are not those of the replacement character. */
    private static String decoded(TextUnits units, int[] ids) {
        return units instanceof ByteUnits ? ByteUnits.escaped(ByteUnits.toBytes(ids)) : units.decode(ids);
    }

    private static List<double[]> signals(LabelledSequences sequences, int i) {
        float[] values = sequences.values(i);
        int D = sequences.size();
        int T = sequences.length(i);
        int shown = Math.min(T, MOST_STEPS);
        List<double[]> signals = new ArrayList<>();
        for (int d = 0; d < D; d++) {
            double[] signal = new double[shown];
            for (int t = 0; t < shown; t++) {
                signal[t] = values[(int) ((long) t * T / shown) * D + d];
            }
            signals.add(signal);
        }
        return signals;
    }
}
