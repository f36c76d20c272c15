package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A team that several threads share. */
@Timeout(60)
class TeamCallersTest {

    private static final int CALLERS = 4;
    private static final int TASKS = 1_000;
    private static final int SIZE = 64;

    /** Each task fills an array of its caller's in two rounds with a meeting between them, so that any mixing shows. */
    @Test
    void callersAreServedOneAfterTheOther() throws Exception {
        try (Team team = Team.of(3)) {
            ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
            List<Future<Boolean>> found = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int mine = caller;
                found.add(threads.submit((Callable<Boolean>) () -> ownNumbersOnly(team, mine)));
            }
            for (Future<Boolean> one : found) {
                assertThat(one.get(50, TimeUnit.SECONDS)).isTrue();
            }
            threads.shutdown();
        }
    }

    private static boolean ownNumbersOnly(Team team, int caller) {
        int[] first = new int[SIZE];
        int[] second = new int[SIZE];
        boolean right = true;
        for (int i = 0; i < TASKS; i++) {
            int value = caller * TASKS + i;
            team.run((part, parts) -> {
                for (int k = Team.cut(SIZE, part, parts); k < Team.cut(SIZE, part + 1, parts); k++) {
                    first[k] = value;
                }
                team.meet();
                for (int k = Team.cut(SIZE, part, parts); k < Team.cut(SIZE, part + 1, parts); k++) {
                    second[k] = first[SIZE - 1 - k];
                }
            });
            for (int number : second) {
                right &= number == value;
            }
        }
        return right;
    }

    @Test
    void aTaskWithinATaskIsRefused() {
        Team team = Team.of(2);
        try {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> team.run((part, parts) -> {
                        if (part == 0) {
                            team.run((one, all) -> {});
                        }
                    }))
                    .withMessageContaining("run another task");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> team.run((part, parts) -> {
                        if (part == 1) {
                            team.close();
                        }
                    }))
                    .withMessageContaining("close itself");
            int[] sum = new int[2];
            team.run((part, parts) -> sum[part] = 1);
            assertThat(sum).containsExactly(1, 1);
        } finally {
            team.close();
        }
    }

    @Test
    void closingWaitsForTheTaskThatRuns() throws Exception {
        Team team = Team.of(2);
        CountDownLatch begun = new CountDownLatch(2);
        int[] done = new int[2];
        Thread caller = new Thread(() -> team.run((part, parts) -> {
            begun.countDown();
            for (int i = 0; i < 1_000_000; i++) {
                done[part] = i;
            }
            done[part] = -1;
        }));
        caller.start();
        begun.await();
        team.close();
        assertThat(done).containsExactly(-1, -1);
        caller.join();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> team.run((part, parts) -> {}))
                .withMessageContaining("has been closed");
    }
}
