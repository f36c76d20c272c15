package dev.carousel.report.task;

import dev.carousel.data.transcription.TranscriptScores;
import dev.carousel.report.Section;
import dev.carousel.report.words.ReadableNumbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a page shows of a transcriber: the figures, what was written for what, and the worst texts. */
public final class TranscriptSections {

    private static final int MOST_ROWS = 20;

    private TranscriptSections() {}

    /**
     * The sections, the figures first. Where there is no mistake, there are no sections of mistakes.
     *
     * @param judgedOn a sentence that says what it was judged on
     * @param greedy of the texts of the most probable paths
     * @param beam of the texts of the beam search
     */
    public static List<Section> of(String judgedOn, TranscriptScores greedy, TranscriptScores beam) {
        List<Section> sections = new ArrayList<>();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("label error rate, beam", ReadableNumbers.percent(beam.labelErrorRate()));
        figures.put("label error rate, greedy", ReadableNumbers.percent(greedy.labelErrorRate()));
        figures.put("texts without an error, beam", share(beam));
        figures.put("texts without an error, greedy", share(greedy));
        sections.add(new Section.Summary("How good it is", judgedOn, figures));
        if (!beam.mistakes().isEmpty()) {
            sections.add(new Section.Table(
                    "What was written for what",
                    "Labels that were written in place of others, are missing or too many, by the beam search.",
                    List.of("true", "written", "times"),
                    beam.confusions().stream()
                            .limit(MOST_ROWS)
                            .map(one -> List.of(shown(one.truth()), shown(one.found()), String.valueOf(one.count())))
                            .toList()));
            sections.add(new Section.Table(
                    "The worst texts",
                    ReadableNumbers.count(beam.mistakes().size()) + " of " + ReadableNumbers.count(beam.sequences())
                            + " texts have an error.",
                    List.of("place", "true", "written", "errors"),
                    beam.mistakes().stream()
                            .limit(MOST_ROWS)
                            .map(one -> List.of(one.place(), one.truth(), one.found(), String.valueOf(one.errors())))
                            .toList()));
        }
        return sections;
    }

    private static String share(TranscriptScores scores) {
        return ReadableNumbers.percent((double) scores.right() / scores.sequences());
    }

    private static String shown(String unit) {
        return unit.isEmpty() ? "(nothing)" : unit;
    }
}
