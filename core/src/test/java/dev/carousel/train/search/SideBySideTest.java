package dev.carousel.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several trainings at once, and what is told of them. */
@Timeout(60)
class SideBySideTest {

    @Test
    void eachIsToldOnceAndResultsKeepTheirOrder() {
        List<Integer> told = new ArrayList<>();
        assertThat(SideBySide.run(List.of(1, 2, 3, 4, 5), 3, one -> 10 * one, told::add))
                .containsExactly(10, 20, 30, 40, 50);
        assertThat(told).containsExactlyInAnyOrder(10, 20, 30, 40, 50);
    }

    @Test
    void nothingIsToldOnceTheRunHasThrown() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch thrown = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        Thread[] slow = new Thread[1];
        assertThatIllegalStateException()
                .isThrownBy(() -> SideBySide.run(
                        List.of(1, 2),
                        2,
                        one -> {
                            if (one == 1) {
                                await(begun);
                                throw new IllegalStateException("no data");
                            }
                            slow[0] = Thread.currentThread();
                            begun.countDown();
                            // Goes on as a training does, which asks for no interruption.
                            await(thrown);
                            finished.countDown();
                            return one;
                        },
                        told::add))
                .withMessage("no data");
        thrown.countDown();
        finished.await();
        slow[0].join(TimeUnit.SECONDS.toMillis(30));
        assertThat(slow[0].isAlive()).isFalse();
        assertThat(told).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // Goes on waiting.
            }
        }
    }
}
