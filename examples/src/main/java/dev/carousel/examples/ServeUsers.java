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
import java.util.function.IntFunction;

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
     * @param states what users cost as states that share a stepper
     * @param sessions what they cost as sessions, each with buffers of its own
     */
    record Outcome(
            long whole,
            long restarted,
            long alone,
            int bytesSaved,
            double eventsPerSecond,
            Cost states,
            Cost sessions) {}

    /**
     * What users cost.
     *
     * @param bytesPerUser on the heap, a mean over all users
     * @param seconds for all events on one thread, all code compiled
     * @param digest of all answers
     */
    record Cost(double bytesPerUser, double seconds, long digest) {}

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
                "%,.0f events a second, four threads, from a cold start; a user is %d bytes when saved%n",
                outcome.eventsPerSecond(), outcome.bytesSaved());
        print("a State for each user, one Stepper", outcome.states());
        print("a Session for each user", outcome.sessions());
        System.out.printf(
                "digests: %x in one process, %x with a restart, %x with a session for each user%n",
                outcome.whole(), outcome.restarted(), outcome.alone());
    }

    private static void print(String what, Cost cost) {
        System.out.printf(
                "%s: %,.0f bytes a user on the heap; 800,000 events on one warm thread in %.2f s, %,.0f a second%n",
                what, cost.bytesPerUser(), cost.seconds(), 800_000 / cost.seconds());
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
                count / seconds,
                service.costOfStates(model),
                service.costOfSessions(model));
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

    /** Serves one event of a user. */
    private interface Step {

        void step(int user, float[] event, float[] score);
    }

    private Cost costOfStates(PackedNetwork model) {
        State[] states = new State[users];
        double bytes = bytesPerUser(states, user -> model.freshState(1));
        Stepper stepper = Stepper.of(model);
        return cost(
                bytes,
                () -> Arrays.stream(states).forEach(State::clear),
                (user, event, score) -> stepper.step(states[user], event, score));
    }

    private Cost costOfSessions(PackedNetwork model) {
        Session[] sessions = new Session[users];
        double bytes = bytesPerUser(sessions, user -> Session.of(model));
        return cost(
                bytes,
                () -> Arrays.stream(sessions).forEach(Session::reset),
                (user, event, score) -> sessions[user].step(event, score));
    }

    /** All events twice: what counts is the second time, when Java has compiled everything. */
    private Cost cost(double bytesPerUser, Runnable reset, Step step) {
        double seconds = 0;
        long digest = 0;
        float[] score = new float[1];
        for (int time = 0; time < 2; time++) {
            reset.run();
            long[] digests = new long[users];
            long begin = System.nanoTime();
            for (int i = 0; i < userOf.length; i++) {
                int user = userOf[i];
                step.step(user, events[i], score);
                digests[user] = 31 * digests[user] + Float.floatToIntBits(score[0]);
            }
            seconds = (System.nanoTime() - begin) / 1e9;
            digest = Arrays.hashCode(digests);
        }
        return new Cost(bytesPerUser, seconds, digest);
    }

    /** What the objects of all users take on the heap; the median of five trials, as others collect and allocate meanwhile. */
    private <T> double bytesPerUser(T[] of, IntFunction<T> made) {
        double[] trials = new double[5];
        for (int i = 0; i < trials.length; i++) {
            Arrays.fill(of, null);
            long before = usedBytes();
            Arrays.setAll(of, made);
            trials[i] = (double) (usedBytes() - before) / users;
        }
        Arrays.sort(trials);
        return trials[trials.length / 2];
    }

    /** How much of the heap is in use once what nobody needs has been collected. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
