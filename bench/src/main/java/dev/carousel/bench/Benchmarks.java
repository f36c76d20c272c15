package dev.carousel.bench;

import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The tables, and JMH: {@code jmh} takes JMH's own options. */
@Command(
        name = "carousel-bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures Carousel. Without a command below: jmh, followed by JMH's own options; it says itself how long it"
                        + " will take, which is ten seconds and more for each benchmark and set of parameters.",
        subcommands = {
            PeerComparison.class,
            ProductShares.class,
            Linearity.class,
            PoolRates.class,
            LoadServer.class,
            FirstSteps.class,
            VocabularyRates.class
        })
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs a command.
     *
     * @throws IOException if JMH cannot write its results
     * @throws RunnerException if a benchmark fails
     */
    public static void main(String[] args) throws IOException, RunnerException {
        if (args.length > 0 && args[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        CommandLine line = new CommandLine(new Benchmarks());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(line.execute(args.length == 0 ? new String[] {"--help"} : args));
    }
}
