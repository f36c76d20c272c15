package dev.carousel.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.decoding.CtcDecoder.Hypothesis;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.CtcCase;
import dev.carousel.reference.sequence.CtcEnumeration;
import dev.carousel.reference.sequence.CtcReference;
import dev.carousel.reference.sequence.GoldenLabels;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The decoders against every path. */
class CtcDecoderTest {

    static Sequence floats(Seq y) {
        float[] data = new float[y.values().length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) y.values()[i];
        }
        return Sequence.of(data, y.steps(), y.batchSize(), y.size()).withLengths(y.lengths());
    }

    @Test
    void beamFindsTheMostProbableLabelsOfTheGoldenFile() {
        GoldenLabels golden = GoldenLabels.read("ctc");
        Sequence y = floats(golden.sequences("logits"));
        int[][] best = golden.lists("best");
        for (int n = 0; n < best.length; n++) {
            Hypothesis found = CtcDecoder.of(0).beam(y, n, 300).get(0);
            assertThat(found.labels()).as("sequence " + n).containsExactly(best[n]);
            double loss = CtcReference.loss(golden.sequences("logits").alone(n), new int[][] {best[n]}, 0)
                    .value();
            assertThat(found.logProbability()).isCloseTo(-loss, within(1e-5));
        }
    }

    @Test
    void wideBeamIsExactAndNarrowOneIsALowerBoundOnTinyCases() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            CtcCase one = CtcCase.draw(random, 5, 4);
            CtcEnumeration paths = new CtcEnumeration(one.scores(), one.blank());
            CtcDecoder decoder = CtcDecoder.of(one.blank());
            List<Hypothesis> all = decoder.beam(one.sequence(), 0, 2000);
            Hypothesis best = all.get(0);
            assertThat(paths.probability(best.labels()))
                    .as("case " + i + ", " + one)
                    .isCloseTo(paths.bestProbability(), within(1e-12));
            Set<List<Integer>> seen = new HashSet<>();
            for (Hypothesis h : all) {
                assertThat(seen.add(Arrays.stream(h.labels()).boxed().toList()))
                        .as("each once")
                        .isTrue();
                assertThat(Math.exp(h.logProbability())).isCloseTo(paths.probability(h.labels()), within(1e-12));
            }
            assertThat(all).hasSize(paths.size());
            for (Hypothesis h : decoder.beam(one.sequence(), 0, 1 + random.nextInt(3))) {
                assertThat(Math.exp(h.logProbability())).isLessThanOrEqualTo(paths.probability(h.labels()) + 1e-12);
            }
        }
    }

    @Test
    void greedyCollapsesTheMostProbablePath() {
        // a a - b b - b, with the blank 2.
        float[] y = new float[7 * 3];
        int[] path = {0, 0, 2, 1, 1, 2, 1};
        for (int t = 0; t < path.length; t++) {
            y[3 * t + path[t]] = 1;
        }
        assertThat(CtcDecoder.of(2).greedy(Sequence.of(y, 7, 1, 3), 0)).containsExactly(0, 1, 1);
        assertThat(CtcDecoder.of(2).greedy(Sequence.of(y, 7, 1, 3).withLengths(4), 0))
                .containsExactly(0, 1);
        assertThat(CtcDecoder.of(2).greedy(Sequence.of(y, 7, 1, 3).withLengths(0), 0))
                .isEmpty();
    }

    @Test
    void beamFindsLabelsThatNoSinglePathFavours() {
        // Of two steps: blank 0.6, a 0.4. The best path is blank blank, 0.36; "a" has 0.64.
        float[] y = {(float) Math.log(0.6), (float) Math.log(0.4), (float) Math.log(0.6), (float) Math.log(0.4)};
        Sequence two = Sequence.of(y, 2, 1, 2);
        assertThat(CtcDecoder.of(0).greedy(two, 0)).isEmpty();
        Hypothesis best = CtcDecoder.of(0).beam(two, 0, 2).get(0);
        assertThat(best.labels()).containsExactly(1);
        assertThat(Math.exp(best.logProbability())).isCloseTo(0.64, within(1e-6));
    }

    @Test
    void streamGivesTheGreedyLabelsAndContinuesWhereItWas() {
        Random random = new Random(9);
        int T = 60;
        Sequence y = Sequence.zeros(T, 1, 4);
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = (float) random.nextGaussian();
        }
        CtcStream stream = CtcStream.of(0);
        int[] labels = new int[T];
        int count = 0;
        for (int t = 0; t < T; t++) {
            CtcStream restored = CtcStream.of(0);
            restored.restore(stream.last());
            int label = stream.step(y.data(), 4 * t, 4);
            assertThat(restored.step(y.data(), 4 * t, 4)).isEqualTo(label);
            if (label != CtcStream.NOTHING) {
                labels[count++] = label;
            }
        }
        assertThat(Arrays.copyOf(labels, count))
                .containsExactly(CtcDecoder.of(0).greedy(y, 0));
        assertThat(count).isGreaterThan(10);
        stream.reset();
        assertThat(stream.last()).isZero();
        assertThatThrownBy(() -> stream.restore(-1)).hasMessageContaining("-1");
    }

    @Test
    void whatCannotBeDecodedIsRefused() {
        Sequence y = Sequence.of(new float[] {1, Float.NaN}, 1, 1, 2);
        assertThatThrownBy(() -> CtcDecoder.of(0).greedy(y, 0)).hasMessageContaining("class 1 is not a number");
        assertThatThrownBy(() -> CtcDecoder.of(0).beam(y, 0, 3)).hasMessageContaining("not finite");
        assertThatThrownBy(() -> CtcDecoder.of(2).greedy(y, 0)).hasMessageContaining("blank is class 2");
        assertThatThrownBy(() -> CtcDecoder.of(0).beam(y, 0, 0)).hasMessageContaining("0 wide");
        assertThatThrownBy(() -> CtcDecoder.of(-1)).hasMessageContaining("-1");
    }
}
