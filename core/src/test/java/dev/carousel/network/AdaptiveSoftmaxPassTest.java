package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.reference.language.GoldenLanguage;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.TiedDense;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The probability of the right class alone is that among all, and so are its gradients. */
class AdaptiveSoftmaxPassTest {

    private static final int V = 900;

    private static final NetworkSpec SPEC = NetworkSpec.of(
            new Embedding("embedding", V, 24),
            Recurrent.gru(24, 40),
            new AdaptiveSoftmax("out", 40, V, List.of(100, 350), 2));

    private static Network network(NetworkSpec spec, Kernels kernels) {
        Network first = Network.initialised(spec, Initialisation.uniform(), new SplittableRandom(3));
        return Network.of(spec, first.parameters(), kernels);
    }

    private static Tokens ids(int T, int N, long seed, boolean ignored) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] ids = new int[T * N];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ignored && random.nextInt(5) == 0 ? Tokens.IGNORED : random.nextInt(V);
        }
        return Tokens.of(ids, T, N);
    }

    private record Result(double loss, float[] gradient) {}

    /** Through all classes. */
    private static Result all(Network network, Tokens x, Target target, SoftmaxCrossEntropy of) {
        BatchLoss loss = BatchLoss.of(of, network.kernels().rows(), Team.single());
        Tape tape = network.tape(Team.single());
        Sequence y = tape.forward(x, network.freshState(x.batchSize()));
        assertThat(y.size()).isEqualTo(V);
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), V);
        double mean = loss.evaluate(y, target, dY);
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(dY, gradient);
        return new Result(mean, gradient.values());
    }

    /** Through the right classes alone. */
    private static Result alone(Network network, Tokens x, Target target, SoftmaxCrossEntropy of, Team team) {
        Loss alone = of.on(network.spec());
        assertThat(alone.ofRightClass()).isTrue();
        BatchLoss loss = BatchLoss.of(alone, network.kernels().rows(), team);
        Parameters gradient = network.parameters().zerosLike();
        double[] mean = new double[1];
        network.tape(team)
                .train(
                        x,
                        network.freshState(x.batchSize()),
                        new SplittableRandom(1),
                        loss.rightClasses(target),
                        y -> {
                            assertThat(y.size()).isEqualTo(1);
                            Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), 1);
                            mean[0] = loss.evaluate(y, target, dY);
                            return dY;
                        },
                        gradient);
        return new Result(mean[0], gradient.values());
    }

    private static void assertEqual(Result found, Result expected) {
        assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-5));
        double largest = 0;
        for (int i = 0; i < expected.gradient().length; i++) {
            largest = Math.max(largest, Math.abs(expected.gradient()[i]));
            assertThat(found.gradient()[i]).as("gradient " + i).isCloseTo(expected.gradient()[i], within(2e-6f));
        }
        assertThat(largest).isGreaterThan(1e-3);
    }

    @Test
    void theRightClassAloneGivesTheLossAndGradientsOfAll() {
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.best())) {
            Network network = network(SPEC, kernels);
            Tokens x = ids(7, 5, 1, false).withLengths(7, 0, 3, 7, 1);
            Target target = Target.of(ids(7, 5, 2, true));
            SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
            assertEqual(alone(network, x, target, loss, Team.single()), all(network, x, target, loss));
        }
    }

    @Test
    void masksAndWeightsOfClassesCountAlike() {
        Network network = network(SPEC, Kernels.scalar());
        Tokens x = ids(6, 4, 1, false);
        Target target = Target.of(ids(6, 4, 2, false)).withMask(ids(6, 4, 3, true));
        Double[] weights = new Double[V];
        Arrays.setAll(weights, k -> k % 7 == 0 ? 0 : 0.5 + k % 3);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy().withWeights(List.of(weights));
        assertEqual(alone(network, x, target, loss, Team.single()), all(network, x, target, loss));
    }

    @Test
    void threadsChangeNoBit() {
        Network network = network(SPEC, Kernels.best());
        Tokens x = ids(20, 16, 1, false);
        Target target = Target.of(ids(20, 16, 2, true));
        Result one = alone(network, x, target, new SoftmaxCrossEntropy(), Team.single());
        try (Team team = Team.of(3)) {
            Result three = alone(network, x, target, new SoftmaxCrossEntropy(), team);
            assertThat(three.loss()).isEqualTo(one.loss());
            assertThat(three.gradient()).isEqualTo(one.gradient());
        }
    }

    @Test
    void lossAndGradientsEqualPyTorch() {
        GoldenLanguage golden = GoldenLanguage.read("adaptive");
        AdaptiveSoftmax layer = new AdaptiveSoftmax("out", 12, 20, List.of(5, 11), 2);
        NetworkSpec spec = NetworkSpec.of(layer);
        Parameters parameters = spec.zeroParameters();
        parameters
                .slices()
                .forEach(slice -> parameters.set(
                        slice.name(), golden.part("weights").floats(slice.name().substring("out.".length()))));
        Network network = Network.of(spec, parameters, Kernels.best());
        Tape tape = network.tape(Team.single());
        Sequence x = Sequence.of(golden.floats("x"), 1, 14, 12);
        Target target = Target.of(Tokens.of(golden.ids("target"), 1, 14));
        assertThat(tape.forward(x, network.freshState(14)).data())
                .containsExactly(golden.floats("log_prob"), within(1e-5f));
        BatchLoss loss = BatchLoss.of(new SoftmaxCrossEntropy().on(spec));
        Parameters gradient = parameters.zerosLike();
        tape.train(
                x,
                network.freshState(14),
                new SplittableRandom(1),
                loss.rightClasses(target),
                y -> {
                    Sequence dY = Sequence.zeros(1, 14, 1);
                    assertThat(loss.evaluate(y, target, dY)).isCloseTo(golden.number("loss"), within(1e-5));
                    return dY;
                },
                gradient);
        assertThat(tape.inputGradient().data()).containsExactly(golden.floats("d_x"), within(1e-6f));
        gradient.slices()
                .forEach(slice -> assertThat(gradient.get(slice.name()))
                        .as(slice.name())
                        .containsExactly(
                                golden.part("d_weights").floats(slice.name().substring("out.".length())),
                                within(1e-6f)));
    }

    @Test
    void afterAPassOfOneClassAllAreThereAgain() {
        Network network = network(SPEC, Kernels.scalar());
        Tape tape = network.tape(Team.single());
        Tokens x = ids(2, 3, 1, false);
        assertThat(tape.infer(x, network.freshState(3), ids(2, 3, 2, false)).size())
                .isEqualTo(1);
        assertThat(tape.infer(x, network.freshState(3)).size()).isEqualTo(V);
        assertThatThrownBy(() -> tape.infer(x, network.freshState(3), ids(3, 3, 2, false)))
                .hasMessageContaining("one class for each step");
        assertThat(tape.infer(x, network.freshState(3)).size()).isEqualTo(V);
        assertThatThrownBy(() -> tape.infer(x, network.freshState(2), ids(2, 3, 2, false)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tape.infer(x, network.freshState(3)).size()).isEqualTo(V);
    }

    @Test
    void classesOutOfRangeAndOtherNetworksAreRefused() {
        Network network = network(SPEC, Kernels.scalar());
        Tokens x = ids(1, 2, 1, false);
        assertThatThrownBy(() ->
                        network.tape(Team.single()).infer(x, network.freshState(2), Tokens.of(new int[] {3, V}, 1, 2)))
                .hasMessageContaining("the target of step 0 of sequence 1 is class 900")
                .hasMessageContaining("Was the target made with another vocabulary?");
        Network dense = network(NetworkSpec.of(Recurrent.gru(3, 4), Dense.head(4, 5)), Kernels.scalar());
        assertThatThrownBy(() -> dense.tape(Team.single())
                        .infer(Sequence.zeros(1, 2, 3), dense.freshState(2), Tokens.ignored(1, 2)))
                .hasMessageContaining("Only a network whose last layer is an AdaptiveSoftmax")
                .hasMessageContaining("Dense");
        assertThat(new SoftmaxCrossEntropy().on(dense.spec()).ofRightClass()).isFalse();
        assertThat(new SoftmaxCrossEntropy().withSmoothing(0.1).on(SPEC).ofRightClass())
                .isFalse();
    }

    /** The gradient of the shared table is that of both of its uses: a network with the same weights twice says what each is. */
    @Test
    void aTiedTableHasTheGradientOfBothUses() {
        assertTiedEqualsTwice();
    }

    /** Other layers may follow, those with weights too. */
    @Test
    void aTiedTableBelowOtherLayersHasTheGradientOfBothUses() {
        assertTiedEqualsTwice(new Parameterless.Elementwise(V, Activation.TANH), new Dense("more", V, V));
    }

    private static void assertTiedEqualsTwice(LayerSpec... above) {
        Embedding table = new Embedding("embedding", V, 24);
        Network tied = network(spec(table, TiedDense.to(table), above), Kernels.best());
        NetworkSpec spec = spec(table, Dense.head(24, V), above);
        Parameters twice = spec.zeroParameters();
        tied.parameters()
                .slices()
                .forEach(slice -> twice.set(slice.name(), tied.parameters().get(slice.name())));
        twice.set("out.weight", tied.parameters().get("embedding.weight"));
        Tokens x = ids(5, 4, 1, false);
        Target target = Target.of(ids(5, 4, 2, false));
        Result found = all(tied, x, target, new SoftmaxCrossEntropy());
        Result expected = all(Network.of(spec, twice, Kernels.best()), x, target, new SoftmaxCrossEntropy());
        assertThat(found.loss()).isEqualTo(expected.loss());
        Parameters sum = twice.zerosLike();
        System.arraycopy(expected.gradient(), 0, sum.values(), 0, sum.size());
        float[] ofInput = sum.get("embedding.weight");
        float[] ofOutput = sum.get("out.weight");
        Parameters of = tied.parameters().zerosLike();
        System.arraycopy(found.gradient(), 0, of.values(), 0, of.size());
        float[] both = of.get("embedding.weight");
        for (int i = 0; i < both.length; i++) {
            assertThat(both[i]).isCloseTo(ofInput[i] + ofOutput[i], within(1e-6f));
        }
        assertThat(of.get("out.bias")).isEqualTo(sum.get("out.bias"));
        assertThat(of.get("rnn.weight_hh_l0")).isEqualTo(sum.get("rnn.weight_hh_l0"));
    }

    private static NetworkSpec spec(Embedding table, LayerSpec out, LayerSpec... above) {
        return new NetworkSpec(Stream.concat(Stream.of(table, Recurrent.gru(24, 24), out), Stream.of(above))
                .toList());
    }
}
