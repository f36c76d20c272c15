package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.network.Noise.Kind;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What training draws: told by its place, independent between places and parts, and of the share asked for. */
class NoiseTest {

    private static final int COUNT = 200_000;

    private static Noise noise(long seed) {
        return Noise.of(new Random(seed));
    }

    @ParameterizedTest
    @ValueSource(floats = {0.01f, 0.3f, 0.5f, 0.9f})
    void shareOfZerosIsTheOneAskedFor(float share) {
        float[] factors = noise(1).factors(Kind.RECURRENT, 3, COUNT, share);
        int zeros = 0;
        int pairs = 0;
        for (int i = 0; i < COUNT; i++) {
            zeros += factors[i] == 0 ? 1 : 0;
            pairs += i > 0 && factors[i] == 0 && factors[i - 1] == 0 ? 1 : 0;
            assertThat(factors[i]).isIn(0f, 1 / (1 - share));
        }
        assertThat((double) zeros / COUNT).isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / COUNT)));
        assertThat((double) pairs / COUNT).isCloseTo(share * share, within(0.006));
    }

    @Test
    void zoneoutsFactorsAreNotScaled() {
        assertThat(noise(1).factors(Kind.ZONEOUT_C, 0, 100, 0.5f)).containsOnly(0, 1);
    }

    @Test
    void numbersAreToldByTheirPlaceAlone() {
        long source = noise(2).source(Kind.OUTPUT, 1);
        float[] all = new float[101];
        Noise.fill(source, 0, 101, 0.4f, 2, all, 0);
        float[] ones = new float[101];
        Arrays.fill(ones, 1);
        for (int from = 0; from < 8; from++) {
            for (int count = 0; count + from <= 101; count += 31) {
                float[] some = new float[101];
                Noise.fill(source, from, count, 0.4f, 2, some, from);
                float[] product = new float[101];
                Noise.multiply(source, from, count, 0.4f, 2, ones, from, product, from);
                float[] expected = new float[101];
                System.arraycopy(all, from, expected, from, count);
                assertThat(some).isEqualTo(expected);
                assertThat(product).isEqualTo(expected);
            }
        }
    }

    @Test
    void partsKindsAndSeedsDrawIndependently() {
        float[] one = noise(3).factors(Kind.RECURRENT, 0, COUNT, 0.5f);
        assertThat(noise(3).factors(Kind.RECURRENT, 0, COUNT, 0.5f)).isEqualTo(one);
        for (float[] other : new float[][] {
            noise(3).factors(Kind.RECURRENT, 1, COUNT, 0.5f),
            noise(3).factors(Kind.WEIGHT, 0, COUNT, 0.5f),
            noise(4).factors(Kind.RECURRENT, 0, COUNT, 0.5f)
        }) {
            int same = 0;
            for (int i = 0; i < COUNT; i++) {
                same += one[i] == other[i] ? 1 : 0;
            }
            assertThat((double) same / COUNT).isCloseTo(0.5, within(0.006));
        }
    }

    @Test
    void sameMaskAtEveryStepDiffersBetweenSequences() {
        Sequence x = Sequence.zeros(5, 3, 40);
        Arrays.fill(x.data(), 1);
        Dropout dropout = new Dropout(0.5f, true, Kind.LAYER, 0, Team.single());
        Sequence y = dropout.forward(x, noise(5));
        float[] first = Arrays.copyOf(y.data(), 3 * 40);
        for (int t = 1; t < 5; t++) {
            assertThat(Arrays.copyOfRange(y.data(), y.offset(t, 0), y.offset(t, 0) + first.length))
                    .isEqualTo(first);
        }
        assertThat(Arrays.copyOf(first, 40)).isNotEqualTo(Arrays.copyOfRange(first, 40, 80));
    }

    @Test
    void anyNumberOfThreadsDropsTheSame() {
        for (boolean same : new boolean[] {false, true}) {
            Sequence x = Sequence.zeros(37, 7, 91);
            Arrays.fill(x.data(), 1);
            Dropout alone = new Dropout(0.3f, same, Kind.LAYER, 0, Team.single());
            float[] expected = Samples.numbers(alone.forward(x, noise(6)));
            for (int threads = 2; threads <= 4; threads++) {
                try (Team team = Team.of(threads)) {
                    Dropout together = new Dropout(0.3f, same, Kind.LAYER, 0, team);
                    assertThat(Samples.numbers(together.forward(x, noise(6)))).isEqualTo(expected);
                }
            }
        }
    }
}
