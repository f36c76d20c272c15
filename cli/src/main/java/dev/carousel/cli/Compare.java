package dev.carousel.cli;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel compare}: whether two models are the same function. */
@Command(
        name = "compare",
        header = "Run two models on the same random inputs, and tell how far they differ.",
        description = {
            "The models may be of different formats. Each input is a batch of sequences of different",
            "lengths with a random initial state; compared are the outputs and the final states."
        },
        footer = {
            "  carousel compare model.pt model.safetensors --inputs 100",
            "  carousel compare model.pt model.onnx --inputs 100 --tolerance 1e-5"
        })
final class Compare extends Subcommand {

    private static final int MOST_STEPS = 30;
    private static final int MOST_SEQUENCES = 8;

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

    /** The largest difference so far, and where it was. */
    private static final class Worst {

        double difference;
        String where = "";

        void see(float a, float b, String what) {
            // Equal infinities differ by nothing, and what is no number by everything.
            double found = a == b ? 0 : Math.abs((double) a - b);
            if (!(found <= difference)) {
                difference = Double.isNaN(found) ? Double.POSITIVE_INFINITY : found;
                where = what + ": " + a + " and " + b;
            }
        }
    }

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
        boolean states = sameStates(a.zeroState(1), b.zeroState(1));
        if (!states) {
            note("note: the states of the models are of different shapes; they begin with zeros, and outputs alone are"
                    + " compared");
        }
        Worst worst = new Worst();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < inputs; i++) {
            compare(a, b, states, random, "input " + i, worst);
        }
        boolean tooFar = tolerance.isPresent() && !(worst.difference <= tolerance.get());
        console.line("largest difference: " + String.format(Locale.ROOT, "%.3g", worst.difference)
                + (worst.where.isEmpty() ? "" : " (" + worst.where + ")"));
        figures.with("inputs", inputs)
                .with("largest_difference", worst.difference)
                .with("seed", seed);
        return tooFar ? ExitCode.FAILED : ExitCode.OK;
    }

    private void requireAlike(NetworkSpec a, NetworkSpec b) {
        boolean alike =
                a.readsIds() == b.readsIds() && a.inputSize() == b.inputSize() && a.outputSize() == b.outputSize();
        if (!alike) {
            throw mistake("The models cannot be compared: " + fileA + " reads " + reads(a) + " and gives "
                    + a.outputSize() + " numbers a step, " + fileB + " reads " + reads(b) + " and gives "
                    + b.outputSize() + ".");
        }
    }

    private static String reads(NetworkSpec spec) {
        return spec.inputSize() + (spec.readsIds() ? " kinds of id" : " numbers");
    }

    private static boolean sameStates(State a, State b) {
        if (a.parts() != b.parts()) {
            return false;
        }
        for (int part = 0; part < a.parts(); part++) {
            boolean same = a.hasCellState(part) == b.hasCellState(part)
                    && a.h(part).cols() == b.h(part).cols()
                    && (!a.hasCellState(part) || a.c(part).cols() == b.c(part).cols());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static void compare(
            Network a, Network b, boolean states, RandomGenerator random, String input, Worst worst) {
        SequenceBatch x = input(a.spec(), random);
        State stateA = a.zeroState(x.batchSize());
        State stateB = b.zeroState(x.batchSize());
        if (states) {
            for (int i = 0; i < stateA.values().length; i++) {
                stateA.values()[i] = (float) random.nextGaussian();
            }
            copy(stateA, stateB);
        }
        Sequence yA = a.pack().tape(Team.single()).forward(x, stateA);
        Sequence yB = b.pack().tape(Team.single()).forward(x, stateB);
        for (int t = 0; t < Math.min(yA.steps(), yB.steps()); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                for (int d = 0; d < yA.size() && t < yA.length(n); d++) {
                    worst.see(
                            yA.get(t, n, d),
                            yB.get(t, n, d),
                            "y of " + input + ", step " + t + ", sequence " + n + ", number " + d);
                }
            }
        }
        if (yA.steps() != yB.steps()) {
            worst.see(Float.NaN, 0, "steps of y of " + input + " " + yA.steps() + " and " + yB.steps());
        }
        for (int part = 0; states && part < stateA.parts(); part++) {
            see(stateA.h(part), stateB.h(part), "h of " + input + ", part " + part, worst);
            if (stateA.hasCellState(part)) {
                see(stateA.c(part), stateB.c(part), "c of " + input + ", part " + part, worst);
            }
        }
    }

    private static void see(Matrix a, Matrix b, String what, Worst worst) {
        for (int n = 0; n < a.rows(); n++) {
            for (int j = 0; j < a.cols(); j++) {
                worst.see(a.get(n, j), b.get(n, j), what + ", sequence " + n + ", unit " + j);
            }
        }
    }

    private static void copy(State from, State to) {
        for (int part = 0; part < from.parts(); part++) {
            copy(from.h(part), to.h(part));
            if (from.hasCellState(part)) {
                copy(from.c(part), to.c(part));
            }
        }
    }

    private static void copy(Matrix from, Matrix to) {
        System.arraycopy(from.data(), from.offset(), to.data(), to.offset(), from.rows() * from.cols());
    }

    private static SequenceBatch input(NetworkSpec spec, RandomGenerator random) {
        int T = random.nextInt(1, MOST_STEPS + 1);
        int N = random.nextInt(1, MOST_SEQUENCES + 1);
        int[] lengths = new int[N];
        Arrays.setAll(lengths, n -> n == 0 ? T : random.nextInt(1, T + 1));
        if (spec.readsIds()) {
            int[] ids = new int[T * N];
            Arrays.setAll(ids, i -> random.nextInt(spec.inputSize()));
            return Tokens.of(ids, T, N).withLengths(lengths);
        }
        float[] x = new float[T * N * spec.inputSize()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        ColumnEmbedding.drawIds(spec, x, random);
        return Sequence.of(x, T, N, spec.inputSize()).withLengths(lengths);
    }
}
