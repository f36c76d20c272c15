package dev.carousel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WaitingTimesTest {

    @Test
    void aQuantileIsTheSortedOneOrLittleMore() {
        SplittableRandom random = new SplittableRandom(1);
        WaitingTimes times = new WaitingTimes();
        long[] all = new long[10_001];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble(0, 40));
            times.add(all[i]);
        }
        Arrays.sort(all);
        for (double share : new double[] {0.001, 0.01, 0.5, 0.99, 0.999, 1}) {
            long sorted = all[(int) Math.ceil(share * all.length) - 1];
            assertThat(times.quantile(share)).as("%s", share).isBetween(sorted, sorted + sorted / 32);
        }
        assertThat(times.quantile(1)).isEqualTo(all[all.length - 1]);
    }

    @Test
    void clearedItHasNone() {
        WaitingTimes times = new WaitingTimes();
        times.add(1_000_000);
        times.clear();
        times.add(7);
        assertThat(times.quantile(1)).isEqualTo(7);
    }
}
