package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Provided;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.model.CheckpointFile;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.train.Batches;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingState;
import dev.carousel.train.Windows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What carries states and weights goes by what a cell declares, however odd: {@link OddCell}. */
class OddCellTest {

    private static final int D = 3;
    private static final int H = 5;

    private final Samples samples = new Samples(21);
    private final Recurrent two = Recurrent.of(new OddCell(), D, H).withLayers(2);
    private final Network network = samples.network(two, Dense.head(H, 2));

    @TempDir
    Path folder = Path.of("");

    // ---- proof

    @Test
    void oneCallProvesIt() {
        CheckReport report = StandardChecks.cell(new OddCell(), new OddReference(), 1);
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    @Test
    void itIsRightFromItsFreshState() {
        for (LayerSpec layer : List.of(two, two.withBidirectional(true))) {
            Network one = samples.network(layer);
            EngineLayer engine = new EngineLayer(one, Team.single());
            Mats fresh = fresh(engine.zeroState(3));
            CheckReport report = EngineCheck.defaults()
                    .check(
                            engine,
                            EngineLayers.referenceOf(one, Optional.empty(), Optional.of(new OddReference())),
                            Seq.normal(5, D, new int[] {5, 3, 1}, new SplittableRandom(4)),
                            fresh);
            assertThat(report.passed()).as(report.table()).isTrue();
        }
    }

    private static Mats fresh(Mats zeros) {
        Mats fresh = zeros;
        for (String name : zeros.names()) {
            double first = name.startsWith("s") ? 0.5 : name.startsWith("m") ? Double.NEGATIVE_INFINITY : 0;
            Mat of = zeros.get(name);
            fresh = fresh.with(name, of.map(value -> first));
        }
        return fresh;
    }

    @Test
    void itIsRightWithTheNoiseOfTraining() {
        Recurrent layer = Recurrent.of(new OddCell(), D, 9);
        for (Regularisation noise : List.of(
                Regularisation.NONE.withRecurrentDropout(0.3f),
                new Regularisation(false, 0, 0.3f, 0, 0),
                Regularisation.NONE.withZoneout(0.25f, 0),
                new Regularisation(true, 0.2f, 0.2f, 0.3f, 0))) {
            Network noisy =
                    samples.network(layer.withLayers(2).withDropout(0.3f).withRegularisation(noise));
            CheckReport report = EngineCheck.defaults().checkTraining(noisy, new OddReference(), 5, 0, 3, 1);
            assertThat(report.passed()).as(report.table()).isTrue();
            CheckReport outside = EngineCheck.defaults().check(noisy, new OddReference(), 4, 2);
            assertThat(outside.passed()).as(outside.table()).isTrue();
        }
    }

    @Test
    void whatItCannotHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.withRegularisation(Regularisation.NONE.withZoneout(0, 0.25f)))
                .withMessageContaining("the cell odd has no cell state c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.withProjectionSize(2))
                .withMessageContaining("the cell odd has no projection");
    }

    // ---- sequences in pieces

    @Test
    void segmentsGiveTheGradientsOfTheWholeSequence() {
        Sequence x = samples.sequence(D, 10, 10, 10);
        Sequence dY = samples.like(x, 2);
        State state = network.freshState(3);
        Tape whole = network.tape(Team.single());
        whole.forward(x, state);
        Parameters expected = network.parameters().zerosLike();
        whole.backward(dY, State.zeros(network.spec(), 3), expected);

        State inPieces = network.freshState(3);
        Parameters gradient = network.parameters().zerosLike();
        SegmentedTape.of(network.spec(), network.tape(Team.single()), 4)
                .run(10, new Cut(x, dY), inPieces, new Random(1), gradient);
        assertThat(inPieces.values()).isEqualTo(state.values());
        assertThat(gradient.values()).containsExactly(expected.values(), within(2e-5f));
        assertThat(expected.get("rnn.mix_l0")).isNotEqualTo(new float[3 * H]);
    }

    /** Some steps of a whole sequence and of the gradient of its output. */
    private record Cut(Sequence x, Sequence dY) implements SegmentedTape.Segments {

        @Override
        public SequenceBatch input(int first, int steps) {
            return cut(x, first, steps);
        }

        @Override
        public Sequence outputGradient(int first, Sequence y) {
            return cut(dY, first, y.steps());
        }

        private static Sequence cut(Sequence whole, int first, int steps) {
            float[] data = Arrays.copyOfRange(whole.data(), whole.offset(first, 0), whole.offset(first + steps, 0));
            return Sequence.of(data, steps, whole.batchSize(), whole.size());
        }
    }

    @Test
    void segmentsAreSizedForAllOfItsState() {
        // Six columns, h and 10 numbers next to it for 5 units, in each of two layers; more than a cell with one c has.
        NetworkSpec lstmLike = NetworkSpec.of(Recurrent.lstm(D, H).withLayers(2));
        long columns = 2L * 2 * H * Float.BYTES;
        assertThat(SegmentedTape.bytesPerStep(NetworkSpec.of(two)))
                .isEqualTo(SegmentedTape.bytesPerStep(lstmLike) + columns + 2L * 5 * Float.BYTES);
    }

    @Test
    void sessionsGiveTheBitsOfWholeSequences() {
        PackedNetwork packed = network.pack();
        Sequence x = samples.sequence(D, 9, 9, 9);
        State state = packed.freshState(3);
        Sequence whole = packed.tape(Team.single()).forward(x, state);
        SessionBatch batch = SessionBatch.of(packed, 4, Team.single());
        int[] number = {batch.add(), batch.add(), batch.add()};
        List<Session> alone = List.of(Session.of(packed), Session.of(packed), Session.of(packed));
        State saved = packed.freshState(1);
        float[] y = new float[2];
        for (int t = 0; t < 9; t++) {
            for (int n = 0; n < 3; n++) {
                float[] event = x.step(t).row(n);
                alone.get(n).step(event, y);
                assertThat(y).isEqualTo(whole.step(t).row(n));
                batch.put(number[n], event);
            }
            batch.step();
            for (int n = 0; n < 3; n++) {
                batch.output(number[n], y);
                assertThat(y)
                        .as("step %d of session %d", t, n)
                        .isEqualTo(whole.step(t).row(n));
            }
            if (t == 3) {
                batch.save(number[0], saved);
                assertThat(saved.values()).isEqualTo(alone.get(0).state().values());
                batch.remove(number[0]);
                number[0] = batch.add();
                assertThat(batch.isFinite(number[0])).isTrue();
                batch.restore(number[0], saved);
            }
        }
        Session one = alone.get(1);
        one.reset();
        assertThat(one.state().values()).isEqualTo(packed.freshState(1).values());
        one.step(x.step(0).row(1), y);
        assertThat(y).isEqualTo(whole.step(0).row(1));
    }

    // ---- weights and files

    @Test
    void aWeightStartsAsTheCellSaysWhateverTheInitialisation() {
        for (Initialisation how : List.of(
                Initialisation.uniform(),
                Initialisation.normal(),
                Initialisation.glorot(),
                Initialisation.orthogonal())) {
            Network fresh = Network.initialised(network.spec(), how, new Seeds(3).initialisation());
            for (String layer : List.of("l0", "l1")) {
                float[] gain = fresh.parameters().get("rnn.gain_" + layer);
                assertThat(gain).hasSize(H + 2);
                for (float number : gain) {
                    assertThat(number).isBetween(0.8f, 0.9f);
                }
                assertThat(gain[0]).isNotEqualTo(gain[1]);
                assertThat(fresh.parameters().get("rnn.mix_" + layer)).hasSize(3 * H);
            }
        }
    }

    @Test
    void itsModelIsSavedAndLoadedWhereItIsProvided() {
        byte[][] file = new byte[1][];
        Provided.with(
                folder,
                () -> {
                    file[0] = Model.of(network, Task.of("odd")).toBytes();
                    Model loaded = Model.ofBytes("odd.safetensors", file[0]);
                    assertThat(loaded.spec()).isEqualTo(network.spec());
                    assertThat(loaded.parameters().values())
                            .isEqualTo(network.parameters().values());
                },
                OddCell.class);
        assertThatThrownBy(() -> Model.ofBytes("odd.safetensors", file[0]))
                .hasMessageContainingAll(
                        "odd.safetensors", "No cell is named 'odd'", "put the jar that provides it on the class");
        assertThatThrownBy(() -> Model.of(network, Task.of("odd")).toBytes())
                .hasMessageContainingAll(
                        "The cell 'odd' {} (dev.carousel.check.OddCell) could not be read back from a file",
                        "META-INF/services/dev.carousel.cell.CellProvider");
    }

    @Test
    void aTrainingLeftInTheMiddleOfCarriedWindowsGoesOnToTheSameBits() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new Adam(0.01))
                .withEpochs(3)
                .withSeed(2);
        List<byte[]> files = new ArrayList<>();
        Network whole = initial();
        Trainer.of(whole, plan, Team.single()).train(windows(), new TrainingListener() {
            @Override
            public void resumable(TrainingMoment moment) {
                files.add(CheckpointFile.toBytes(moment.state()));
            }
        });
        int middle = files.size() / 2;
        TrainingState state = CheckpointFile.ofBytes("middle.checkpoint", files.get(middle));
        assertThat(state.position().batch()).isPositive();
        assertThat(state.carried()).hasSize(State.fresh(whole.spec(), 2).values().length);
        Network resumed = initial();
        Trainer.of(resumed, plan, Team.single()).resuming(state).train(windows());
        assertThat(resumed.parameters().values()).isEqualTo(whole.parameters().values());
    }

    private static Network initial() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(new OddCell(), D, H), Dense.head(H, 2));
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Seeds(5).initialisation());
        return Network.of(spec, parameters, Kernels.scalar());
    }

    private static Batches windows() {
        Samples numbers = new Samples(8);
        Sequence x = numbers.sequence(D, 20, 20);
        return Windows.of(x, numbers.like(x, 2), 5, Windows.Tail.KEEP);
    }
}
