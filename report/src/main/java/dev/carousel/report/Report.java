package dev.carousel.report;

import dev.carousel.model.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page about a training: one HTML file that holds all it needs and asks no network for anything. An immutable value.
 *
 * <pre>{@code
 * Report.of("Sales", history.sections())
 *         .with(new Section.Table("Errors", "", List.of("", "MAE"), List.of(List.of("network", "1.5"))))
 *         .write(Path.of("sales.html"));
 * }</pre>
 *
 * @param title the heading of the page
 * @param sections what it shows, in order
 */
public record Report(String title, List<Section> sections) {

    /** Takes a copy of the list. */
    public Report {
        sections = List.copyOf(sections);
    }

    /** A report of some sections. */
    public static Report of(String title, List<Section> sections) {
        return new Report(title, sections);
    }

    /**
     * A report of a training: its summary, then its results, then its course.
     *
     * <pre>{@code
     * Report.ofTraining("Sales", history, ForecastSections.of(forecaster, test, skill))
     *         .with(Section.Facts.of(provenance))
     *         .write(Path.of("sales.html"));
     * }</pre>
     *
     * @param history what followed the training
     * @param results how good the model is, such as the sections of {@code dev.carousel.report.task}; may be empty
     */
    public static Report ofTraining(String title, TrainingHistory history, List<Section> results) {
        List<Section> sections = new ArrayList<>(history.sections());
        sections.addAll(1, results);
        return new Report(title, sections);
    }

    /** The same with more sections below. */
    public Report with(Section... more) {
        return with(List.of(more));
    }

    /** The same with more sections below. */
    public Report with(List<? extends Section> more) {
        List<Section> all = new ArrayList<>(sections);
        all.addAll(more);
        return new Report(title, all);
    }

    /** The page. */
    public String html() {
        return Page.of(title, "", Page.parts(sections), false);
    }

    /**
     * Writes the page, over an old one if it is there, whole or not at all.
     *
     * @throws IOException if that fails; the message is a sentence for the user, and what was there before still is
     */
    public void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(html().getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }
}
