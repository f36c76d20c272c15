package com.example.owncell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cells;
import dev.carousel.check.CheckReport;
import dev.carousel.check.EngineCheck;
import dev.carousel.check.StandardChecks;
import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.kernel.Team;
import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.SpecJson;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cell that the library has never heard of is worth the same as its own: proved, trained, saved, streamed. */
class OwnCellTest {

    private static final int H = 16;
    private static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.of(new MyMgu(), 2, H), Dense.head(H, 1));
    private static final BinaryAddition ADDITION = new BinaryAddition(6);
    private static final int PAIRS = 1000;

    @TempDir
    Path folder = Path.of("");

    // ---- proof

    @Test
    void oneCallProvesTheCell() {
        CheckReport report = StandardChecks.cell(new MyMgu(), new MyMguReference(), 1);
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    @Test
    void itIsRightWithTheNoiseOfTrainingToo() {
        Regularisation noise = new Regularisation(false, 0.25f, 0.3f, 0.2f, 0);
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(new MyMgu(), 3, 9).withRegularisation(noise));
        CheckReport report = EngineCheck.defaults().checkTraining(network(spec), new MyMguReference(), 5, 0, 3, 1);
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    @Test
    void itsNumbersAreThoseOfItsEquationsInDouble() throws IOException {
        Map<String, float[]> golden = golden();
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(new MyMgu(), 5, 4));
        Parameters parameters = spec.zeroParameters();
        for (String name : List.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")) {
            parameters.set("rnn." + name, golden.get(name));
        }
        Network network = Network.of(spec, parameters);
        Tape tape = network.tape(Team.single());
        State state = network.freshState(3);
        copy(golden.get("h0"), state);
        Sequence y = tape.forward(Sequence.of(golden.get("x"), 6, 3, 5), state);
        requireClose("y", numbers(y), golden.get("y"));
        requireClose("hn", state.values(), golden.get("hn"));

        State dState = State.zeros(spec, 3);
        copy(golden.get("w_hn"), dState);
        Parameters gradient = parameters.zerosLike();
        tape.backward(Sequence.of(golden.get("w"), 6, 3, 4), dState, gradient);
        requireClose("d_x", numbers(tape.inputGradient()), golden.get("d_x"));
        requireClose("d_h0", dState.values(), golden.get("d_h0"));
        for (String name : List.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")) {
            requireClose("d_" + name, gradient.get("rnn." + name), golden.get("d_" + name));
        }
    }

    private static Map<String, float[]> golden() throws IOException {
        Map<String, float[]> arrays = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(OwnCellTest.class.getResourceAsStream("mgu.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] words = line.split(" ", -1);
                float[] numbers = new float[words.length - 1];
                for (int i = 0; i < numbers.length && !line.startsWith("#"); i++) {
                    numbers[i] = Float.parseFloat(words[i + 1]);
                }
                arrays.put(words[0], numbers);
            }
        }
        return arrays;
    }

    private static void requireClose(String what, float[] found, float[] expected) {
        assertThat(found).as(what).containsExactly(expected, within(2e-6f));
    }

    private static void copy(float[] from, State to) {
        System.arraycopy(from, 0, to.values(), 0, to.values().length);
    }

    // ---- files

    @Test
    void itsProviderIsFoundAndTheDescriptionComesBack() {
        assertThat(Cells.of("mymgu")).isEqualTo(new MyMgu());
        assertThat(SpecJson.ofJson(SpecJson.toFile(SPEC))).isEqualTo(SPEC);
        assertThat(network(NetworkSpec.of(Recurrent.of(new MyMgu(), 3, 5)))
                        .parameters()
                        .slices())
                .hasSize(3);
    }

    @Test
    void aVariantThatItDoesNotHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("mymgu", Map.of("colour", "red")))
                .withMessageContaining("The cell mymgu has no variant {colour=red}");
    }

    @Test
    void aModelIsSavedAndLoaded() throws IOException {
        Network network = network(SPEC);
        Path file = folder.resolve("mgu.safetensors");
        Model.of(network, Task.of("addition")).save(file);
        Model loaded = Model.load(file);
        assertThat(loaded.spec()).isEqualTo(SPEC);
        Sequence x = pairs(3);
        assertThat(outputs(loaded.network(), x)).isEqualTo(outputs(network, x));
        Path again = folder.resolve("again.safetensors");
        loaded.save(again);
        assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(file));
    }

    // ---- training

    private static final TrainingPlan PLAN = TrainingPlan.of(new LogisticCrossEntropy())
            .withOptimiser(new Adam(0.01))
            .withClipping(Clipping.byNorm(1))
            .withEpochs(30)
            .withSeed(1);

    private static Examples examples() {
        Sequence x = Sequence.zeros(ADDITION.steps(), PAIRS, 2);
        Sequence y = Sequence.zeros(ADDITION.steps(), PAIRS, 1);
        ADDITION.fillRandom(new SplittableRandom(1), x, y);
        return Examples.of(x, Target.of(y), 50);
    }

    @Test
    void itLearnsToAdd() {
        Network network = network(SPEC);
        List<EpochFigures> epochs =
                Trainer.of(network, PLAN, Team.single()).train(examples()).epochs();
        double first = epochs.get(0).trainingLoss();
        double last = epochs.get(epochs.size() - 1).trainingLoss();
        assertThat(first).isBetween(0.5, 0.8);
        assertThat(last).isLessThan(first / 20);

        Sequence x = Sequence.zeros(ADDITION.steps(), 500, 2);
        Sequence sums = Sequence.zeros(ADDITION.steps(), 500, 1);
        ADDITION.fillRandom(new SplittableRandom(2), x, sums);
        Sequence scores = network.tape(Team.single()).forward(x, network.freshState(500));
        assertThat(ADDITION.correct(scores, 0, sums)).isGreaterThan(450);
    }

    @Test
    void aTrainingThatWasInterruptedGoesOnToTheSameBits() {
        TrainingPlan plan = PLAN.withEpochs(4);
        Network whole = network(SPEC);
        Trainer.of(whole, plan, Team.single()).train(examples());

        Checkpoints checkpoints = Checkpoints.inFolder(folder).everySeconds(1e-9);
        TrainingListener powerCut = new TrainingListener() {
            private int updates;

            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                if (++updates == 53) {
                    throw new IllegalStateException("power cut");
                }
            }
        };
        assertThatThrownBy(
                        () -> Trainer.of(network(SPEC), plan, Team.single()).train(examples(), checkpoints, powerCut))
                .hasMessage("power cut");

        Network resumed = Network.of(SPEC, SPEC.zeroParameters());
        Trainer.of(resumed, plan, Team.single())
                .resuming(checkpoints.latest().orElseThrow())
                .train(examples());
        assertThat(resumed.parameters().values()).isEqualTo(whole.parameters().values());
    }

    // ---- streams

    @Test
    void aSessionStepByStepGivesTheBitsOfTheWholeSequence() {
        PackedNetwork network = network(SPEC).pack();
        Sequence x = pairs(1);
        State state = network.freshState(1);
        float[] whole = numbers(network.tape(Team.single()).forward(x, state));
        Session session = Session.of(network);
        assertThat(steps(session, x, 0, 3)).isEqualTo(Arrays.copyOf(whole, 3));

        State saved = network.freshState(1);
        saved.copyFrom(session.state());
        float[] rest = Arrays.copyOfRange(whole, 3, whole.length);
        assertThat(steps(session, x, 3, x.steps())).isEqualTo(rest);
        assertThat(session.state().values()).isEqualTo(state.values());

        Session later = Session.of(network);
        later.state().copyFrom(saved);
        assertThat(steps(later, x, 3, x.steps())).isEqualTo(rest);
    }

    @Test
    void manySessionsTogetherGiveTheBitsOfTheWholeSequences() {
        PackedNetwork network = network(SPEC).pack();
        int N = 5;
        Sequence x = pairs(N);
        Sequence whole = network.tape(Team.single()).forward(x, network.freshState(N));
        SessionBatch sessions = SessionBatch.of(network, N + 1, Team.single());
        int[] session = new int[N];
        Arrays.setAll(session, n -> sessions.add());
        State saved = network.freshState(1);
        float[] y = new float[1];
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < N; n++) {
                sessions.put(session[n], x.step(t).row(n));
            }
            assertThat(sessions.step()).isEqualTo(N);
            for (int n = 0; n < N; n++) {
                sessions.output(session[n], y);
                assertThat(y[0]).as("step %d of session %d", t, n).isEqualTo(whole.get(t, n, 0));
            }
            if (t == 2) {
                sessions.save(session[1], saved);
                sessions.remove(session[1]);
                session[1] = sessions.add();
                sessions.restore(session[1], saved);
            }
        }
    }

    private static float[] steps(Session session, Sequence x, int from, int to) {
        float[] all = new float[to - from];
        float[] y = new float[1];
        for (int t = from; t < to; t++) {
            session.step(x.step(t).row(0), y);
            all[t - from] = y[0];
        }
        return all;
    }

    // ---- what the tests share

    private static Network network(NetworkSpec spec) {
        return Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
    }

    private static Sequence pairs(int count) {
        Sequence x = Sequence.zeros(ADDITION.steps(), count, 2);
        ADDITION.fillRandom(new SplittableRandom(3), x, Sequence.zeros(ADDITION.steps(), count, 1));
        return x;
    }

    private static float[] outputs(Network network, Sequence x) {
        return numbers(network.tape(Team.single()).forward(x, network.freshState(x.batchSize())));
    }

    private static float[] numbers(Sequence x) {
        return Arrays.copyOf(x.data(), x.steps() * x.batchSize() * x.size());
    }
}
