package dev.carousel.bench;

import dev.carousel.cli.timing.Clock;
import dev.carousel.cli.timing.Shape;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code compare}: another library and Carousel, in turn, in this JVM, on the same layers. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description =
                "Times a peer and Carousel in turn, with the same weights, inputs and number of threads, once their"
                        + " results agree, and prints the peer's time over ours: above 1, Carousel is faster. A case takes"
                        + " some 20 times --seconds, long ones more: with the defaults about five minutes where the peer"
                        + " only infers, a quarter of an hour where it trains.")
final class PeerComparison implements Callable<Integer> {

    @Option(names = "--peer", description = "Default: onnxruntime.")
    String peer = "onnxruntime";

    @Option(names = "--cells", split = ",", description = "lstm, gru, rnn (default: all).")
    List<String> cells = List.of("lstm", "gru", "rnn");

    @Option(names = "--works", split = ",", description = "step, infer, train (default: what the peer can do).")
    List<Work> works = List.of(Work.STEP, Work.INFER, Work.TRAIN);

    @Option(names = "--shapes", split = ";", description = "T,N,D,H;... (default: a grid).")
    List<String> shapes = List.of();

    @Option(names = "--threads", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    int threads;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Of which the median is taken (default: ${DEFAULT-VALUE}).")
    int rounds;

    @Option(names = "--seconds", defaultValue = "0.3", description = "Of each in a round (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Spec
    CommandSpec command;

    /** One line of the table: the peer's time and ours, in milliseconds. */
    private record Row(LayerCase one, double theirs, double ours) {

        double ratio() {
            return theirs / ours;
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        Engine other = Engines.of(peer);
        out.println(Machine.line() + ", " + threads + " thread(s); " + other.name() + " " + other.version());
        List<Row> rows = new ArrayList<>();
        for (LayerCase one : cases()) {
            if (other.knows(one)) {
                Row row = time(one, other);
                rows.add(row);
                double gflops = one.operations() / row.ours() * 1e-6;
                out.printf(
                        Locale.ROOT,
                        "%-36s %s %10.4f ms  carousel %10.4f ms %7.1f GFLOP/s  ratio %6.2f%n",
                        one,
                        other.name(),
                        row.theirs(),
                        row.ours(),
                        gflops,
                        row.ratio());
                out.flush();
            }
        }
        for (Work work : works) {
            for (String cell : cells) {
                List<Row> some = rows.stream()
                        .filter(row ->
                                row.one().work() == work && row.one().cell().equals(cell))
                        .toList();
                summary(out, work.name().toLowerCase(Locale.ROOT) + " " + cell, some);
            }
        }
        summary(out, "all", rows);
        return 0;
    }

    private List<LayerCase> cases() {
        if (shapes.isEmpty()) {
            return LayerCase.grid(cells, works);
        }
        List<LayerCase> cases = new ArrayList<>();
        for (String cell : cells) {
            for (String shape : shapes) {
                for (Work work : works) {
                    Shape sizes = Shape.parse(shape);
                    if (sizes.steps() == 1 || work != Work.STEP) {
                        cases.add(new LayerCase(cell, work, sizes));
                    }
                }
            }
        }
        return cases;
    }

    private Row time(LayerCase one, Engine other) {
        LayerData data = LayerData.of(one);
        LayerCheck.againstScalarKernels(one, data);
        try (TimedLayer theirs = other.open(one, data, threads);
                TimedLayer ours = CarouselEngine.best().open(one, data, threads)) {
            LayerCheck.agree(one, "carousel", ours, other.name(), theirs);
            double[] theirMillis = new double[rounds];
            double[] ourMillis = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                theirMillis[round] = millis(theirs);
                ourMillis[round] = millis(ours);
            }
            return new Row(one, Averages.median(theirMillis), Averages.median(ourMillis));
        }
    }

    /** The warm-up also lets the threads of the other engine come to rest, which may spin for a while. */
    private double millis(TimedLayer layer) {
        Clock.warmUp(layer::run, seconds / 2);
        return Clock.medianNanos(layer::run, seconds) * 1e-6;
    }

    private static void summary(PrintWriter out, String what, List<Row> rows) {
        if (!rows.isEmpty()) {
            double[] ratios = rows.stream().mapToDouble(Row::ratio).toArray();
            double least = rows.stream().mapToDouble(Row::ratio).min().orElse(Double.NaN);
            out.printf(
                    Locale.ROOT,
                    "%-12s geometric mean %6.2f  least %6.2f%n",
                    what,
                    Averages.geometricMean(ratios),
                    least);
        }
    }
}
