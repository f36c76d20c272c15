package dev.carousel.report;

import dev.carousel.report.Section.AttentionMap;
import dev.carousel.report.Section.AttentionMaps;
import dev.carousel.report.Section.Confusion;
import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Facts;
import dev.carousel.report.Section.Forecast;
import dev.carousel.report.Section.HiddenUnits;
import dev.carousel.report.Section.Interval;
import dev.carousel.report.Section.Line;
import dev.carousel.report.Section.Mistake;
import dev.carousel.report.Section.Mistakes;
import dev.carousel.report.Section.Sample;
import dev.carousel.report.Section.Samples;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;
import dev.carousel.report.Section.Unit;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A page with a section of every kind. */
final class Pages {

    private Pages() {}

    /**
     * All kinds of sections.
     *
     * @param word stands wherever a user's data could put a text
     */
    static List<Section> everyKind(String word) {
        return List.of(
                new Summary("Summary", "", Map.of("label " + word, "1.25 nats")),
                curves(word),
                forecast(word),
                confusion(word),
                mistakes(word),
                new AttentionMaps(
                        "Attention " + word,
                        "Where it looked.",
                        List.of(new AttentionMap(
                                "a b " + word, List.of("a", " ", word), List.of(word, "end"), new float[][] {
                                    {0.25f, 0.5f, 0.25f}, {0, 0, 1}
                                }))),
                new Samples(
                        "Samples " + word,
                        "Written with a temperature of 0.8.",
                        List.of(new Sample(
                                "temperature 0.8 " + word, "To be, " + word, " or not.\nThat is the question."))),
                hiddenUnits(word),
                new Table(
                        "Errors " + word,
                        "",
                        List.of("", "MAE", "note"),
                        List.of(List.of("network", "1.25", word), List.of("last value", "12.5", "naive"))),
                new Facts("Where it comes from", "", Map.of("command " + word, word)));
    }

    private static Section curves(String word) {
        double[] epochs = IntStream.rangeClosed(1, 20).asDoubleStream().toArray();
        double[] training = Arrays.stream(epochs).map(e -> 1.2 + 3 / e).toArray();
        double[] heldOut =
                Arrays.stream(epochs).map(e -> 1.4 + 2.9 / e + 0.01 * e).toArray();
        heldOut[2] = Double.NaN;
        return new Curves(
                "Loss " + word,
                "Each batch before its update. " + word,
                Axis.of("epoch"),
                Axis.of("loss", "nats " + word),
                epochs,
                List.of(new Line("training", training), new Line("held out " + word, heldOut)));
    }

    private static Section forecast(String word) {
        int context = 96;
        int n = context + 24;
        double[] truth = new double[n];
        double[] point = new double[n];
        double[] naive = new double[n];
        double[] low = new double[n];
        double[] high = new double[n];
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            steps.add(LocalDateTime.of(2016, 7, 1, 0, 0).plusHours(i).toString().replace('T', ' '));
            truth[i] = 20 + 6 * Math.sin(i * Math.PI / 12) + Math.sin(i * 1.7);
            boolean ahead = i >= context;
            double guess = 20.4 + 5.6 * Math.sin(i * Math.PI / 12 + 0.1);
            double width = 0.6 + 0.12 * (i - context);
            point[i] = ahead ? guess : Double.NaN;
            naive[i] = ahead ? truth[i - 24] : Double.NaN;
            low[i] = ahead ? guess - width : Double.NaN;
            high[i] = ahead ? guess + width : Double.NaN;
        }
        double[] lower = Arrays.stream(low).map(v -> v - 1.2).toArray();
        double[] upper = Arrays.stream(high).map(v -> v + 1.2).toArray();
        return new Forecast(
                "Forecast " + word,
                "From the last hour of the test.",
                Axis.of("time"),
                Axis.of("oil temperature", "°C"),
                steps,
                context,
                truth,
                List.of(new Line("network " + word, point), new Line("24 hours ago", naive)),
                List.of(new Interval("95 %", lower, upper), new Interval("80 %", low, high)));
    }

    private static Section confusion(String word) {
        return new Confusion(
                "Confusion " + word,
                "Of the test file.",
                List.of("standing", "running", "walking", "badminton " + word),
                new long[][] {{10, 0, 0, 0}, {0, 9, 1, 0}, {0, 2, 8, 0}, {1, 0, 0, 1234}});
    }

    private static Section mistakes(String word) {
        double[] wave = IntStream.range(0, 100)
                .mapToDouble(i -> Math.sin(i / 5.0) * i / 50)
                .toArray();
        double[] other =
                IntStream.range(0, 100).mapToDouble(i -> Math.cos(i / 7.0)).toArray();
        return new Mistakes(
                "Worst mistakes " + word,
                "By the loss of each.",
                "loss " + word,
                List.of(
                        Mistake.ofText("12 " + word, "A fine film, " + word, "good", "bad " + word, 4.2),
                        Mistake.ofSignals("17", List.of(wave, other), "running", "walking", 3.1)));
    }

    private static Section hiddenUnits(String word) {
        String text =
                "She said: \"I am here.\" He did not hear.\n\"Where?\" he asked, and she said: \"" + word + "\"\n";
        List<String> symbols = text.codePoints().mapToObj(Character::toString).toList();
        float[] quotes = new float[symbols.size()];
        float[] length = new float[symbols.size()];
        boolean inside = false;
        int since = 0;
        for (int i = 0; i < quotes.length; i++) {
            inside ^= symbols.get(i).equals("\"");
            since = symbols.get(i).equals("\n") ? 0 : since + 1;
            quotes[i] = inside ? 0.9f : -0.7f;
            length[i] = Math.min(1, since / 40f) * 2 - 1;
        }
        return new HiddenUnits(
                "Hidden units " + word,
                "After each character.",
                symbols,
                List.of(
                        new Unit("layer 2, unit 17", "follows quotes " + word, quotes),
                        new Unit("layer 1, unit 3", "length of the line", length)));
    }
}
