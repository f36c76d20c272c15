package dev.carousel.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.StateStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full: what cannot be written is not answered, and what was answered is kept. */
class FullDiskTest {

    private static final int KEYS = 400;

    @TempDir
    Path folder;

    @Test
    void whatCannotBeWrittenFailsAndWhatWasAnsweredIsKept() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs a shell that limits the size of files");
        String store = folder.resolve("store").toString();
        // No file may be larger than 200 kB, for want of a small disk.
        Process process = new ProcessBuilder(
                        "/bin/bash",
                        "-c",
                        "ulimit -f 200; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServingProcess.class.getName(),
                        store,
                        String.valueOf(KEYS),
                        "1")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Map<Integer, Long> answered = new HashMap<>();
        List<String> failed = new ArrayList<>();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            while (failed.size() < 50) {
                String line = out.readLine();
                assertThat(line).as("after %s answers", answered.size()).isNotNull();
                String[] words = line.split(" ", -1);
                if (words[0].equals("answered")) {
                    answered.put(Integer.valueOf(words[1]), Long.valueOf(words[2]));
                } else if (words[0].equals("failed")) {
                    failed.add(line);
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(answered).isNotEmpty();
        assertThat(failed.get(0)).contains("STORE_FULL").contains("no room").contains("sessions.mv.db");
        // What comes after a failed event of a session is refused, rather than taken without it.
        assertThat(failed).allMatch(line -> line.contains("STORE_") || line.contains("NUMBER_GAP"));
        compare(store, answered);
    }

    private static void compare(String where, Map<Integer, Long> answered) {
        PackedNetwork network = Networks.small();
        try (StateStore store = MvStateStore.open(Path.of(where));
                SessionPool pool = SessionPool.of(network, PoolOptions.defaults(), store)) {
            answered.forEach((k, last) -> {
                String key = "key " + k;
                long applied = pool.applied(key).orElse(-1);
                assertThat(applied).as(key).isGreaterThanOrEqualTo(last);
                Session alone = Session.of(network);
                for (long n = 0; n <= applied; n++) {
                    alone.step(Networks.event(key, n), new float[Networks.OUTPUTS]);
                }
                assertThat(pool.state(key)).contains(alone.save());
            });
        }
    }
}
