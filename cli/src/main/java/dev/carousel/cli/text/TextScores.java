package dev.carousel.cli.text;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.Progress;
import dev.carousel.data.text.TextBaselines;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How well a text model predicts a part of a text, in words and figures.
 *
 * @param part what was predicted
 * @param loss how well
 * @param baselines what it has to beat, where the part that it learned from is known
 */
record TextScores(TextData.Part part, TextLoss loss, Optional<TextBaselines> baselines) {

    /** Counting shorter texts takes no second. */
    private static final int BAR_FROM_UNITS = 1_000_000;

    static TextScores of(Subcommand command, double loss, TextData.Part part, Optional<TextData.Part> training) {
        return new TextScores(part, TextLoss.of(loss, part), training.map(learned -> counted(command, learned, part)));
    }

    /** The baselines; a bar shows how far the counting of a long text is. */
    private static TextBaselines counted(Subcommand command, TextData.Part training, TextData.Part part) {
        if (training.length() < BAR_FROM_UNITS) {
            return TextBaselines.of(training, part);
        }
        try (Progress progress = command.progress(training.text().units().name() + "s", training.length())) {
            progress.label("counting");
            AtomicLong shown = new AtomicLong();
            return TextBaselines.of(
                    training, part, counted -> progress.advance(counted - shown.getAndSet(counted), Double.NaN));
        }
    }

    /** The result, a label before each line. */
    List<String> lines(String label) {
        String unit = part.text().units().name();
        List<String> lines = new ArrayList<>();
        String first = label + " ".repeat(Math.max(2, 10 - label.length()));
        String indent = " ".repeat(first.length());
        lines.add(first + Format.fixed(loss.loss(), 4) + " nats a " + unit + " (" + Format.fixed(loss.bits(), 4)
                + " bits), perplexity " + Format.figure(loss.perplexity()));
        boolean characters = unit.equals("character");
        boolean ascii = loss.bytes() == loss.characters();
        if (!characters || !ascii) {
            lines.add(indent + Format.fixed(loss.bitsPerCharacter(), 4) + " bits a character, "
                    + Format.fixed(loss.bitsPerByte(), 4) + " bits a byte"
                    + (part.unknown() > 0
                            ? "; " + Format.percent(part.unknown() / (double) part.length()) + " unknown " + unit + "s"
                            : ""));
        }
        baselines.ifPresent(one -> lines.add("counting" + " ".repeat(Math.max(2, first.length() - 8))
                + Format.fixed(one.unigram(), 4) + " nats a " + unit + " by how often each occurs, "
                + Format.fixed(one.bigram(), 4) + " by the " + unit + " before, " + Format.fixed(one.ngram(), 4) + " ("
                + Format.fixed(one.ngram() / Math.log(2), 4) + " bits) by the " + (one.order() - 1) + " before ("
                + one.order() + "-grams)"));
        return lines;
    }

    void addTo(Figures figures) {
        figures.with("perplexity", loss.perplexity())
                .with("bits", loss.bits())
                .with("bits_per_character", loss.bitsPerCharacter())
                .with("bits_per_byte", loss.bitsPerByte())
                .with("units", part.length())
                .with("unit", part.text().units().name())
                .with("characters", part.characters())
                .with("unknown", part.unknown());
        baselines.ifPresent(one -> figures.with("unigram_loss", one.unigram())
                .with("bigram_loss", one.bigram())
                .with("ngram_loss", one.ngram())
                .with("ngram_bits", one.ngram() / Math.log(2))
                .with("ngram_order", one.order()));
    }
}
