package dev.carousel.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** An idle session costs its numbers and little more. In a Java of its own, so that no other's garbage is counted. */
class PoolMemoryTest {

    private static final int SESSIONS = 100_000;
    private static final int D = 64;
    private static final int H = 128;

    /** Fills a pool and tells how many bytes of the heap are in use afterwards. */
    public static void main(String[] args) {
        PackedNetwork network = Network.initialised(NetworkSpec.of(Recurrent.lstm(D, H)), new Seeds(1).initialisation())
                .pack();
        try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withThreads(2))) {
            for (int i = 0; i < SESSIONS; i++) {
                pool.join("session-" + i);
            }
            float[] y = new float[H];
            for (int i = 0; i < SESSIONS; i += 1000) {
                pool.step("session-" + i, new float[D], y);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                System.gc();
                least = Math.min(
                        least,
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory());
            }
            System.out.println(pool.figures().sessions() + " " + least);
        }
    }

    @Test
    void aHundredThousandSessionsFitInto160Megabytes() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PoolMemoryTest.class.getName())
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new TimeoutException("The pool was not filled within five minutes.");
        }
        String told = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        String[] numbers = told.split(" ", -1);
        assertThat(numbers).as(told).hasSize(2);
        assertThat(Integer.parseInt(numbers[0])).isEqualTo(SESSIONS);
        // At least the numbers of their states; with keys and all else at most half as much again.
        assertThat(Long.parseLong(numbers[1])).isBetween(SESSIONS * 2L * H * Float.BYTES, 150_000_000L);
    }
}
