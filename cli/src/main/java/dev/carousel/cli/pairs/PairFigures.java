package dev.carousel.cli.pairs;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.pairs.PairScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How good a network writes texts for texts, as lines of text and as figures. */
final class PairFigures {

    private static final int MOST_MISTAKES = 5;
    private static final int MOST_CHARACTERS = 60;

    private PairFigures() {}

    static List<String> lines(PairScores greedy, PairScores beam) {
        TextTable table = new TextTable("", "beam", "greedy");
        table.row("exact", Format.percent(beam.exact()), Format.percent(greedy.exact()));
        table.row("texts without an error", Format.count(beam.right()), Format.count(greedy.right()));
        table.row("edit distance", Format.fixed(beam.editDistance(), 4), Format.fixed(greedy.editDistance(), 4));
        table.row("unit error rate", Format.percent(beam.unitErrorRate()), Format.percent(greedy.unitErrorRate()));
        List<String> lines = new ArrayList<>(table.lines());
        if (!beam.mistakes().isEmpty()) {
            lines.add("");
            lines.add("the worst texts");
            for (PairScores.Mistake mistake : first(beam)) {
                lines.add("  " + mistake.place() + ": '" + shown(mistake.input()) + "', '" + shown(mistake.truth())
                        + "', written as '" + shown(mistake.found()) + "'");
            }
        }
        return lines;
    }

    private static List<PairScores.Mistake> first(PairScores scores) {
        return scores.mistakes()
                .subList(0, Math.min(MOST_MISTAKES, scores.mistakes().size()));
    }

    /** A text from a file must not steer the terminal, nor fill its line. */
    private static String shown(String text) {
        String plain = text.replaceAll("\\p{C}", "?");
        return plain.length() <= MOST_CHARACTERS ? plain : plain.substring(0, MOST_CHARACTERS - 3) + "...";
    }

    static void addTo(Figures figures, PairScores greedy, PairScores beam) {
        List<Object> worst = new ArrayList<>();
        for (PairScores.Mistake mistake : first(beam)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("place", mistake.place());
            one.put("input", mistake.input());
            one.put("true", mistake.truth());
            one.put("written", mistake.found());
            one.put("errors", mistake.errors());
            worst.add(one);
        }
        figures.with("exact", beam.exact())
                .with("exact_greedy", greedy.exact())
                .with("edit_distance", beam.editDistance())
                .with("edit_distance_greedy", greedy.editDistance())
                .with("unit_error_rate", beam.unitErrorRate())
                .with("right", beam.right())
                .with("right_greedy", greedy.right())
                .with("of", beam.count())
                .with("units", beam.units())
                .with("mistakes", worst);
    }
}
