package dev.carousel.cli.classification;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.classification.EntityScores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many entities a tagger finds, as lines of text and as figures. */
final class EntityFigures {

    private EntityFigures() {}

    /** The figures of all types and of each. */
    static List<String> lines(EntityScores scores) {
        TextTable table = new TextTable("entities", "precision", "recall", "F1", "true", "found", "right");
        row(table, "all", scores.total());
        scores.byType().forEach((type, counts) -> row(table, ClassFigures.shown(type), counts));
        return table.lines();
    }

    private static void row(TextTable table, String name, EntityScores.Counts counts) {
        table.row(
                name,
                Format.fixed(counts.precision(), 4),
                Format.fixed(counts.recall(), 4),
                Format.fixed(counts.f1(), 4),
                Format.count(counts.all()),
                Format.count(counts.found()),
                Format.count(counts.right()));
    }

    /** The figures for a program. */
    static void addTo(Figures figures, EntityScores scores) {
        Map<String, Object> all = numbers(scores.total());
        List<Object> byType = new ArrayList<>();
        scores.byType().forEach((type, counts) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("type", type);
            one.putAll(numbers(counts));
            byType.add(one);
        });
        all.put("per_type", byType);
        figures.with("entities", all);
    }

    private static Map<String, Object> numbers(EntityScores.Counts counts) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("precision", counts.precision());
        numbers.put("recall", counts.recall());
        numbers.put("f1", counts.f1());
        numbers.put("true", counts.all());
        numbers.put("found", counts.found());
        numbers.put("right", counts.right());
        return numbers;
    }
}
