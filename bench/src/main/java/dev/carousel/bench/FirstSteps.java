package dev.carousel.bench;

import dev.carousel.cell.Cells;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import dev.carousel.train.Seeds;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code first}: how long the first steps of a service take, in a JVM that has done nothing before. */
@Command(
        name = "first",
        mixinStandardHelpOptions = true,
        description =
                "The first steps of a session in JVMs that have just begun, in turn with vector kernels, with vector"
                        + " kernels that were warmed, and with scalar ones; medians over the rounds.")
final class FirstSteps implements Callable<Integer> {

    /** How a JVM is started: its kernels, and whether they are warmed. */
    private enum Kind {
        vector,
        warmed,
        scalar
    }

    @Option(names = "--cell", defaultValue = "lstm", description = "Its kind (default: ${DEFAULT-VALUE}).")
    String cell = "lstm";

    @Option(
            names = "--inputs",
            defaultValue = "32",
            description = "D, numbers of an event (default: ${DEFAULT-VALUE}).")
    int inputs;

    @Option(names = "--units", defaultValue = "64", description = "H (default: ${DEFAULT-VALUE}).")
    int units;

    @Option(names = "--steps", defaultValue = "1000", description = "That are timed (default: ${DEFAULT-VALUE}).")
    int steps;

    @Option(names = "--rounds", defaultValue = "5", description = "JVMs of each kind (default: ${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--here",
            hidden = true,
            description =
                    "Takes the steps in this JVM and prints the nanoseconds of the first, of all, and of one when warm.")
    boolean here;

    @Option(names = "--warm", hidden = true, description = "Warms the kernels before.")
    boolean warm;

    @Spec
    CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = command.commandLine().getOut();
        if (here) {
            out.println(Arrays.stream(take()).mapToObj(Long::toString).collect(Collectors.joining(" ")));
            return 0;
        }
        out.println(Machine.line());
        Kind[] kinds = Kind.values();
        long[][][] nanos = new long[kinds.length][3][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int k = 0; k < kinds.length; k++) {
                long[] found = start(kinds[k]);
                for (int i = 0; i < found.length; i++) {
                    nanos[k][i][round] = found[i];
                }
            }
        }
        for (int k = 0; k < kinds.length; k++) {
            out.printf(
                    Locale.ROOT,
                    "%-7s first step %,9.1f µs   first %,d steps %7.1f ms   a step when warm %6.2f µs%n",
                    kinds[k],
                    median(nanos[k][0]) / 1e3,
                    steps,
                    median(nanos[k][1]) / 1e6,
                    median(nanos[k][2]) / 1e3);
        }
        return 0;
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The figures of a JVM of its own. */
    private long[] start(Kind kind) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path")));
        if (kind == Kind.scalar) {
            line.add("-Ddev.carousel.kernels=scalar");
        }
        line.addAll(List.of(
                Benchmarks.class.getName(),
                "first",
                "--here",
                "--cell=" + cell,
                "--inputs=" + inputs,
                "--units=" + units,
                "--steps=" + steps));
        if (kind == Kind.warmed) {
            line.add("--warm");
        }
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("A JVM with " + kind + " kernels ended with " + process.exitValue() + ".");
        }
        return Arrays.stream(printed.strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /** In this JVM: nanoseconds of the first step, of all that are timed, and the median of one afterwards. */
    private long[] take() {
        PackedNetwork network = Network.initialised(
                        NetworkSpec.of(Recurrent.of(Cells.of(cell), inputs, units)), new Seeds(1).initialisation())
                .pack();
        if (warm) {
            Session.warm(network, Duration.ofSeconds(60));
        }
        Session session = Session.of(network);
        float[] x = new float[inputs];
        for (int d = 0; d < inputs; d++) {
            x[d] = (float) Math.sin(d);
        }
        float[] y = new float[units];
        long begin = System.nanoTime();
        session.step(x, y);
        long first = System.nanoTime() - begin;
        for (int i = 1; i < steps; i++) {
            session.step(x, y);
        }
        long all = System.nanoTime() - begin;
        for (int i = 0; i < 200_000; i++) {
            session.step(x, y);
        }
        long[] warmed = new long[1001];
        for (int i = 0; i < warmed.length; i++) {
            long before = System.nanoTime();
            session.step(x, y);
            warmed[i] = System.nanoTime() - before;
        }
        return new long[] {first, all, (long) median(warmed)};
    }
}
