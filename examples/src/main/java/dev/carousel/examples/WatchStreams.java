package dev.carousel.examples;

import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Target;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Streaming: one immutable model, a session for each of many streams, stepped by many threads.
 *
 * <p>200 pumps hum, each at its own pace. A network has learned to predict the next number of a hum; where it is
 * surprised, something is wrong. After 200 events pump 17 breaks.
 */
public final class WatchStreams {

    private static final int PUMPS = 200;
    private static final int EVENTS = 400;
    private static final int BROKEN = 17;

    /** What was read, by what; what each session said last; which surprised the most; what pump 0 said here and there. */
    record Outcome(Sequence events, PackedNetwork model, float[] forecasts, int found, float[] next) {}

    /** One pump: its session, and how surprising it has been of late. It belongs to one thread at a time. */
    private static final class Pump {
        private final Session session;
        private final float[] event = new float[1];
        private final float[] forecast = new float[1];
        private double surprise;

        Pump(PackedNetwork model) {
            session = Session.of(model);
        }

        void read(float value) {
            surprise = 0.95 * surprise + 0.05 * Math.abs(value - forecast[0]);
            event[0] = value;
            session.step(event, forecast);
        }
    }

    private WatchStreams() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        // A model is a file; this one stays in memory. Packed, it is immutable, and all threads share it.
        byte[] file = trained().toBytes();
        PackedNetwork model =
                Model.ofBytes("hum", file).requireTask("hum").network().pack();
        Pump[] pumps = new Pump[PUMPS];
        Arrays.setAll(pumps, i -> new Pump(model));
        int state = pumps[0].session.state().values().length;
        System.out.printf("a model of %,d bytes; %d sessions of %d numbers each%n%n", file.length, PUMPS, state);

        // Events arrive in turn, and any free thread takes the next pump: sessions share nothing that changes.
        Sequence events = hum(EVENTS, PUMPS, new SplittableRandom(2));
        System.out.println("events  surprise of pump 17  of the others, on average");
        for (int t = 0; t < EVENTS; t++) {
            if (t >= 200) {
                events.set(t, BROKEN, 0, t % 3 - 1);
            }
            int now = t;
            IntStream.range(0, PUMPS).parallel().forEach(i -> pumps[i].read(events.get(now, i, 0)));
            if (t % 50 == 49) {
                double own = pumps[BROKEN].surprise;
                double all =
                        Arrays.stream(pumps).mapToDouble(pump -> pump.surprise).sum();
                System.out.printf("%6d %20.3f %26.3f%n", t + 1, own, (all - own) / (PUMPS - 1));
            }
        }
        int found = 0;
        for (int i = 0; i < PUMPS; i++) {
            found = pumps[i].surprise > pumps[found].surprise ? i : found;
        }
        System.out.printf("%nthe most surprising is pump %d%n", found);

        float[] forecasts = new float[PUMPS];
        IntStream.range(0, PUMPS).forEach(i -> forecasts[i] = pumps[i].forecast[0]);

        // A state is plain numbers: a session can go on in another place as if nothing had happened.
        Pump elsewhere = new Pump(model);
        elsewhere.session.state().copyFrom(pumps[0].session.state());
        elsewhere.read(0.5f);
        pumps[0].read(0.5f);
        float[] next = {pumps[0].forecast[0], elsewhere.forecast[0]};
        System.out.printf("pump 0 goes on with %.6f, elsewhere with %.6f%n", next[0], next[1]);
        return new Outcome(events, model, forecasts, found, next);
    }

    /** A network that predicts the next number of a hum. */
    private static Model trained() {
        int T = 60;
        int N = 256;
        float[] numbers = hum(T + 1, N, new SplittableRandom(1)).data();
        Sequence now = Sequence.of(numbers, T, N, 1);
        Sequence next = Sequence.of(Arrays.copyOfRange(numbers, N, (T + 1) * N), T, N, 1);

        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(1, 16), Dense.head(16, 1));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError())
                .withOptimiser(new Adam(0.01))
                .withEpochs(20);
        Trainer.of(network, plan, Team.single()).train(Examples.of(now, Target.of(next), 16));
        return Model.of(network, Task.of("hum"));
    }

    /** N hums with a pace of their own, [T, N, 1]. */
    private static Sequence hum(int steps, int count, RandomGenerator random) {
        Sequence hum = Sequence.zeros(steps, count, 1);
        for (int n = 0; n < count; n++) {
            double pace = random.nextDouble(0.3, 0.8);
            double phase = random.nextDouble(2 * Math.PI);
            for (int t = 0; t < steps; t++) {
                hum.set(t, n, 0, (float) (Math.sin(pace * t + phase) + 0.05 * random.nextGaussian()));
            }
        }
        return hum;
    }
}
