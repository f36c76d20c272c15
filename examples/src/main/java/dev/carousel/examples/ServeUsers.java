package dev.carousel.examples;

import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import dev.carousel.stream.Stepper;
import dev.carousel.train.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A service: one model, a state for each of many users, a few threads, events in order, and a restart from bytes.
 *
 * <p>Each user belongs to one of the threads, by the number of the user, so that a user's events stay in order and no lock is
 * needed. A thread has one {@link Stepper}; a user is a {@link State} and nothing else. The same events are served by one
 * process, by one that is restarted half way, and by a {@link Session} for each user alone: all bits are the same.
 */
public final class ServeUsers {

    private static final int FEATURES = 8;

    /** What is served: a random walk over users, and the numbers of each event. */
    private final int users;

    private final int[] userOf;
    private final float[][] events;

    /**
     * What came of it.
     *
     * @param whole a digest of all answers, each user's in order, of one process
     * @param restarted the same of a process that was stopped half way and of the one after it
     * @param alone the same of a session for each user
     * @param bytesSaved what a user is as bytes
     * @param eventsPerSecond how many events the threads served together
     */
    record Outcome(long whole, long restarted, long alone, int bytesSaved, double eventsPerSecond) {}

    private ServeUsers(int users, int count) {
        this.users = users;
        this.userOf = new int[count];
        this.events = new float[count][FEATURES];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            userOf[i] = random.nextInt(users);
            for (int d = 0; d < FEATURES; d++) {
                events[i][d] = (float) random.nextGaussian();
            }
        }
    }

    /** Runs the example: 20,000 users and 800,000 events on four threads. */
    public static void main(String[] args) {
        Outcome outcome = run(20_000, 800_000, 4);
        System.out.printf(
                "%,.0f events a second; a user is %d bytes%n", outcome.eventsPerSecond(), outcome.bytesSaved());
        System.out.printf(
                "digests: %x in one process, %x with a restart, %x with a session for each user%n",
                outcome.whole(), outcome.restarted(), outcome.alone());
    }

    static Outcome run(int users, int count, int threads) {
        // In a service: Model.load(Path.of("scores.safetensors")).network().pack()
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(FEATURES, 32), Dense.head(32, 1));
        PackedNetwork model =
                Network.initialised(spec, new Seeds(1).initialisation()).pack();
        ServeUsers service = new ServeUsers(users, count);

        List<Worker> workers = service.workers(model, threads);
        long begin = System.nanoTime();
        serve(workers, 0, count);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long whole = service.digest(workers);

        List<Worker> before = service.workers(model, threads);
        serve(before, 0, count / 2);
        Map<Integer, byte[]> saved = new HashMap<>();
        before.forEach(worker -> worker.save(saved));
        // The process after the restart has another number of threads; the bytes know their network.
        List<Worker> after = service.workers(model, threads + 1);
        after.forEach(worker -> worker.restore(saved, before));
        serve(after, count / 2, count);
        return new Outcome(
                whole,
                service.digest(after),
                service.alone(model),
                saved.values().iterator().next().length,
                count / seconds);
    }

    private List<Worker> workers(PackedNetwork model, int threads) {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(i, threads, Stepper.of(model)));
        }
        return workers;
    }

    /** One thread's users: their states, and a digest of the answers to each, in order. */
    private final class Worker {
        private final int index;
        private final int of;
        private final Stepper stepper;
        private final Map<Integer, State> states = new HashMap<>();
        private final long[] digests = new long[users];
        private final float[] score = new float[1];

        Worker(int index, int of, Stepper stepper) {
            this.index = index;
            this.of = of;
            this.stepper = stepper;
        }

        private boolean has(int user) {
            return user % of == index;
        }

        /** Takes its users' events from a part of the log; in a service, from the queue of its partition. */
        void serve(int from, int to) {
            for (int i = from; i < to; i++) {
                int user = userOf[i];
                if (has(user)) {
                    State state =
                            states.computeIfAbsent(user, id -> stepper.network().freshState(1));
                    stepper.step(state, events[i], score);
                    digests[user] = 31 * digests[user] + Float.floatToIntBits(score[0]);
                }
            }
        }

        void save(Map<Integer, byte[]> to) {
            states.forEach((user, state) -> to.put(user, stepper.save(state)));
        }

        void restore(Map<Integer, byte[]> saved, List<Worker> before) {
            saved.forEach((user, bytes) -> {
                if (has(user)) {
                    states.put(user, stepper.restore(bytes));
                    digests[user] = before.get(user % before.size()).digests[user];
                }
            });
        }
    }

    private static void serve(List<Worker> workers, int from, int to) {
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            List<Future<?>> done = new ArrayList<>();
            workers.forEach(worker -> done.add(threads.submit(() -> worker.serve(from, to))));
            for (Future<?> one : done) {
                one.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("A worker failed.", e);
        } finally {
            threads.shutdown();
        }
    }

    private long digest(List<Worker> workers) {
        long[] digests = new long[users];
        Arrays.setAll(digests, user -> workers.get(user % workers.size()).digests[user]);
        return Arrays.hashCode(digests);
    }

    /** The same digest as of one thread, with a session for each user. */
    private long alone(PackedNetwork model) {
        Session[] sessions = new Session[users];
        long[] digests = new long[users];
        float[] score = new float[1];
        for (int i = 0; i < userOf.length; i++) {
            int user = userOf[i];
            sessions[user] = sessions[user] == null ? Session.of(model) : sessions[user];
            sessions[user].step(events[i], score);
            digests[user] = 31 * digests[user] + Float.floatToIntBits(score[0]);
        }
        return Arrays.hashCode(digests);
    }
}
