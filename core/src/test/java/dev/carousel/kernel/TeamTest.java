package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A team runs every part of a task once, waits for all of them, and survives parts that fail. */
@Timeout(30)
class TeamTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyPartRunsOnceOnAThreadOfItsOwn(int threads) {
        try (Team team = Team.of(threads)) {
            assertThat(team.threads()).isEqualTo(threads);
            int[] runs = new int[threads];
            Set<Thread> workers = ConcurrentHashMap.newKeySet();
            for (int task = 1; task <= 200; task++) {
                team.run((part, parts) -> {
                    assertThat(parts).isEqualTo(threads);
                    // Not atomic: the count is right only if each part has one thread, and its writes are seen.
                    runs[part]++;
                    workers.add(Thread.currentThread());
                });
                int expected = task;
                assertThat(runs).containsOnly(expected);
            }
            assertThat(workers).hasSize(threads).contains(Thread.currentThread());
        }
    }

    @Test
    void threadsThatHaveParkedWakeForTheNextTask() throws InterruptedException {
        try (Team team = Team.of(3)) {
            int[] runs = new int[3];
            for (int task = 0; task < 3; task++) {
                team.run((part, parts) -> runs[part]++);
                Thread.sleep(30);
            }
            assertThat(runs).containsOnly(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void failureOfAnyPartReachesTheCallerAndTheTeamStaysUsable(int failing) {
        try (Team team = Team.of(3)) {
            int[] done = new int[3];
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> team.run((part, parts) -> {
                        if (part == failing) {
                            throw new UnsupportedOperationException("part " + part);
                        }
                        done[part]++;
                    }))
                    .withMessage("part " + failing);
            assertThat(Arrays.stream(done).sum()).as("the others finish").isEqualTo(2);
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(() -> team.run((part, parts) -> {
                        if (part == failing) {
                            throw new OutOfMemoryError("made up");
                        }
                    }));
            int[] after = new int[3];
            team.run((part, parts) -> after[part]++);
            assertThat(after).containsOnly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void whatOneWroteBeforeAMeetingAllSeeAfterIt(int threads) {
        try (Team team = Team.of(threads)) {
            int rounds = 50;
            int[] written = new int[threads];
            int[] wrong = new int[threads];
            for (int task = 0; task < 5; task++) {
                team.run((part, parts) -> {
                    for (int round = 1; round <= rounds; round++) {
                        written[part] = round;
                        team.meet();
                        for (int other : written) {
                            wrong[part] += other == round ? 0 : 1;
                        }
                        team.meet();
                    }
                });
            }
            assertThat(wrong).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void failureBeforeAMeetingReachesTheCallerAndNobodyWaitsForEver(int failing) {
        try (Team team = Team.of(3)) {
            for (int round = 0; round < 5; round++) {
                assertThatExceptionOfType(UnsupportedOperationException.class)
                        .isThrownBy(() -> team.run((part, parts) -> {
                            if (part == failing) {
                                throw new UnsupportedOperationException("part " + part);
                            }
                            team.meet();
                        }))
                        .withMessage("part " + failing);
                int[] after = new int[3];
                team.run((part, parts) -> {
                    team.meet();
                    after[part]++;
                });
                assertThat(after).containsOnly(1);
            }
        }
    }

    @Test
    void closedTeamRefusesTasks() {
        Team team = Team.of(2);
        team.close();
        team.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> team.run((part, parts) -> {}))
                .withMessage("This team of threads has been closed.");
    }

    @Test
    void closeEndsTheThreads() throws InterruptedException {
        Team team = Team.of(2);
        Thread[] worker = new Thread[2];
        team.run((part, parts) -> worker[part] = Thread.currentThread());
        assertThat(worker[1].isDaemon()).isTrue();
        team.close();
        worker[1].join(10_000);
        assertThat(worker[1].isAlive()).isFalse();
    }

    @Test
    void callerAloneIsATeamThatNobodyCanClose() {
        assertThat(Team.of(1)).isSameAs(Team.single());
        Team.single().close();
        int[] runs = new int[1];
        Team.single().run((part, parts) -> runs[part] += parts);
        assertThat(runs).containsExactly(1);
        Team.single().meet();
    }

    @Test
    void teamOfNobodyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Team.of(0))
                .withMessage("A team needs at least 1 thread, but got 0.");
    }

    @Test
    void partsOfACutCoverEverythingOnce() {
        for (int size : new int[] {0, 1, 2, 7, 16, 100, 129}) {
            for (int parts = 1; parts <= 5; parts++) {
                for (int unit : new int[] {1, 4, 16}) {
                    assertThat(Team.cut(size, unit, 0, parts)).isZero();
                    assertThat(Team.cut(size, unit, parts, parts)).isEqualTo(size);
                    for (int part = 0; part < parts; part++) {
                        int from = Team.cut(size, unit, part, parts);
                        int to = Team.cut(size, unit, part + 1, parts);
                        assertThat(from).isLessThanOrEqualTo(to);
                        assertThat(from % unit == 0 || from == size)
                                .as("%d of %d parts of %d begins at %d", part, parts, size, from)
                                .isTrue();
                        int even = (size / unit + parts) / parts;
                        assertThat(to - from).isLessThanOrEqualTo((even + 1) * unit);
                    }
                }
                assertThat(Team.cut(size, 0, parts)).isZero();
                assertThat(Team.cut(size, parts, parts)).isEqualTo(size);
            }
        }
        assertThat(Team.cut(Integer.MAX_VALUE, 3, 4)).isEqualTo(1_610_612_735);
    }
}
