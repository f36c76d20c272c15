package dev.carousel.cli;

import dev.carousel.check.CheckReport;
import dev.carousel.check.StandardChecks;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.TrainCommand;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code carousel check}: the proofs. */
@Command(
        name = "check",
        header = "Prove the gradients of every cell on this machine.",
        description = {
            "Compares every gradient with central differences in double precision, whole sequences with step by step,"
                    + " and the engine in float32 with the reference in double. Prints a table; the exit code is 1 if"
                    + " anything fails."
        },
        footer = {
            "  carousel check",
            "  carousel check --cell gru --verbose       every single parameter of the GRUs",
        })
final class Check extends Subcommand {

    @Option(order = -100, names = "--verbose", description = "Print every single number that was compared.")
    boolean verbose;

    @Option(
            order = -100,
            names = "--cell",
            paramLabel = "CELL",
            description = "Only checks with this word in their names, such as lstm (default: all).")
    Optional<String> cell = Optional.empty();

    @Option(
            order = -100,
            names = "--seed",
            paramLabel = "N",
            defaultValue = TrainCommand.DEFAULT_SEED,
            description = "The seed of the random weights and inputs (default: ${DEFAULT-VALUE}).")
    long seed;

    /** What a report calls cells whose kind is not in the name that it shows. */
    private static final Map<String, String> WORDS =
            Map.of("rglru", "rg-lru", "lnlstm", "lstm with layer normalisation");

    Check(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        long begun = System.nanoTime();
        List<CheckReport> reports =
                StandardChecks.all(seed).stream().map(this::chosen).toList();
        double seconds = (System.nanoTime() - begun) / 1e9;
        long rows = reports.stream().mapToLong(report -> report.rows().size()).sum();
        if (rows == 0) {
            throw mistake(
                    "--cell is '" + cell.orElse("") + "' but no cell is named like that; there are lstm, gru, rnn,"
                            + " indrnn, mgu, mingru, minlstm, sru, slstm, rglru and lnlstm.");
        }
        for (CheckReport report : reports) {
            if (!report.rows().isEmpty()) {
                table(report).lines().forEach(console::line);
                console.line("");
            }
        }
        long failed =
                reports.stream().mapToLong(report -> report.failures().size()).sum();
        console.line((failed == 0 ? "All " + Format.count(rows) + " arrays passed" : failed + " arrays FAILED") + " in "
                + Format.duration(seconds) + ", seed " + seed);
        figures.with("passed", failed == 0)
                .with("arrays", rows)
                .with("failed", failed)
                .with("seconds", seconds)
                .with("seed", seed);
        return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** A line for each layer where all is well, and for each array where something failed. */
    private String table(CheckReport report) {
        if (verbose) {
            return report.verboseTable();
        } else if (common.quiet) {
            return report.summary();
        }
        return report.passed() ? report.summaryTable() : report.table();
    }

    private CheckReport chosen(CheckReport report) {
        String word = cell.orElse("").toLowerCase(Locale.ROOT);
        // A kind is also the name of its reference, which a report shows: rglru is RG-LRU there.
        String name = WORDS.getOrDefault(word, word);
        return new CheckReport(
                report.title(),
                report.rows().stream()
                        .filter(row -> row.subject().toLowerCase(Locale.ROOT).contains(name))
                        .toList());
    }
}
