package dev.carousel.store;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.Sessions;
import dev.carousel.stream.StateStore;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * A process that serves numbered events until it is killed: {@code STORE KEYS SEED}. Of each answer it tells key, number of the
 * last event, and a digest of the answers, a line each, after it has got it; of a failure {@code failed} and why.
 */
final class ServingProcess {

    static final int MOST_EVENTS = 3;

    private ServingProcess() {}

    public static void main(String[] args) throws InterruptedException {
        PackedNetwork network = Networks.small();
        int keys = Integer.parseInt(args[1]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[2]));
        StateStore store = store(args[0]);
        SessionPool pool =
                SessionPool.of(network, PoolOptions.defaults().withThreads(2).withMaxInMemory(keys / 2), store);
        long[] next = new long[keys];
        Semaphore open = new Semaphore(64);
        for (int k = 0; k < keys; k++) {
            next[k] = pool.applied("key " + k).orElse(-1) + 1;
        }
        PrintStream out = new PrintStream(System.out, true);
        out.println("ready");
        while (true) {
            int k = random.nextInt(keys);
            int count = 1 + random.nextInt(MOST_EVENTS);
            String key = "key " + k;
            List<float[]> events = events(key, next[k], count);
            long last = next[k] + count - 1;
            open.acquire();
            submit(pool, key, next[k], events, new Sessions.Callback<>() {
                @Override
                public void answered(List<float[]> answers) {
                    out.println("answered " + k + " " + last + " " + digest(answers) + " end");
                    open.release();
                }

                @Override
                public void failed(RuntimeException cause) {
                    out.println("failed " + k + " " + kind(cause) + " " + cause.getMessage());
                    open.release();
                }
            });
            next[k] += count;
        }
    }

    private static String kind(RuntimeException cause) {
        return cause instanceof PoolException known
                ? known.kind().name()
                : cause.getClass().getName();
    }

    static StateStore store(String where) {
        return where.startsWith("redis:")
                ? RedisStateStore.connect(URI.create(where))
                : MvStateStore.open(Path.of(where));
    }

    static List<float[]> events(String key, long first, int count) {
        List<float[]> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Networks.event(key, first + i));
        }
        return events;
    }

    static int digest(List<float[]> answers) {
        int digest = 1;
        for (float[] answer : answers) {
            digest = 31 * digest + Arrays.hashCode(answer);
        }
        return digest;
    }

    private static void submit(
            SessionPool pool, String key, long first, List<float[]> events, Sessions.Callback<float[]> callback) {
        pool.submit(key, OptionalLong.of(first), events, callback);
    }
}
