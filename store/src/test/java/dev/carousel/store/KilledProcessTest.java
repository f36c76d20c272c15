package dev.carousel.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.StateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed at random moments: every answered event is in the state exactly once, and whoever asks again gets the same
 * answer. Three rounds, or as many as {@code -Dcarousel.kills=50} says.
 */
class KilledProcessTest {

    private static final int KILLS = Integer.getInteger("carousel.kills", 3);

    private static final int KEYS = 40;

    private final PackedNetwork network = Networks.small();

    @TempDir
    Path folder;

    @Test
    void aFileHasEveryAnsweredEventOnce() throws Exception {
        killAndCompare(folder.resolve("store").toString());
    }

    @Test
    void redisHasEveryAnsweredEventOnce() throws Exception {
        try (RedisServer server = RedisServer.start(folder)) {
            killAndCompare(server.uri().toString());
        }
    }

    private void killAndCompare(String store) throws Exception {
        SplittableRandom random = new SplittableRandom(9);
        Map<Integer, Long> answered = new HashMap<>();
        Map<Integer, Integer> digests = new HashMap<>();
        int answers = 0;
        for (int round = 0; round < KILLS; round++) {
            answers += serveUntilKilled(store, round, random.nextInt(1, 120), answered, digests);
            compare(store, answered, digests);
        }
        assertThat(answers).as("answers in all").isGreaterThan(2 * KILLS);
    }

    /** Starts the process and kills it soon after it has told some answers; how many it told in all. */
    private static int serveUntilKilled(
            String store, int seed, int after, Map<Integer, Long> answered, Map<Integer, Integer> digests)
            throws IOException, InterruptedException {
        Process process = java(store, String.valueOf(KEYS), String.valueOf(seed));
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            assertThat(out.readLine()).isEqualTo("ready");
            while (lines.size() < after) {
                lines.add(out.readLine());
            }
            Thread.sleep(0, new SplittableRandom(seed).nextInt(1_000_000));
            // SIGKILL; by its handle, since the process itself would close what it has told.
            process.toHandle().destroyForcibly();
            out.lines().forEach(lines::add);
        }
        process.waitFor();
        int count = 0;
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            // The last line may be cut off: what is not told to its end is not answered.
            if (words.length == 5 && words[4].equals("end")) {
                assertThat(words[0]).as(line).isEqualTo("answered");
                answered.put(Integer.valueOf(words[1]), Long.valueOf(words[2]));
                digests.put(Integer.valueOf(words[1]), Integer.valueOf(words[3]));
                count++;
            } else {
                assertThat(line).doesNotStartWith("failed").isEqualTo(lines.get(lines.size() - 1));
            }
        }
        return count;
    }

    static Process java(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                // The kernels of this process, for their bits.
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                ServingProcess.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** In a process that has not served: all that is kept next to sessions that get the same events alone. */
    private void compare(String where, Map<Integer, Long> answered, Map<Integer, Integer> digests) {
        try (StateStore store = ServingProcess.store(where);
                SessionPool pool =
                        SessionPool.of(network, PoolOptions.defaults().withThreads(1), store)) {
            for (int k = 0; k < KEYS; k++) {
                String key = "key " + k;
                long applied = pool.applied(key).orElse(-1);
                assertThat(applied).as(key).isGreaterThanOrEqualTo(answered.getOrDefault(k, -1L));
                Session alone = Session.of(network);
                List<float[]> answers = new ArrayList<>();
                for (long n = 0; n <= applied; n++) {
                    float[] y = new float[Networks.OUTPUTS];
                    alone.step(Networks.event(key, n), y);
                    answers.add(y);
                }
                assertThat(pool.has(key)).as(key).isEqualTo(applied >= 0);
                if (applied >= 0) {
                    assertThat(pool.state(key)).as(key).contains(alone.save());
                    // The last event once more, as from a caller who has not got its answer.
                    float[] again = pool.submit(key, applied, List.of(Networks.event(key, applied)))
                            .join()
                            .get(0);
                    assertThat(again).containsExactly(answers.get((int) applied));
                    assertThat(pool.state(key)).contains(alone.save());
                    assertThat(pool.applied(key)).hasValue(applied);
                }
                compareDigest(k, answered, digests, answers);
            }
        }
    }

    /** The answers that were told are those of the session alone. */
    private static void compareDigest(
            int k, Map<Integer, Long> answered, Map<Integer, Integer> digests, List<float[]> answers) {
        if (!answered.containsKey(k)) {
            return;
        }
        int last = answered.get(k).intValue();
        List<Integer> possible = new ArrayList<>();
        for (int count = 1; count <= Math.min(ServingProcess.MOST_EVENTS, last + 1); count++) {
            possible.add(ServingProcess.digest(answers.subList(last + 1 - count, last + 1)));
        }
        assertThat(possible).as("key " + k).contains(digests.get(k));
    }
}
