package dev.carousel.report.task;

import dev.carousel.data.pairs.PairScores;
import dev.carousel.data.pairs.PairText;
import dev.carousel.data.pairs.Pairs;
import dev.carousel.report.Section;
import dev.carousel.report.words.ReadableNumbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What a page shows of a network that writes a text for a text: the figures, where it looked, and the worst texts. */
public final class PairSections {

    private static final int MOST_ROWS = 20;

    /** Pictures of the attention, and how many units a side may have in one. */
    private static final int PICTURES = 6;

    private static final int MOST_UNITS = 40;

    /** What a picture calls the end of a text. */
    private static final String END = "end";

    private PairSections() {}

    /**
     * The sections, the figures first. Without attention there are no pictures, without a mistake no table of them.
     *
     * @param judgedOn a sentence that says what it was judged on
     * @param truth what was judged
     * @param texts what was written for it
     * @param greedy of what the best unit of each step gives
     * @param beam of what the search wrote
     */
    public static List<Section> of(
            String judgedOn, Pairs truth, List<PairText> texts, PairScores greedy, PairScores beam) {
        List<Section> sections = new ArrayList<>();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("exact", ReadableNumbers.percent(beam.exact()));
        figures.put("exact, greedy", ReadableNumbers.percent(greedy.exact()));
        figures.put("edit distance", number(beam.editDistance()));
        figures.put("edit distance, greedy", number(greedy.editDistance()));
        sections.add(new Section.Summary("How good it is", judgedOn, figures));
        List<Section.AttentionMap> maps = maps(truth, texts);
        if (!maps.isEmpty()) {
            sections.add(new Section.AttentionMaps(
                    "Where it looks",
                    "A row for each unit that was written, and last for the end of the text; the darker a cell, the more of the"
                            + " attention is on this unit of the input.",
                    maps));
        }
        if (!beam.mistakes().isEmpty()) {
            sections.add(new Section.Table(
                    "The worst texts",
                    ReadableNumbers.count(beam.mistakes().size()) + " of " + ReadableNumbers.count(beam.count())
                            + " texts have an error.",
                    List.of("place", "input", "true", "written", "errors"),
                    beam.mistakes().stream()
                            .limit(MOST_ROWS)
                            .map(one -> List.of(
                                    one.place(), one.input(), one.truth(), one.found(), String.valueOf(one.errors())))
                            .toList()));
        }
        return sections;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /** Of texts from all over what was judged, so that different ones are seen. */
    private static List<Section.AttentionMap> maps(Pairs truth, List<PairText> texts) {
        int[] drawn =
                IntStream.range(0, texts.size()).filter(i -> fits(texts.get(i))).toArray();
        List<Section.AttentionMap> maps = new ArrayList<>();
        int count = Math.min(PICTURES, drawn.length);
        for (int k = 0; k < count; k++) {
            int i = drawn[(int) ((long) k * drawn.length / count)];
            PairText text = texts.get(i);
            List<String> written = new ArrayList<>(text.outputUnits());
            if (text.ended()) {
                written.add(END);
            }
            String name = truth.input(i) + " \u2192 " + text.text();
            maps.add(new Section.AttentionMap(name, text.inputUnits(), written, text.attention()));
        }
        return maps;
    }

    private static boolean fits(PairText text) {
        return text.attention().length > 0
                && text.attention()[0].length > 0
                && text.inputUnits().size() <= MOST_UNITS
                && text.outputUnits().size() <= MOST_UNITS;
    }
}
