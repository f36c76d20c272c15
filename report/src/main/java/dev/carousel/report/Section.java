package dev.carousel.report;

import dev.carousel.model.Provenance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of a page: values only; how they are drawn is the {@link Report}'s.
 *
 * <p>Every section has a title, which is its name on the page and must be different from that of the others, and a note: a
 * sentence or two that say what is seen and how it was made; it may be empty. Text may hold any characters. Lists are
 * copied, arrays are not. A number that is not finite is a gap.
 */
public sealed interface Section {

    /** The heading. */
    String title();

    /** A sentence or two below the heading; may be empty. */
    String note();

    /**
     * One line of a chart.
     *
     * @param name as the legend has it
     * @param values one for each place on the horizontal axis
     * @param faint whether it is one of many alike in a forecast, such as sampled paths: drawn thin, in one colour, without an entry in the legend
     */
    record Line(String name, double[] values, boolean faint) {

        /** A line with its colour and its name in the legend. */
        public Line(String name, double[] values) {
            this(name, values, false);
        }
    }

    /**
     * Lines over a common horizontal axis: losses, rates, norms.
     *
     * @param across the horizontal axis
     * @param up the vertical axis
     * @param places the places on the horizontal axis, ascending
     * @param lines with as many values each
     */
    record Curves(String title, String note, Axis across, Axis up, double[] places, List<Line> lines)
            implements Section {

        /** Checks the lengths. */
        public Curves {
            lines = List.copyOf(lines);
            for (Line line : lines) {
                requireLength(title, line.name(), places.length, line.values().length);
            }
            for (int i = 1; i < places.length; i++) {
                if (!(places[i] > places[i - 1])) {
                    throw new IllegalArgumentException("Curves \"" + title + "\": the places must ascend, but place "
                            + i + " is " + places[i] + " after " + places[i - 1] + ".");
                }
            }
        }
    }

    /**
     * Where a forecast says that the truth lies, with some probability.
     *
     * @param name such as {@code 80 %}
     * @param lower one for each step of the chart
     * @param upper one for each step of the chart
     */
    record Interval(String name, double[] lower, double[] upper) {}

    /**
     * A forecast against the truth, and what came before it.
     *
     * @param across the horizontal axis
     * @param up the vertical axis
     * @param steps what stands at each step of the horizontal axis: dates, or numbers of rows
     * @param origin the index of the first step that is forecast; those before were read
     * @param truth what was, for each step; NaN where it is not known
     * @param forecasts what was forecast, such as by the network and by a naive method; NaN before the origin
     * @param intervals the widest first; NaN before the origin
     */
    record Forecast(
            String title,
            String note,
            Axis across,
            Axis up,
            List<String> steps,
            int origin,
            double[] truth,
            List<Line> forecasts,
            List<Interval> intervals)
            implements Section {

        /** Checks the lengths. */
        public Forecast {
            steps = List.copyOf(steps);
            forecasts = List.copyOf(forecasts);
            intervals = List.copyOf(intervals);
            requireLength(title, "the truth", steps.size(), truth.length);
            for (Line line : forecasts) {
                requireLength(title, line.name(), steps.size(), line.values().length);
            }
            for (Interval interval : intervals) {
                requireLength(title, interval.name(), steps.size(), interval.lower().length);
                requireLength(title, interval.name(), steps.size(), interval.upper().length);
            }
            if (origin < 0 || origin > steps.size()) {
                throw new IllegalArgumentException("Forecast \"" + title + "\": the origin is " + origin
                        + " but must lie in the " + steps.size() + " steps.");
            }
        }
    }

    /**
     * How often each label was taken for each.
     *
     * @param labels in the order of rows and columns
     * @param counts [truth, predicted]
     */
    record Confusion(String title, String note, List<String> labels, long[][] counts) implements Section {

        /** Checks the shape. */
        public Confusion {
            labels = List.copyOf(labels);
            requireLength(title, "the matrix", labels.size(), counts.length);
            for (long[] row : counts) {
                requireLength(title, "a row of the matrix", labels.size(), row.length);
            }
        }
    }

    /**
     * One thing that was taken for another.
     *
     * @param name what it is called: a number, a file, a date
     * @param text its text, or the part that matters; may be empty
     * @param signals its channels, [channels][steps], drawn small; may be empty
     * @param truth its label, or the number that was
     * @param predicted what it was taken for, or the number that was forecast
     * @param measure how bad it is, such as the loss or the probability of what was predicted
     */
    record Mistake(String name, String text, List<double[]> signals, String truth, String predicted, double measure) {

        /** Takes a copy of the list. */
        public Mistake {
            signals = List.copyOf(signals);
        }

        /** A mistake about a text. */
        public static Mistake ofText(String name, String text, String truth, String predicted, double measure) {
            return new Mistake(name, text, List.of(), truth, predicted, measure);
        }

        /** A mistake about a sequence of numbers. */
        public static Mistake ofSignals(
                String name, List<double[]> signals, String truth, String predicted, double measure) {
            return new Mistake(name, "", signals, truth, predicted, measure);
        }
    }

    /**
     * The worst mistakes.
     *
     * @param measure what the number of each is called
     * @param mistakes the worst first
     */
    record Mistakes(String title, String note, String measure, List<Mistake> mistakes) implements Section {

        /** Takes a copy of the list. */
        public Mistakes {
            mistakes = List.copyOf(mistakes);
        }
    }

    /**
     * One text that a network wrote.
     *
     * @param name such as {@code temperature 0.8}
     * @param prompt what it was given; may be empty
     * @param text what it wrote after that
     */
    record Sample(String name, String prompt, String text) {}

    /** Texts that a network wrote. */
    record Samples(String title, String note, List<Sample> samples) implements Section {

        /** Takes a copy of the list. */
        public Samples {
            samples = List.copyOf(samples);
        }
    }

    /**
     * One hidden unit over a text.
     *
     * @param name such as {@code layer 1, unit 17}
     * @param note what it seems to follow; may be empty
     * @param values its value after each symbol of the text, between -1 and 1
     */
    record Unit(String name, String note, float[] values) {}

    /**
     * Single hidden units over a text: a colour behind each symbol, the unit to be chosen on the page.
     *
     * @param symbols the text, cut into what the network reads at a step: characters, bytes or words
     * @param units those that can be chosen, the most telling first
     */
    record HiddenUnits(String title, String note, List<String> symbols, List<Unit> units) implements Section {

        /** Checks the lengths. */
        public HiddenUnits {
            symbols = List.copyOf(symbols);
            units = List.copyOf(units);
            for (Unit unit : units) {
                requireLength(title, unit.name(), symbols.size(), unit.values().length);
            }
        }
    }

    /**
     * Where a network looked as it wrote a sequence for another.
     *
     * @param name of the sequence, such as a place in a file
     * @param read the units that were read, from left to right
     * @param written the units that were written, from top to bottom
     * @param shares for each that was written a share for each that was read, 1 in all
     */
    record AttentionMap(String name, List<String> read, List<String> written, float[][] shares) {}

    /** Pictures of where a network looked: a row for each unit that was written, the darker the more it looked there. */
    record AttentionMaps(String title, String note, List<AttentionMap> maps) implements Section {

        /** Checks the shapes. */
        public AttentionMaps {
            maps = List.copyOf(maps);
            for (AttentionMap map : maps) {
                requireLength(title, map.name(), map.written().size(), map.shares().length);
                for (float[] row : map.shares()) {
                    requireLength(title, "a row of " + map.name(), map.read().size(), row.length);
                }
            }
        }
    }

    /**
     * A table. Columns whose cells are all numbers are drawn as such.
     *
     * @param headings one for each column
     * @param rows with as many cells each
     */
    record Table(String title, String note, List<String> headings, List<List<String>> rows) implements Section {

        /** Takes copies and checks the lengths. */
        public Table {
            headings = List.copyOf(headings);
            List<List<String>> copies = new ArrayList<>();
            for (List<String> row : rows) {
                requireLength(title, "a row", headings.size(), row.size());
                copies.add(List.copyOf(row));
            }
            rows = Collections.unmodifiableList(copies);
        }
    }

    /** The few figures that matter most, drawn large: their names and values with units. */
    record Summary(String title, String note, Map<String, String> figures) implements Section {

        /** Takes a copy, in the same order. */
        public Summary {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }

    /** Names and what they stand for, such as where a model comes from. */
    record Facts(String title, String note, Map<String, String> facts) implements Section {

        /** Takes a copy, in the same order. */
        public Facts {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }

        /** Where a model comes from: command, seed, data with their checksums, versions. */
        public static Facts of(Provenance provenance) {
            Map<String, String> facts = new LinkedHashMap<>();
            if (!provenance.command().isEmpty()) {
                facts.put("command", provenance.command());
            }
            provenance.seed().ifPresent(seed -> facts.put("seed", String.valueOf(seed)));
            for (Provenance.Data data : provenance.data()) {
                facts.put("data " + data.name(), data.bytes() + " bytes, SHA-256 " + data.sha256());
            }
            facts.put("Carousel", provenance.software().carousel());
            facts.put("Java", provenance.software().java());
            facts.put("kernels", provenance.software().kernels());
            return new Facts("Where it comes from", "What one needs to train the same model again.", facts);
        }
    }

    private static void requireLength(String title, String what, int expected, int found) {
        if (found != expected) {
            throw new IllegalArgumentException("Section \"" + title + "\": " + what + " has " + found + " values but "
                    + expected + " are needed.");
        }
    }
}
