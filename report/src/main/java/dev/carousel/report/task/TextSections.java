package dev.carousel.report.task;

import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.HiddenUnits;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextIndicator;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.TextWriter;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.report.Section;
import dev.carousel.stream.Sampler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What a page shows of a network that predicts a text: what it writes, and what single hidden units do.
 *
 * <pre>{@code
 * List<Section> sections = TextSections.of(network, text.heldOut(0.9), 1);
 * }</pre>
 *
 * <p>It writes on the calling thread, {@value #WRITTEN} units at each of three temperatures.
 */
public final class TextSections {

    private static final double[] TEMPERATURES = {0.3, 0.7, 1};
    private static final int WRITTEN = 400;
    private static final int WATCHED = 1500;
    private static final int UNITS = 12;

    private TextSections() {}

    /**
     * Texts at several temperatures, and hidden units over the first {@value #WATCHED} units of what is held out. The units
     * are left out where fewer than two are held out.
     *
     * @param network trained on the units of the text: ids [T, N] to scores [T, N, V], V units
     * @param heldOut a part of the text that training has not seen; its text says what the units are
     * @param seed of what is drawn while it writes; the same seed gives the same texts
     * @throws IllegalArgumentException if the network reads or gives another number of units than the text has, or cannot write
     *     step by step because a layer of it goes backward
     */
    public static List<Section> of(Network network, TextData.Part heldOut, long seed) {
        PackedNetwork packed = network.pack();
        TextUnits units = heldOut.text().units();
        List<Section> sections = new ArrayList<>(List.of(samples(packed, units, seed)));
        if (heldOut.length() > 1) {
            sections.add(hidden(packed, heldOut));
        }
        return sections;
    }

    private static Section samples(PackedNetwork network, TextUnits units, long seed) {
        List<Section.Sample> samples = new ArrayList<>();
        for (double temperature : TEMPERATURES) {
            TextWriter writer = TextWriter.of(network, units);
            writer.begin();
            samples.add(new Section.Sample(
                    "temperature " + temperature,
                    "",
                    written(writer, units, Sampler.of(temperature), new SplittableRandom(seed))));
        }
        return new Section.Samples(
                "What it writes",
                "From nothing, " + WRITTEN + " " + units.name() + "s each, seed " + seed
                        + ". A low temperature takes what is likely, a high one is bold; 1 draws as the network predicts."
                        + (units instanceof ByteUnits
                                ? " A byte that is not part of a character in UTF-8 is shown by its value, such as \\xE9."
                                : ""),
                samples);
    }

    private static String written(TextWriter writer, TextUnits units, Sampler sampler, RandomGenerator random) {
        if (!(units instanceof ByteUnits)) {
            return writer.write(WRITTEN, sampler, random);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < WRITTEN; i++) {
            bytes.writeBytes(writer.nextBytes(sampler, random));
        }
        return ByteUnits.escaped(bytes.toByteArray());
    }

    private static Section hidden(PackedNetwork network, TextData.Part heldOut) {
        int[] ids = heldOut.ids();
        int[] shownIds = Arrays.copyOf(ids, Math.min(ids.length, WATCHED));
        HiddenUnits hidden = HiddenUnits.over(network, heldOut.text().units(), shownIds);
        List<HiddenUnits.Finding> findings = hidden.findings(UNITS);
        List<Section.Unit> shown = findings.stream()
                .map(finding -> new Section.Unit(
                        "layer " + finding.layer() + ", unit " + finding.unit(),
                        String.format(
                                Locale.ROOT, "%s: r = %.2f", finding.indicator().label(), finding.correlation()),
                        hidden.activation(finding.layer(), finding.unit())))
                .toList();
        Set<TextIndicator> followed = findings.stream()
                .map(HiddenUnits.Finding::indicator)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        String what = followed.stream().map(TextIndicator::label).collect(Collectors.joining(", "));
        return new Section.HiddenUnits(
                "What single hidden units do",
                "Over the beginning of the held-out text: the units whose activation tracks most closely something that a"
                        + " reader would recognise" + (what.isEmpty() ? "" : " (" + what + ")")
                        + ". r is the correlation; below 0 the unit does the opposite. With so many units, some follow"
                        + " something by chance."
                        + (beyondAscii(heldOut.text().units(), shownIds)
                                ? " Bytes above 127 are shown as characters of Latin-1, one for each step."
                                : ""),
                hidden.symbols(),
                shown);
    }

    private static boolean beyondAscii(TextUnits units, int[] ids) {
        return units instanceof ByteUnits && Arrays.stream(ids).anyMatch(id -> id > 127);
    }
}
