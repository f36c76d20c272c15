package dev.carousel.cli.transcription;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.transcription.TranscriptScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How good a transcriber is, as lines of text and as figures. */
final class TranscriptFigures {

    private static final int MOST_CONFUSIONS = 10;
    private static final int MOST_MISTAKES = 5;
    private static final int MOST_CHARACTERS = 60;

    private TranscriptFigures() {}

    static List<String> lines(TranscriptScores greedy, TranscriptScores beam) {
        TextTable table = new TextTable("", "beam", "greedy");
        table.row("label error rate", Format.percent(beam.labelErrorRate()), Format.percent(greedy.labelErrorRate()));
        table.row("texts without an error", Format.count(beam.right()), Format.count(greedy.right()));
        table.row("labels substituted", Format.count(beam.substitutions()), Format.count(greedy.substitutions()));
        table.row("labels missing", Format.count(beam.deletions()), Format.count(greedy.deletions()));
        table.row("labels too many", Format.count(beam.insertions()), Format.count(greedy.insertions()));
        List<String> lines = new ArrayList<>(table.lines());
        if (!beam.confusions().isEmpty()) {
            lines.add("");
            TextTable confusions = new TextTable("true", "written", "times");
            beam.confusions().stream()
                    .limit(MOST_CONFUSIONS)
                    .forEach(one -> confusions.row(unit(one.truth()), unit(one.found()), Format.count(one.count())));
            lines.addAll(confusions.lines());
            lines.add("");
            lines.add("the worst texts");
            for (TranscriptScores.Mistake mistake : firstMistakes(beam)) {
                lines.add("  " + mistake.place() + ": '" + shown(mistake.truth()) + "', written as '"
                        + shown(mistake.found()) + "'");
            }
        }
        return lines;
    }

    private static List<TranscriptScores.Mistake> firstMistakes(TranscriptScores scores) {
        return scores.mistakes()
                .subList(0, Math.min(MOST_MISTAKES, scores.mistakes().size()));
    }

    private static String unit(String unit) {
        return unit.isEmpty() ? "(nothing)" : shown(unit);
    }

    /** A text from a file must not steer the terminal, nor fill its line. */
    private static String shown(String text) {
        String plain = text.replaceAll("\\p{C}", "?");
        return plain.length() <= MOST_CHARACTERS ? plain : plain.substring(0, MOST_CHARACTERS - 3) + "...";
    }

    static void addTo(Figures figures, TranscriptScores greedy, TranscriptScores beam) {
        List<Object> confusions = new ArrayList<>();
        for (TranscriptScores.Confusion confusion : beam.confusions()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("true", confusion.truth());
            one.put("written", confusion.found());
            one.put("times", confusion.count());
            confusions.add(one);
        }
        List<Object> worst = new ArrayList<>();
        for (TranscriptScores.Mistake mistake : firstMistakes(beam)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("place", mistake.place());
            one.put("true", mistake.truth());
            one.put("written", mistake.found());
            one.put("errors", mistake.errors());
            worst.add(one);
        }
        figures.with("label_error_rate", beam.labelErrorRate())
                .with("label_error_rate_greedy", greedy.labelErrorRate())
                .with("right", beam.right())
                .with("right_greedy", greedy.right())
                .with("of", beam.sequences())
                .with("labels", beam.labels())
                .with("substitutions", beam.substitutions())
                .with("deletions", beam.deletions())
                .with("insertions", beam.insertions())
                .with("confusions", confusions)
                .with("mistakes", worst);
    }
}
