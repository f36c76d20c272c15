package dev.carousel.cli;

import dev.carousel.check.NetworkDifference;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.network.Network;
import dev.carousel.spec.NetworkSpec;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel compare}: whether two models are the same function. */
@Command(
        name = "compare",
        header = "Run two models on the same random inputs, and report how far they differ.",
        description = {
            "The models may be of different formats. Each input is a batch of sequences of different",
            "lengths with a random initial state; the outputs and the final states are compared."
        },
        footer = {
            "  carousel compare model.pt model.safetensors --inputs 100",
            "  carousel compare model.pt model.onnx --inputs 100 --tolerance 1e-5"
        })
final class Compare extends Subcommand {

    @Parameters(index = "0", paramLabel = "A", description = "A model.")
    Path fileA = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    Path fileB = Path.of("");

    @Option(
            order = -90,
            names = "--inputs",
            paramLabel = "N",
            description = "How many random inputs (default: ${DEFAULT-VALUE}).")
    int inputs = 10;

    @Option(
            order = -90,
            names = "--tolerance",
            paramLabel = "X",
            description = "Fail, with exit code 1, if they differ by more.")
    Optional<Double> tolerance = Optional.empty();

    @Option(
            order = -90,
            names = "--seed",
            paramLabel = "N",
            description = "The seed of the inputs (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Mixin
    ImportChoices choices = new ImportChoices();

    Compare(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireAtLeast("--inputs", 1, inputs);
        tolerance.ifPresent(most -> requirePositive("--tolerance", most));
        Network a = choices.network(this, fileA);
        Network b = choices.network(this, fileB);
        requireAlike(a.spec(), b.spec());
        NetworkDifference found = NetworkDifference.of(a, b, inputs, seed);
        if (!found.states()) {
            note("note: the states of the models are of different shapes; they begin fresh, and outputs alone are"
                    + " compared");
        }
        boolean tooFar = tolerance.isPresent() && !(found.largest() <= tolerance.get());
        console.line("largest difference: " + String.format(Locale.ROOT, "%.3g", found.largest())
                + (found.where().isEmpty() ? "" : " (" + found.where() + ")"));
        figures.with("inputs", inputs)
                .with("largest_difference", found.largest())
                .with("seed", seed);
        return tooFar ? ExitCode.FAILED : ExitCode.OK;
    }

    private void requireAlike(NetworkSpec a, NetworkSpec b) {
        if (!NetworkDifference.comparable(a, b)) {
            throw mistake("The models cannot be compared: " + fileA + " reads " + reads(a) + " and gives "
                    + a.outputSize() + " numbers a step, " + fileB + " reads " + reads(b) + " and gives "
                    + b.outputSize() + ".");
        }
    }

    private static String reads(NetworkSpec spec) {
        return spec.inputSize() + (spec.readsIds() ? " kinds of id" : " numbers");
    }
}
