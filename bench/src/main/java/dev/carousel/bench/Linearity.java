package dev.carousel.bench;

import dev.carousel.cli.timing.Clock;
import dev.carousel.cli.timing.Shape;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code linear}: whether time grows as T and N do. */
@Command(
        name = "linear",
        mixinStandardHelpOptions = true,
        description = "The time of a layer of 128 inputs and 128 units over steps T and over sequences N, each for one"
                + " step of one sequence, and how far each is from their median. With the defaults it takes about two"
                + " minutes on an idle machine.")
final class Linearity implements Callable<Integer> {

    private static final int SIZE = 128;

    @Option(names = "--cells", split = ",", description = "lstm, gru, rnn (default: lstm).")
    List<String> cells = List.of("lstm");

    @Option(names = "--works", split = ",", description = "infer, train (default: both).")
    List<Work> works = List.of(Work.INFER, Work.TRAIN);

    @Option(names = "--steps", split = ",", description = "T, for N = 64 (default: 50,100,200,400,800,1600).")
    List<Integer> steps = List.of(50, 100, 200, 400, 800, 1600);

    @Option(names = "--batches", split = ",", description = "N, for T = 100 (default: 16,32,64,128,256,512).")
    List<Integer> batches = List.of(16, 32, 64, 128, 256, 512);

    @Option(names = "--threads", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    int threads;

    @Option(names = "--seconds", defaultValue = "0.5", description = "Of each size (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Spec
    CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        out.println(Machine.line() + ", " + threads + " thread(s)");
        for (String cell : cells) {
            for (Work work : works) {
                List<Shape> overT =
                        steps.stream().map(T -> new Shape(T, 64, SIZE, SIZE)).toList();
                List<Shape> overN =
                        batches.stream().map(N -> new Shape(100, N, SIZE, SIZE)).toList();
                print(out, "T", cell, work, overT);
                print(out, "N", cell, work, overN);
            }
        }
        return 0;
    }

    private void print(PrintWriter out, String over, String cell, Work work, List<Shape> shapes) {
        double[] each = new double[shapes.size()];
        double[] millis = new double[shapes.size()];
        for (int i = 0; i < each.length; i++) {
            LayerCase one = new LayerCase(cell, work, shapes.get(i));
            LayerData data = LayerData.of(one);
            LayerCheck.againstScalarKernels(one, data);
            try (TimedLayer layer = CarouselEngine.best().open(one, data, threads)) {
                Clock.warmUp(layer::run, seconds / 2);
                double nanos = Clock.medianNanos(layer::run, seconds);
                millis[i] = nanos * 1e-6;
                each[i] = nanos / one.shape().steps() / one.shape().batchSize();
            }
        }
        double middle = Averages.median(each);
        out.printf(
                "%n%s %s over %s%n%-24s %12s %18s %12s%n",
                cell, work.name().toLowerCase(Locale.ROOT), over, "shape", "ms", "ns a step and row", "off");
        double most = 0;
        for (int i = 0; i < each.length; i++) {
            double off = each[i] / middle - 1;
            most = Math.max(most, Math.abs(off));
            out.printf(Locale.ROOT, "%-24s %12.3f %18.1f %+10.1f %%%n", shapes.get(i), millis[i], each[i], 100 * off);
        }
        out.printf(Locale.ROOT, "at most %.1f %% off%n", 100 * most);
        out.flush();
    }
}
