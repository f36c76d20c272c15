package dev.carousel.report.task;

import dev.carousel.data.stream.PrequentialErrors;
import dev.carousel.report.Axis;
import dev.carousel.report.Section;
import dev.carousel.report.words.ReadableNumbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a page shows of a model that learned on a stream: how far it was off, next to itself as it was in the beginning and to naive
 * forecasts, over all rows and over time, where a change of the stream can be seen.
 */
public final class OnlineSections {

    /** More could not be told apart. */
    private static final int MOST_POINTS = 100;

    private OnlineSections() {}

    /**
     * The sections, the figures first; a chart for each target.
     *
     * @param errors of one row at least
     */
    public static List<Section> of(PrequentialErrors errors) {
        List<Section> sections = new ArrayList<>();
        sections.add(figures(errors));
        for (int target = 0; target < errors.targets().size(); target++) {
            sections.add(course(errors, target));
        }
        return sections;
    }

    private static Section figures(PrequentialErrors errors) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(errors.ofClasses() ? "classes judged" : "rows judged", ReadableNumbers.count(errors.rows()));
        for (int target = 0; target < errors.targets().size(); target++) {
            for (int i = 0; i < errors.forecasters().size(); i++) {
                values.put(
                        errors.targets().get(target) + ", "
                                + errors.forecasters().get(i),
                        ReadableNumbers.figure(errors.mean(i, target)));
            }
        }
        if (errors.ofClasses()) {
            return new Section.Summary(
                    "Share of wrong classes",
                    "Each answer was judged by the class that became known, before that class was learned from.",
                    values);
        }
        return new Section.Summary(
                "Mean absolute error",
                "Each forecast was judged by the row that came, before that row was learned from. In the units of the column.",
                values);
    }

    private static Section course(PrequentialErrors errors, int target) {
        int together = (errors.stretches() + MOST_POINTS - 1) / MOST_POINTS;
        int points = (errors.stretches() + together - 1) / together;
        double[] places = new double[points];
        List<Section.Line> lines = new ArrayList<>();
        for (int i = 0; i < errors.forecasters().size(); i++) {
            double[] values = new double[points];
            for (int point = 0; point < points; point++) {
                double sum = 0;
                long rows = 0;
                int end = Math.min(errors.stretches(), (point + 1) * together);
                for (int stretch = point * together; stretch < end; stretch++) {
                    long counted = Math.min(errors.stretchLength(), errors.rows() - stretch * errors.stretchLength());
                    sum += counted * errors.mean(i, target, stretch);
                    rows += counted;
                }
                values[point] = sum / rows;
                places[point] = (double) point * together * errors.stretchLength() + rows;
            }
            lines.add(new Section.Line(errors.forecasters().get(i), values));
        }
        String name = errors.targets().get(target);
        return new Section.Curves(
                "Error of " + name + " over time",
                (errors.ofClasses() ? "The share of wrong classes of " : "The mean absolute error of ")
                        + together * errors.stretchLength() + (errors.ofClasses() ? " known classes" : " rows")
                        + " at a time. Where the frozen model rises and stays, the stream has changed; where the learning one"
                        + " comes back, it has followed.",
                Axis.of(errors.ofClasses() ? "known classes" : "rows"),
                Axis.of(errors.ofClasses() ? "share of wrong classes" : "mean absolute error"),
                places,
                lines);
    }
}
