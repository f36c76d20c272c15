package dev.carousel.cli;

import dev.carousel.cell.Cells;
import dev.carousel.cli.BenchCase.Mode;
import dev.carousel.cli.BenchCase.Timing;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.command.ThreadsOption;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.timing.Shape;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code carousel bench}: how fast a recurrent layer is on this machine. */
@Command(
        name = "bench",
        header = "Time a recurrent layer on this machine.",
        description = {
            "infer: a whole sequence forward. train: forward, then backward for a given gradient of the output into the"
                    + " input, W, R and the biases. step: one step at a time, carrying the state; for N sessions at"
                    + " once if N is above 1. Warms up, then prints the median. Without --shape: a table over a grid of"
                    + " shapes."
        },
        footer = {
            "  carousel bench --cell lstm --mode train --shape 100,50,65,128 --threads 2",
            "  carousel bench --cell lstm --mode train --shape 100000,8,128,128",
            "      a sequence too long to keep, trained in segments",
            "  carousel bench --cell gru                  the grid, all modes",
            "  carousel bench --peak                      what the machine could do at best"
        })
final class Bench extends Subcommand {

    @Option(
            order = -100,
            names = "--cell",
            paramLabel = "CELL",
            description =
                    "lstm, gru, rnn, indrnn, mgu, mingru, minlstm, sru, slstm, rglru or lnlstm (default: lstm, gru and rnn).")
    Optional<String> cell = Optional.empty();

    @Option(order = -100, names = "--mode", paramLabel = "MODE", description = "infer, train or step (default: all).")
    Optional<Mode> mode = Optional.empty();

    @Option(
            order = -100,
            names = "--shape",
            paramLabel = "T,N,D,H",
            description = "Steps, sequences, inputs and units (default: a grid).")
    Optional<String> shape = Optional.empty();

    @Option(
            order = -100,
            names = "--segment",
            paramLabel = "STEPS",
            description =
                    "train: how many steps of a long sequence are kept at a time; each segment is computed again on the"
                            + " way back (default: all if they fit into half of Java's memory, else the root of T).")
    Optional<Integer> segment = Optional.empty();

    @Option(
            order = -100,
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "How long to measure each case, once warmed up (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            order = -100,
            names = "--peak",
            description =
                    "Also measure the machine's peak of multiply-adds, and print the share of it that is reached.")
    boolean peak;

    @Mixin
    ThreadsOption threads = new ThreadsOption();

    Bench(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireThreads(threads.threads);
        requirePositive("--seconds", seconds);
        segment.ifPresent(steps -> requireAtLeast("--segment", 1, steps));
        noteSlowKernels();
        List<BenchCase> cases = cases();
        figures.with("kernels", Kernels.best().name())
                .with("java", Runtime.version().feature())
                .with("threads", threads.threads);
        try (Team team = Team.of(threads.threads)) {
            Optional<Double> best =
                    peak || cases.size() > 1 ? Optional.of(Kernels.best().peak().gflops(team)) : Optional.empty();
            best.ifPresent(gflops -> {
                figures.with("peak_gflops", gflops);
                console.line("Peak of " + threads.threads + " thread(s): " + Format.fixed(gflops, 1) + " GFLOP/s");
            });
            console.line("Kernels: " + Kernels.best().name() + ", Java "
                    + Runtime.version().feature() + ", " + threads.threads + " thread(s)");
            List<Object> table = new ArrayList<>();
            for (BenchCase one : cases) {
                Timing timing = one.time(team, seconds);
                console.line(line(one, timing, best));
                Figures row = cases.size() == 1 ? figures : new Figures();
                row.with("cell", one.cell().kind())
                        .with("mode", one.mode().name().toLowerCase(Locale.ROOT))
                        .with("shape", one.shape().text())
                        .with("median_ms", timing.medianMillis())
                        .with("gflops", timing.gflops());
                if (one.segmented()) {
                    row.with("segment", one.segment());
                }
                best.ifPresent(gflops -> row.with("peak_share", timing.gflops() / gflops));
                table.add(row.toMap());
            }
            if (cases.size() > 1) {
                figures.with("cases", table);
            }
        }
        return ExitCode.OK;
    }

    private static String line(BenchCase one, Timing timing, Optional<Double> best) {
        String share = best.map(
                        gflops -> String.format(Locale.ROOT, "%5.1f %% of peak", 100 * timing.gflops() / gflops))
                .orElse("");
        String segments = one.segmented() ? "  in segments of " + one.segment() + " steps" : "";
        return String.format(
                Locale.ROOT,
                "%-7s %-6s %-26s %10.4f ms %8.1f GFLOP/s  %s%s",
                one.cell().kind(),
                one.mode().name().toLowerCase(Locale.ROOT),
                one.shape(),
                timing.medianMillis(),
                timing.gflops(),
                share,
                segments);
    }

    private List<BenchCase> cases() {
        List<Shape> shapes = shape.map(text -> List.of(shapeOf(text))).orElse(Shape.GRID);
        List<String> kinds = cell.map(List::of).orElse(List.of("lstm", "gru", "rnn"));
        List<BenchCase> cases = new ArrayList<>();
        for (String kind : kinds) {
            for (Shape one : shapes) {
                for (Mode each : mode.map(List::of).orElse(List.of(Mode.values()))) {
                    if (fits(each, one)) {
                        cases.add(BenchCase.of(cellOf(kind), each, one, segment));
                    }
                }
            }
        }
        if (cases.isEmpty()) {
            throw mistake("--mode step is for shapes of one step, such as 1,1,128,256.");
        }
        return cases;
    }

    private Shape shapeOf(String text) {
        try {
            return Shape.parse(text);
        } catch (IllegalArgumentException e) {
            throw mistake("--shape: " + e.getMessage());
        }
    }

    private dev.carousel.cell.Cell cellOf(String kind) {
        try {
            return Cells.of(kind);
        } catch (IllegalArgumentException e) {
            throw mistake("--cell: " + e.getMessage());
        }
    }

    /** In the grid, single steps are for {@code step} and the rest for the other modes; an explicit choice is honoured. */
    private boolean fits(Mode each, Shape one) {
        return (shape.isPresent() && mode.isPresent())
                ? each != Mode.STEP || one.steps() == 1
                : one.single() == (each == Mode.STEP);
    }
}
