package dev.carousel.train;

import static dev.carousel.kernel.TwoThreads.numbers;
import static dev.carousel.kernel.TwoThreads.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.kernel.TwoThreads;
import dev.carousel.kernel.TwoThreads.Answer;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.LossRow;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Descent;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Update;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at the parts of a training: each gets an error or the right answer, and none waits for ever. */
@Timeout(120)
class SecondThreadTrainingTest {

    private static final int TRIES = 1_000;
    private static final int D = 4;
    private static final int O = 3;

    private final NetworkSpec spec =
            NetworkSpec.of(LayerSpec.Recurrent.lstm(D, 8).withLayers(2), LayerSpec.Dense.head(8, O));
    private final Network network = Network.initialised(spec, new SplittableRandom(1));
    private final TwoThreads threads = new TwoThreads();

    @AfterEach
    void end() {
        threads.close();
    }

    private static float[] joined(float[]... parts) {
        float[] all =
                new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Each is refused, since a call has begun and not ended. */
    private static int refused(String name, List<Runnable> calls) {
        for (Runnable call : calls) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("This " + name + " is in use")
                    .hasMessageContaining("one thread at a time");
        }
        return calls.size();
    }

    // ---- loss

    /** A squared error in the middle of which something is done. */
    private record Interrupted(Runnable work) implements Loss {

        private static final MeanSquaredError SQUARES = new MeanSquaredError();

        @Override
        public Steps steps() {
            return SQUARES.steps();
        }

        @Override
        public int terms(int outputSize) {
            return SQUARES.terms(outputSize);
        }

        @Override
        public void requireFits(Sequence y, Target target) {
            SQUARES.requireFits(y, target);
        }

        @Override
        public double row(LossRow r) {
            work.run();
            return SQUARES.row(r);
        }
    }

    @Test
    void batchLossIsInUseUntilItsEvaluationHasEnded() {
        Sequence y = numbers(1, 1, 1, O);
        Target target = Target.of(numbers(2, 1, 1, O));
        List<BatchLoss> losses = new ArrayList<>();
        int[] refused = {0};
        losses.add(BatchLoss.of(new Interrupted(() -> {
            BatchLoss loss = losses.get(0);
            refused[0] += refused(
                    "BatchLoss",
                    List.of(
                            () -> loss.evaluate(y, target),
                            () -> loss.evaluate(y, target, Sequence.zeros(1, 1, O)),
                            loss::sum,
                            loss::weight,
                            loss::count));
        })));
        double mean = losses.get(0).evaluate(y, target);
        assertThat(refused[0]).isEqualTo(5);
        assertThat(mean).isEqualTo(BatchLoss.of(new MeanSquaredError()).evaluate(y, target));
        assertThat(losses.get(0).count()).isEqualTo(O);
    }

    private static float[] evaluated(BatchLoss loss, Sequence y, Sequence target) {
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        double mean = loss.evaluate(y, Target.of(target), dY);
        return joined(dY.data(), new float[] {(float) mean});
    }

    @Test
    void batchLoss() throws Exception {
        Sequence y = numbers(1, 40, 5, O);
        Sequence target = numbers(2, 40, 5, O);
        Sequence otherY = numbers(3, 70, 3, O);
        Sequence otherTarget = numbers(4, 70, 3, O);
        float[] one = evaluated(BatchLoss.of(new MeanSquaredError()), y, target);
        float[] other = evaluated(BatchLoss.of(new MeanSquaredError()), otherY, otherTarget);
        BatchLoss loss = BatchLoss.of(new MeanSquaredError());
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            given += right(
                    threads.both(() -> evaluated(loss, y, target), () -> evaluated(loss, otherY, otherTarget)),
                    one,
                    other);
        }
        assertThat(given).isPositive();
        // Its figures are of one evaluation or another, never of half of one.
        double whole = loss.evaluate(y, Target.of(target)) * loss.weight();
        for (int i = 0; i < TRIES; i++) {
            List<Answer> answers =
                    threads.both(() -> evaluated(loss, y, target), () -> new float[] {(float) loss.sum()});
            right(answers.subList(1, 2), new float[] {(float) whole});
        }
    }

    // ---- updates

    private Parameters gradient(int seed) {
        Parameters gradient = network.parameters().zerosLike();
        float[] numbers = numbers(seed, gradient.size(), 1, 1).data();
        System.arraycopy(numbers, 0, gradient.values(), 0, numbers.length);
        return gradient;
    }

    private static Descent descent(Parameters parameters) {
        return Descent.of(
                new Adam(0.01), Clipping.byNorm(1), parameters, Kernels.scalar().updates(), Team.single());
    }

    /** A gradient's norm, then itself clipped. */
    private float[] clipped(Descent descent, int seed) {
        Parameters gradient = gradient(seed);
        float norm = (float) descent.clip(gradient);
        return joined(new float[] {norm}, gradient.values());
    }

    /** Gradient descent in the middle of which something is done. */
    private record InterruptedDescent(Runnable work) implements Optimiser {

        @Override
        public double learningRate() {
            return 0.1;
        }

        @Override
        public List<String> remembered() {
            return List.of();
        }

        @Override
        public void update(Update u) {
            work.run();
            for (int i = u.from; i < u.to; i++) {
                u.w[i] -= (float) u.rate * u.g[i];
            }
        }
    }

    @Test
    void descentIsInUseUntilItsStepHasEnded() {
        List<Descent> descents = new ArrayList<>();
        int[] refused = {0};
        descents.add(Descent.of(
                new InterruptedDescent(() -> {
                    Descent descent = descents.get(0);
                    refused[0] += refused(
                            "Descent",
                            List.of(
                                    () -> descent.step(gradient(1)),
                                    () -> descent.clip(gradient(1)),
                                    () -> Descent.clipTogether(List.of(descent), List.of(gradient(1))),
                                    () -> descent.layerNorm(0)));
                }),
                Clipping.byNorm(1),
                network.parameters().copy(),
                Kernels.scalar().updates(),
                Team.single()));
        descents.get(0).step(gradient(1));
        assertThat(refused[0]).isEqualTo(4);
        assertThat(descents.get(0).memory().updates()).isEqualTo(1);
        assertThat(descents.get(0).clip(gradient(1))).isPositive();
    }

    @Test
    void descentClips() throws Exception {
        Descent descent = descent(network.parameters().copy());
        float[] one = clipped(descent, 1);
        float[] other = clipped(descent, 2);
        assertThat(one[0]).isGreaterThan(1).isNotEqualTo(other[0]);
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            given += right(threads.both(() -> clipped(descent, 1), () -> clipped(descent, 2)), one, other);
        }
        assertThat(given).isPositive();
    }

    @Test
    void descentClipsSeveralTogether() throws Exception {
        Descent a = descent(network.parameters().copy());
        Descent b = descent(network.parameters().copy());
        Parameters g = gradient(1);
        double norm = Descent.clipTogether(List.of(a, b), List.of(g, gradient(2)));
        float[] together = {(float) norm};
        float[] alone = clipped(b, 3);
        for (int i = 0; i < TRIES; i++) {
            right(
                    threads.both(
                            () -> new float[] {
                                (float) Descent.clipTogether(List.of(a, b), List.of(gradient(1), gradient(2)))
                            },
                            () -> clipped(b, 3)),
                    together,
                    alone);
        }
        assertThatThrownBy(() -> Descent.clipTogether(List.of(a, a), List.of(gradient(1), gradient(2))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("This Descent is in use");
        // Whoever was refused holds nothing.
        assertThat(clipped(a, 3)).isEqualTo(alone);
    }

    @Test
    void descentSteps() throws Exception {
        List<float[]> possible = new ArrayList<>();
        for (int[] order : new int[][] {{1}, {2}, {1, 2}, {2, 1}}) {
            Parameters parameters = network.parameters().copy();
            Descent descent = descent(parameters);
            for (int seed : order) {
                descent.step(gradient(seed));
            }
            possible.add(parameters.values());
        }
        Parameters one = gradient(1);
        Parameters two = gradient(2);
        for (int i = 0; i < TRIES; i++) {
            Parameters parameters = network.parameters().copy();
            Descent descent = descent(parameters);
            List<Answer> answers = threads.both(() -> stepped(descent, one), () -> stepped(descent, two));
            long given = answers.stream().filter(Answer::given).count();
            assertThat(descent.memory().updates()).isEqualTo(given);
            assertThat(possible).anyMatch(right -> Arrays.equals(right, parameters.values()));
        }
    }

    private static float[] stepped(Descent descent, Parameters gradient) {
        descent.step(gradient);
        return new float[0];
    }
}
