package dev.carousel.reference.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.check.GradientCheck;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.CrfReference.Gradients;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The CRF in double against numbers of every path. */
class CrfReferenceTest {

    private static final GoldenLabels GOLDEN = GoldenLabels.read("crf");

    private static CrfReference golden() {
        return new CrfReference(GOLDEN.data("transitions"), GOLDEN.data("start"), GOLDEN.data("end"));
    }

    @Test
    void lossesAndGradientsEqualTheGoldenFile() {
        Seq e = GOLDEN.sequences("emissions");
        int[][] tags = GOLDEN.lists("tags");
        double[] losses = GOLDEN.data("loss");
        for (int n = 0; n < tags.length; n++) {
            assertThat(golden().loss(e.alone(n), new int[][] {tags[n]}).loss().value())
                    .isCloseTo(losses[n], within(1e-10));
        }
        Gradients all = golden().loss(e, tags);
        assertThat(all.loss().dY().values()).containsExactly(GOLDEN.data("d_emissions"), within(1e-10));
        assertThat(all.dTransitions()).containsExactly(GOLDEN.data("d_transitions"), within(1e-10));
        assertThat(all.dStart()).containsExactly(GOLDEN.data("d_start"), within(1e-10));
        assertThat(all.dEnd()).containsExactly(GOLDEN.data("d_end"), within(1e-10));
        assertThat(all.loss().count()).isEqualTo(3);
    }

    @Test
    void gradientsEqualCentralDifferences() {
        Random random = new Random(4);
        int[][] tags = {{0, 2, 2, 1}, {1}, {}, {2, 0}};
        Seq e = Seq.normal(4, 3, new int[] {4, 1, 0, 2}, random);
        CrfReference crf = new CrfReference(
                random.doubles(9, -2, 2).toArray(),
                random.doubles(3, -2, 2).toArray(),
                random.doubles(3, -2, 2).toArray());
        Differentiable subject = new Differentiable() {
            @Override
            public String name() {
                return "CRF";
            }

            @Override
            public Map<String, double[]> inputs() {
                return Map.of(
                        "e", e.values(), "transitions", crf.transitions(), "start", crf.start(), "end", crf.end());
            }

            @Override
            public Map<String, double[]> forward() {
                return Map.of("loss", new double[] {crf.loss(e, tags).loss().value()});
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
                double d = Differentiable.array(outputGradients, "loss")[0];
                Gradients all = crf.loss(e, tags);
                return Map.of(
                        "e", times(all.loss().dY().values(), d),
                        "transitions", times(all.dTransitions(), d),
                        "start", times(all.dStart(), d),
                        "end", times(all.dEnd(), d));
            }
        };
        assertThat(GradientCheck.defaults().check(subject).passed()).isTrue();
    }

    private static double[] times(double[] numbers, double factor) {
        return Arrays.stream(numbers).map(v -> v * factor).toArray();
    }

    @Test
    void sizesThatDifferAreRefused() {
        assertThatThrownBy(() -> new CrfReference(new double[3], new double[2], new double[2]))
                .hasMessageContaining("4 transitions");
    }
}
