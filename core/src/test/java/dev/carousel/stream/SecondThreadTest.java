package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.kernel.Team;
import dev.carousel.kernel.TwoThreads;
import dev.carousel.kernel.TwoThreads.Answer;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Evaluator;
import dev.carousel.train.Examples;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at what serves one: each gets an error or the right answer, and none waits for ever. */
@Timeout(120)
class SecondThreadTest {

    private static final int TRIES = 1_000;
    private static final int D = 5;
    private static final int O = 3;

    private final NetworkSpec spec =
            NetworkSpec.of(LayerSpec.Recurrent.lstm(D, 16).withLayers(2), LayerSpec.Dense.head(16, O));
    private final Network network = Network.initialised(spec, new SplittableRandom(1));
    private final PackedNetwork packed = network.pack();
    private final TwoThreads threads = new TwoThreads();

    @AfterEach
    void end() {
        threads.close();
    }

    private static float[] event(int which) {
        float[] event = new float[D];
        Arrays.fill(event, 0.1f + which);
        return event;
    }

    /** The state after one event or the other, or after both in either order. */
    private List<float[]> possible() {
        List<float[]> possible = new ArrayList<>();
        for (int[] order : new int[][] {{0}, {1}, {0, 1}, {1, 0}}) {
            Session session = Session.of(packed);
            for (int which : order) {
                session.step(event(which), new float[O]);
            }
            possible.add(session.state().values().clone());
        }
        return possible;
    }

    private static boolean isOneOf(List<float[]> possible, float[] found) {
        return possible.stream().anyMatch(one -> Arrays.equals(one, found));
    }

    @Test
    void session() throws Exception {
        List<float[]> possible = possible();
        for (int i = 0; i < TRIES; i++) {
            Session session = Session.of(packed);
            threads.both(() -> step(session, 0), () -> step(session, 1));
            assertThat(isOneOf(possible, session.state().values())).isTrue();
        }
    }

    private static float[] step(Session session, int which) {
        float[] output = new float[O];
        session.step(event(which), output);
        return output;
    }

    @Test
    void stateOfTwoSteppers() throws Exception {
        List<float[]> possible = possible();
        Stepper one = Stepper.of(packed);
        Stepper two = Stepper.of(packed);
        for (int i = 0; i < TRIES; i++) {
            State state = packed.freshState(1);
            threads.both(() -> step(one, state, 0), () -> step(two, state, 1));
            assertThat(isOneOf(possible, state.values())).isTrue();
        }
    }

    private static float[] step(Stepper stepper, State state, int which) {
        float[] output = new float[O];
        stepper.step(state, event(which), output);
        return output;
    }

    /** What stands around a step: it is as if one had come before the other, or the second has been refused. */
    @Test
    void resetAndRestoreDuringAStep() throws Exception {
        float[] fresh = packed.freshState(1).values();
        Session kept = Session.of(packed);
        kept.step(event(2), new float[O]);
        byte[] saved = kept.save();
        float[] restored = kept.state().values().clone();
        List<float[]> afterReset = List.of(fresh, stepped(fresh, 1), stepped(stepped(fresh, 0), 1));
        List<float[]> afterRestore = List.of(restored, stepped(restored, 1), stepped(stepped(fresh, 0), 1));
        for (int i = 0; i < TRIES; i++) {
            Session reset = begun();
            threads.both(() -> step(reset, 1), () -> done(reset::reset));
            assertThat(isOneOf(afterReset, reset.state().values())).isTrue();
            Session back = begun();
            threads.both(() -> step(back, 1), () -> done(() -> back.restore(saved)));
            assertThat(isOneOf(afterRestore, back.state().values())).isTrue();
        }
    }

    @Test
    void saveDuringAStep() throws Exception {
        Session session = begun();
        byte[] before = session.save();
        session.step(event(1), new float[O]);
        byte[] after = session.save();
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            Session saved = begun();
            byte[][] bytes = {before, before};
            threads.both(() -> step(saved, 1), () -> done(() -> bytes[0] = saved.save()));
            assertThat(Arrays.equals(bytes[0], before) || Arrays.equals(bytes[0], after))
                    .isTrue();
            given += bytes[0] == before ? 0 : 1;

            Stepper stepper = Stepper.of(packed);
            State state = stepper.restore(before);
            threads.both(() -> step(stepper, state, 1), () -> done(() -> bytes[1] = stepper.save(state)));
            assertThat(Arrays.equals(bytes[1], before) || Arrays.equals(bytes[1], after))
                    .isTrue();
        }
        assertThat(given).isPositive();
    }

    /** Without a race: whoever holds a session's state for a pass keeps all others away. */
    @Test
    void aStateInUseIsRefused() {
        Tape tape = packed.tape(Team.single());
        State state = packed.freshState(1);
        Sequence x = Sequence.zeros(1, 1, D);
        Stepper stepper = Stepper.of(packed);
        State other = packed.freshState(1);
        Tape training = network.tape(Team.single());
        List<Runnable> uses = List.of(
                state::clear,
                () -> state.clear(0),
                () -> state.isFinite(0),
                () -> state.copyFrom(other),
                () -> other.copyFrom(state),
                () -> state.copyFrom(0, other, 0),
                () -> other.copyFrom(0, state, 0),
                () -> stepper.save(state));
        int[] refused = new int[1];
        training.train(
                x,
                state,
                new SplittableRandom(1),
                y -> {
                    for (Runnable use : uses) {
                        assertThatThrownBy(use::run)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("one thread at a time");
                        refused[0]++;
                    }
                    return Sequence.zeros(1, 1, O);
                },
                network.parameters().zerosLike());
        assertThat(refused[0]).isEqualTo(uses.size());
        // Nothing of the refused calls is left: all of it can be used again.
        uses.forEach(Runnable::run);
        tape.step(event(0), state, new float[O]);
        tape.step(event(0), other, new float[O]);
    }

    private Session begun() {
        Session session = Session.of(packed);
        session.step(event(0), new float[O]);
        return session;
    }

    private float[] stepped(float[] from, int which) {
        Session session = Session.of(packed);
        System.arraycopy(from, 0, session.state().values(), 0, from.length);
        session.step(event(which), new float[O]);
        return session.state().values();
    }

    private static float[] done(Runnable call) {
        call.run();
        return new float[0];
    }

    @Test
    void sessionBatch() throws Exception {
        List<float[]> possible = possible();
        SessionBatch batch = SessionBatch.of(packed, 4, Team.single());
        for (int i = 0; i < TRIES; i++) {
            int a = batch.add();
            int b = batch.add();
            threads.both(() -> stepped(batch, a, 0), () -> stepped(batch, b, 1));
            int left = batch.waiting();
            batch.step();
            assertThat(left).isLessThanOrEqualTo(2);
            for (int session : new int[] {a, b}) {
                State state = packed.freshState(1);
                batch.save(session, state);
                assertThat(isOneOf(possible, state.values())
                                || Arrays.equals(
                                        state.values(), packed.freshState(1).values()))
                        .isTrue();
                batch.remove(session);
            }
        }
        assertThat(batch.size()).isZero();
    }

    private static float[] stepped(SessionBatch batch, int session, int which) {
        batch.put(session, event(which));
        batch.step();
        return new float[0];
    }

    @Test
    void tape() throws Exception {
        Sequence x = Sequence.of(values(7 * 4 * D), 7, 4, D);
        Sequence other = Sequence.of(values(3 * 2 * D), 3, 2, D);
        float[] y = network.tape(Team.single())
                .forward(x, network.freshState(4))
                .copy()
                .data();
        float[] otherY = network.tape(Team.single())
                .forward(other, network.freshState(2))
                .copy()
                .data();
        Tape tape = packed.tape(Team.single());
        for (int i = 0; i < TRIES; i++) {
            List<Answer> answers =
                    threads.both(() -> forward(tape, x, y.length), () -> forward(tape, other, otherY.length));
            assertThat(!answers.get(0).given() || Arrays.equals(answers.get(0).numbers(), y))
                    .isTrue();
            assertThat(!answers.get(1).given() || Arrays.equals(answers.get(1).numbers(), otherY))
                    .isTrue();
        }
    }

    private float[] forward(Tape tape, Sequence x, int size) {
        float[] output = new float[size];
        tape.forward(x, network.freshState(x.batchSize()), output);
        return output;
    }

    private static float[] values(int size) {
        float[] values = new float[size];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    @Test
    void trainerAndEvaluator() throws Exception {
        Sequence x = Sequence.of(values(4 * 6 * D), 4, 6, D);
        Sequence y = Sequence.of(values(4 * 6 * O), 4, 6, O);
        TrainingPlan plan = TrainingPlan.forNumbers().withEpochs(1);
        Evaluator evaluator = Evaluator.of(packed, new MeanSquaredError(), Team.single());
        double loss = evaluator.meanLoss(Examples.of(x, Target.of(y), 2));
        for (int i = 0; i < TRIES; i++) {
            List<Answer> answers = threads.both(() -> judged(evaluator, x, y), () -> judged(evaluator, x, y));
            assertThat(answers).allMatch(answer -> !answer.given() || answer.numbers()[0] == (float) loss);
        }
        float[] once = trained(Trainer.of(spec, plan), x, y);
        float[] twice = again(x, y, plan);
        for (int i = 0; i < TRIES / 10; i++) {
            Trainer trainer = Trainer.of(spec, plan);
            threads.both(() -> trained(trainer, x, y), () -> trained(trainer, x, y));
            assertThat(isOneOf(
                            List.of(once, twice), trainer.network().parameters().values()))
                    .isTrue();
        }
    }

    /** Each trainer has its own thread, but they would change the same parameters, or fill the same buffers. */
    @Test
    void trainersOfOneNetworkOrOneSource() throws Exception {
        Sequence x = Sequence.of(values(4 * 6 * D), 4, 6, D);
        Sequence y = Sequence.of(values(4 * 6 * O), 4, 6, O);
        TrainingPlan plan = TrainingPlan.forNumbers().withEpochs(1);
        float[] once = trained(Trainer.of(spec, plan), x, y);
        float[] twice = again(x, y, plan);
        for (int i = 0; i < TRIES / 10; i++) {
            Network shared = Trainer.of(spec, plan).network();
            threads.both(() -> trained(Trainer.of(shared, plan), x, y), () -> trained(Trainer.of(shared, plan), x, y));
            assertThat(isOneOf(List.of(once, twice), shared.parameters().values()))
                    .isTrue();

            Examples source = Examples.of(x, Target.of(y), 2);
            Trainer a = Trainer.of(spec, plan);
            Trainer b = Trainer.of(spec, plan);
            threads.both(() -> trained(a, source), () -> trained(b, source));
            for (Trainer trainer : List.of(a, b)) {
                float[] found = trainer.network().parameters().values();
                assertThat(isOneOf(
                                List.of(
                                        once,
                                        Trainer.of(spec, plan)
                                                .network()
                                                .parameters()
                                                .values()),
                                found))
                        .isTrue();
            }
        }
    }

    private static float[] trained(Trainer trainer, Examples source) {
        trainer.train(source);
        return trainer.network().parameters().values().clone();
    }

    private static float[] judged(Evaluator evaluator, Sequence x, Sequence y) {
        return new float[] {(float) evaluator.meanLoss(Examples.of(x, Target.of(y), 2))};
    }

    private float[] again(Sequence x, Sequence y, TrainingPlan plan) {
        Trainer trainer = Trainer.of(spec, plan);
        trained(trainer, x, y);
        return trained(trainer, x, y);
    }

    private static float[] trained(Trainer trainer, Sequence x, Sequence y) {
        trainer.train(Examples.of(x, Target.of(y), 2));
        return trainer.network().parameters().values().clone();
    }
}
