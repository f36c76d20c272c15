package dev.carousel.cli.classification;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.classification.ClassMistake;
import dev.carousel.data.classification.ClassScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How good a classifier is, as lines of text and as figures. */
final class ClassFigures {

    /** Up to so many classes a confusion matrix is printed; a larger one is in {@code --json} and the report. */
    private static final int MOST_COLUMNS = 12;

    private static final int MOST_MISTAKES = 5;

    private ClassFigures() {}

    /** The figures in lines: what counts next to what a guess would give, each class, and what was taken for what. */
    static List<String> lines(ClassScores scores, List<ClassMistake> mistakes) {
        List<String> lines = new ArrayList<>();
        TextTable table = new TextTable("", "", "a guess");
        table.row("accuracy", Format.percent(scores.accuracy()), Format.percent(scores.majorityAccuracy()));
        table.row("log-loss", Format.fixed(scores.logLoss(), 4), Format.fixed(scores.majorityLogLoss(), 4));
        table.row("macro F1", Format.fixed(scores.macroF1(), 4), "");
        table.row("weighted F1", Format.fixed(scores.weightedF1(), 4), "");
        lines.addAll(table.lines());
        lines.add("");
        lines.addAll(perClass(scores).lines());
        if (scores.classes().size() <= MOST_COLUMNS) {
            lines.add("");
            lines.addAll(confusion(scores).lines());
        }
        if (!mistakes.isEmpty()) {
            lines.add("");
            lines.add("the most certain mistakes");
            for (ClassMistake mistake : mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()))) {
                lines.add("  " + mistake.place() + ": " + mistake.truth() + ", predicted as " + mistake.said() + " ("
                        + Format.percent(mistake.probability()) + ")");
            }
        }
        return lines;
    }

    private static TextTable perClass(ClassScores scores) {
        TextTable table = new TextTable("class", "precision", "recall", "F1", "true");
        for (int k = 0; k < scores.classes().size(); k++) {
            table.row(
                    shown(scores.classes().get(k)),
                    Format.fixed(scores.precision(k), 4),
                    Format.fixed(scores.recall(k), 4),
                    Format.fixed(scores.f1(k), 4),
                    Format.count(scores.support(k)));
        }
        return table;
    }

    private static TextTable confusion(ClassScores scores) {
        List<String> head = new ArrayList<>(List.of("true \\ said"));
        scores.classes().forEach(name -> head.add(shown(name)));
        TextTable table = new TextTable(head.toArray(String[]::new));
        for (int k = 0; k < scores.classes().size(); k++) {
            List<String> row = new ArrayList<>(List.of(shown(scores.classes().get(k))));
            for (int said = 0; said < scores.classes().size(); said++) {
                row.add(Format.count(scores.confusion(k, said)));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    /** A name from a file must not steer the terminal, nor fill its line. */
    static String shown(String name) {
        String plain = name.replaceAll("\\p{C}", "?");
        return plain.length() <= 20 ? plain : plain.substring(0, 17) + "...";
    }

    /** The figures for a program. */
    static void addTo(Figures figures, ClassScores scores, List<ClassMistake> mistakes) {
        int K = scores.classes().size();
        List<Object> confusion = new ArrayList<>();
        List<Object> perClass = new ArrayList<>();
        for (int k = 0; k < K; k++) {
            List<Object> row = new ArrayList<>();
            for (int said = 0; said < K; said++) {
                row.add(scores.confusion(k, said));
            }
            confusion.add(row);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("class", scores.classes().get(k));
            one.put("precision", scores.precision(k));
            one.put("recall", scores.recall(k));
            one.put("f1", scores.f1(k));
            one.put("support", scores.support(k));
            perClass.add(one);
        }
        List<Object> worst = new ArrayList<>();
        for (ClassMistake mistake : mistakes.subList(0, Math.min(MOST_MISTAKES, mistakes.size()))) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("place", mistake.place());
            one.put("true", mistake.truth());
            one.put("said", mistake.said());
            one.put("probability", mistake.probability());
            worst.add(one);
        }
        figures.with("accuracy", scores.accuracy())
                .with("macro_f1", scores.macroF1())
                .with("weighted_f1", scores.weightedF1())
                .with("log_loss", scores.logLoss())
                .with("majority_class", scores.classes().get(scores.majority()))
                .with("majority_accuracy", scores.majorityAccuracy())
                .with("majority_log_loss", scores.majorityLogLoss())
                .with("right", scores.right())
                .with("of", scores.count())
                .with("classes", scores.classes())
                .with("confusion", confusion)
                .with("per_class", perClass)
                .with("mistakes", worst);
    }
}
