package dev.carousel.bench;

import dev.carousel.cli.timing.Clock;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Descent;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Cutoffs;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vocabulary}: words a second that a network learns from, with a full and with an adaptive softmax. */
@Command(
        name = "vocabulary",
        mixinStandardHelpOptions = true,
        description =
                "Words a second in training, updates by Adam included, of one LSTM layer behind an embedding of its size, over"
                        + " vocabularies with words as frequent as Zipf has it: with a full softmax, and with an adaptive one that is cut"
                        + " where it needs the least work. With the defaults it takes about two minutes on an idle machine.")
final class VocabularyRates implements Callable<Integer> {

    @Option(names = "--words", split = ",", description = "V (default: 10000,50000).")
    List<Integer> words = List.of(10_000, 50_000);

    @Option(names = "--units", defaultValue = "256", description = "H (default: ${DEFAULT-VALUE}).")
    int units;

    @Option(names = "--steps", defaultValue = "35", description = "T (default: ${DEFAULT-VALUE}).")
    int steps;

    @Option(names = "--batch", defaultValue = "20", description = "N (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(names = "--threads", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
    int threads;

    @Option(names = "--seconds", defaultValue = "10", description = "Of each network (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Spec
    CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        out.println(Machine.line() + ", " + threads + " thread(s), LSTM " + units + ", " + batch + " x " + steps
                + " words an update");
        out.printf("%-10s %-12s %-24s %12s %12s %10s%n", "words", "softmax", "cut at", "parameters", "ms", "words/s");
        for (int V : words) {
            long[] counts = IntStream.rangeClosed(1, V)
                    .mapToLong(rank -> Math.max(1, 100_000_000L / rank))
                    .toArray();
            List<Integer> cutoffs = Cutoffs.of(units, AdaptiveSoftmax.DIVISOR, counts);
            print(out, V, "full", "", Dense.head(units, V), counts);
            print(out, V, "adaptive", cutoffs.toString(), AdaptiveSoftmax.of(units, V, cutoffs), counts);
        }
        return 0;
    }

    private void print(PrintWriter out, int V, String softmax, String cutoffs, LayerSpec head, long... counts) {
        NetworkSpec spec = NetworkSpec.of(new Embedding("embedding", V, units), Recurrent.lstm(units, units), head);
        Network network = Network.initialised(spec, new SplittableRandom(1));
        try (Team team = Team.of(threads)) {
            WordUpdate update = new WordUpdate(network, team, text(V, counts));
            Clock.warmUp(update, seconds / 2);
            double nanos = Clock.medianNanos(update, seconds);
            out.printf(
                    Locale.ROOT,
                    "%-10d %-12s %-24s %12d %12.2f %10.0f%n",
                    V,
                    softmax,
                    cutoffs,
                    network.parameters().size(),
                    nanos * 1e-6,
                    1e9 * batch * steps / nanos);
            out.flush();
        }
    }

    /** A word for each step and one more, as often as the counts say. */
    private Tokens text(int V, long... counts) {
        double[] until = new double[V];
        double sum = 0;
        for (int k = 0; k < V; k++) {
            sum += counts[k];
            until[k] = sum;
        }
        SplittableRandom random = new SplittableRandom(1);
        int[] ids = new int[(steps + 1) * batch];
        for (int i = 0; i < ids.length; i++) {
            int at = Arrays.binarySearch(until, random.nextDouble() * sum);
            ids[i] = Math.min(V - 1, at < 0 ? -at - 1 : at);
        }
        return Tokens.of(ids, steps + 1, batch);
    }

    /** One update: forward, loss, backward, clipping, Adam. */
    private static final class WordUpdate implements Runnable {

        private final Network network;
        private final Tape tape;
        private final BatchLoss loss;
        private final Descent descent;
        private final Parameters gradient;
        private final Tokens x;
        private final Target next;
        private final State state;
        private final SplittableRandom random = new SplittableRandom(1);
        private Sequence dY = Sequence.zeros(0, 0, 0);

        WordUpdate(Network network, Team team, Tokens text) {
            this.network = network;
            int T = text.steps() - 1;
            int N = text.batchSize();
            int[] ids = text.ids();
            this.x = Tokens.of(Arrays.copyOf(ids, T * N), T, N);
            this.next = Target.of(Tokens.of(Arrays.copyOfRange(ids, N, ids.length), T, N));
            this.tape = network.tape(team);
            this.loss = BatchLoss.of(
                    new SoftmaxCrossEntropy().on(network.spec()),
                    network.kernels().rows(),
                    team);
            this.descent = Descent.of(
                    new Adam(1e-4),
                    Clipping.byNorm(5),
                    network.parameters(),
                    network.kernels().updates(),
                    team);
            this.gradient = network.parameters().zerosLike();
            this.state = network.freshState(N);
        }

        @Override
        public void run() {
            gradient.clear();
            if (loss.loss().ofRightClass()) {
                tape.train(x, state, random, loss.rightClasses(next), this::gradientOfLoss, gradient);
            } else {
                tape.train(x, state, random, this::gradientOfLoss, gradient);
            }
            double norm = descent.clip(gradient);
            if (!Double.isFinite(norm)) {
                throw new IllegalStateException("The gradient of " + network.spec() + " is not finite.");
            }
            descent.step(gradient);
        }

        private Sequence gradientOfLoss(Sequence y) {
            if (dY.size() != y.size() || dY.steps() != y.steps()) {
                dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
            }
            loss.evaluate(y, next, dY);
            return dY;
        }
    }
}
