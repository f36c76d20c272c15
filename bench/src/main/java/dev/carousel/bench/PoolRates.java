package dev.carousel.bench;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.Sessions;
import dev.carousel.train.Seeds;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pool}: how many events a second a pool of sessions takes, and how long one session alone waits. */
@Command(
        name = "pool",
        mixinStandardHelpOptions = true,
        description =
                "Events a second of a pool whose sessions get events at random, next to steps of a batch of sessions that"
                        + " are all there (what carousel bench --mode step --shape 1,256,64,128 times), in turn; then one session alone,"
                        + " without a pool and in one: how long a step takes and what it allocates. Checks the answers first."
                        + " --rounds 0 --alone 300 takes only the second part, five minutes of each.")
final class PoolRates implements Callable<Integer> {

    private static final int EVENTS = 1024;

    @Option(names = "--sessions", defaultValue = "100000", description = "In the pool (default: ${DEFAULT-VALUE}).")
    int sessions;

    @Option(
            names = "--inputs",
            defaultValue = "64",
            description = "D, numbers of an event (default: ${DEFAULT-VALUE}).")
    int inputs;

    @Option(names = "--units", defaultValue = "128", description = "H, of the LSTM (default: ${DEFAULT-VALUE}).")
    int units;

    @Option(names = "--threads", defaultValue = "2", description = "That take steps (default: ${DEFAULT-VALUE}).")
    int threads;

    @Option(
            names = "--batch",
            defaultValue = "256",
            description = "Sessions a step, of the pool at most (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(names = "--rounds", defaultValue = "5", description = "In turn; 0 for none (default: ${DEFAULT-VALUE}).")
    int rounds;

    @Option(names = "--seconds", defaultValue = "3", description = "Of each (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            names = "--alone",
            defaultValue = "3",
            description = "Seconds of one session alone, without a pool and in one (default: ${DEFAULT-VALUE}).")
    double alone;

    @Spec
    CommandSpec command;

    private float[][] events = {};
    private String[] keys = {};

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        out.println(Machine.line());
        PackedNetwork network = Network.initialised(
                        NetworkSpec.of(Recurrent.lstm(inputs, units)), new Seeds(1).initialisation())
                .pack();
        SplittableRandom random = new SplittableRandom(1);
        events = new float[EVENTS][inputs];
        for (float[] event : events) {
            for (int d = 0; d < inputs; d++) {
                event[d] = (float) random.nextDouble(-2, 2);
            }
        }
        keys = new String[sessions];
        Arrays.setAll(keys, i -> "session-" + i);
        try (Team team = Team.of(threads);
                SessionPool pool = SessionPool.of(
                        network, PoolOptions.defaults().withThreads(threads).withMaxBatch(batch))) {
            check(network, pool);
            if (rounds > 0) {
                rate(out, network, team, pool);
            }
            alone(out, network, pool);
        }
        return 0;
    }

    /** The pool answers as a session does, before it is timed. */
    private void check(PackedNetwork network, SessionPool pool) {
        Session alone = Session.of(network);
        float[] expected = new float[units];
        float[] found = new float[units];
        for (int i = 0; i < 10; i++) {
            alone.step(events[i], expected);
            pool.step("checked", events[i], found);
            LayerCheck.agree("event " + i, "the pool", found, "a session alone", expected);
        }
        pool.leave("checked");
    }

    private void rate(PrintWriter out, PackedNetwork network, Team team, SessionPool pool) {
        for (String key : keys) {
            pool.join(key);
        }
        SessionBatch together = SessionBatch.of(network, batch, team);
        for (int i = 0; i < batch; i++) {
            together.add();
        }
        double[] ratios = new double[rounds];
        steps(together);
        poolEvents(pool);
        for (int round = 0; round < rounds; round++) {
            double steps = steps(together);
            double pooled = poolEvents(pool);
            ratios[round] = pooled / steps;
            out.printf(
                    Locale.ROOT,
                    "batch of %d: %,.0f steps/s   pool of %,d: %,.0f events/s   ratio %.2f%n",
                    batch,
                    steps,
                    sessions,
                    pooled,
                    ratios[round]);
        }
        Arrays.sort(ratios);
        out.printf(
                Locale.ROOT,
                "median ratio %.2f, sessions stepped together %.0f on average%n",
                ratios[rounds / 2],
                pool.figures().meanBatch());
    }

    private double steps(SessionBatch together) {
        float[] output = new float[units];
        long begin = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - begin < seconds * 1e9) {
            for (int i = 0; i < batch; i++) {
                together.put(i, events[i % EVENTS]);
            }
            count += together.step();
            for (int i = 0; i < batch; i++) {
                together.output(i, output);
            }
        }
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    /** One caller brings events of random sessions as fast as the queue takes them. */
    private double poolEvents(SessionPool pool) {
        SplittableRandom random = new SplittableRandom(2);
        int open = 16 * batch * threads;
        Semaphore free = new Semaphore(open);
        float[][] outputs = new float[open][units];
        Sessions.Callback<float[]> callback = new Sessions.Callback<>() {
            @Override
            public void answered(List<float[]> answers) {
                free.release();
            }

            @Override
            public void failed(RuntimeException cause) {
                throw cause;
            }
        };
        long begin = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - begin < seconds * 1e9) {
            // Half of those that may be under way at a time, so that the threads always find something.
            free.acquireUninterruptibly(open / 2);
            for (int i = 0; i < open / 2; i++) {
                int k = random.nextInt(sessions);
                submit(pool, keys[k], events[k % EVENTS], outputs[(int) (count % open)], callback);
                count++;
            }
        }
        free.acquireUninterruptibly(open);
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    private static void submit(
            SessionPool pool, String key, float[] event, float[] output, Sessions.Callback<float[]> callback) {
        while (true) {
            try {
                pool.submit(key, event, output, callback);
                return;
            } catch (PoolException e) {
                LockSupport.parkNanos(10_000);
            }
        }
    }

    private void alone(PrintWriter out, PackedNetwork network, SessionPool pool) {
        Session session = Session.of(network);
        float[] output = new float[units];
        out.println("a session without a pool, " + timed(event -> session.step(event, output)));
        out.println("one session alone in it,  " + timed(event -> pool.step(keys[0], event, output)));
    }

    /** Steps one after the other, once they are warm. */
    private String timed(Consumer<float[]> step) {
        WaitingTimes times = new WaitingTimes();
        steps(times, step, Math.min(alone, 1));
        times.clear();
        com.sun.management.ThreadMXBean threadBean =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long allocated = threadBean.getThreadAllocatedBytes(self);
        long count = steps(times, step, alone);
        allocated = threadBean.getThreadAllocatedBytes(self) - allocated;
        return String.format(Locale.ROOT, "%s; %.1f bytes allocated a step", times.line(), allocated / (double) count);
    }

    private long steps(WaitingTimes times, Consumer<float[]> step, double time) {
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time * 1e9) {
            float[] event = events[(int) (count++ % EVENTS)];
            long before = System.nanoTime();
            step.accept(event);
            times.add(System.nanoTime() - before);
        }
        return count;
    }
}
