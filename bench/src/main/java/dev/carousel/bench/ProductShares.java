package dev.carousel.bench;

import dev.carousel.cli.timing.Clock;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code products}: what the product kernels reach of this machine's peak. */
@Command(
        name = "products",
        mixinStandardHelpOptions = true,
        description = "The product kernels' GFLOP/s over a grid of sizes, and the share of this machine's peak of fused"
                + " multiply-adds, which is measured before, between and after, and the highest taken. The grid has 360"
                + " sizes; with the defaults it takes about two minutes on an idle machine.")
final class ProductShares implements Callable<Integer> {

    /** How many times as long as a size is measured the kernels are warmed up. */
    private static final double WARM_UP = 10;

    @Option(names = "--kinds", split = ",", description = "multiply, multiply_add, transposed (default: all).")
    List<ProductCase.Kind> kinds = List.of(ProductCase.Kind.values());

    @Option(names = "--threads", split = ",", description = "Numbers of threads (default: 1,2).")
    List<Integer> threads = List.of(1, 2);

    @Option(names = "--rows", split = ",", description = "Default: 64,128,256,512,1024.")
    List<Integer> rows = List.of(64, 128, 256, 512, 1024);

    @Option(names = "--depths", split = ",", description = "Default: 256,512,1024.")
    List<Integer> depths = List.of(256, 512, 1024);

    @Option(names = "--cols", split = ",", description = "Default: 512,1024,2048,4096.")
    List<Integer> cols = List.of(512, 1024, 2048, 4096);

    @Option(names = "--seconds", defaultValue = "0.1", description = "Of each size (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Spec
    CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        out.println(Machine.line());
        for (int count : threads) {
            try (Team team = Team.of(count)) {
                for (ProductCase.Kind kind : kinds) {
                    print(out, kind, team);
                }
            }
        }
        return 0;
    }

    private void print(PrintWriter out, ProductCase.Kind kind, Team team) {
        Kernels kernels = Kernels.best();
        Map<ProductCase, Double> gflops = new LinkedHashMap<>();
        Clock.warmUp(new ProductCase(kind, 128, 256, 512).prepared(kernels, team), WARM_UP * seconds);
        double peak = kernels.peak().gflops(team);
        for (int depth : depths) {
            for (int row : rows) {
                for (int col : cols) {
                    ProductCase one = new ProductCase(kind, row, depth, col);
                    gflops.put(one, one.operations() / Clock.medianNanos(one.prepared(kernels, team), seconds));
                }
            }
            peak = Math.max(peak, kernels.peak().gflops(team));
        }
        String name = kind.name().toLowerCase(Locale.ROOT);
        out.printf(Locale.ROOT, "%n%s, %d thread(s): GFLOP/s, %% of the peak %.1f%n", name, team.threads(), peak);
        out.printf("%-16s", "rows x depth");
        cols.forEach(col -> out.printf("%16s", "cols " + col));
        out.println();
        for (int depth : depths) {
            for (int row : rows) {
                out.printf("%-16s", row + " x " + depth);
                for (int col : cols) {
                    double reached = gflops.getOrDefault(new ProductCase(kind, row, depth, col), Double.NaN);
                    out.printf(Locale.ROOT, "%8.1f %5.1f %%", reached, 100 * reached / peak);
                }
                out.println();
            }
        }
        List<Double> shares = new ArrayList<>();
        for (double reached : gflops.values()) {
            shares.add(reached / peak);
        }
        double mean = Averages.geometricMean(
                shares.stream().mapToDouble(Double::doubleValue).toArray());
        double least = shares.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        out.printf(Locale.ROOT, "geometric mean %.1f %%, least %.1f %%%n", 100 * mean, 100 * least);
        out.flush();
    }
}
