package dev.carousel.reference.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.check.GradientCheck;
import dev.carousel.reference.LossReference;
import dev.carousel.reference.LossReference.Loss;
import dev.carousel.reference.Seq;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** CTC in double against PyTorch, every path and central differences. */
class CtcReferenceTest {

    private static final GoldenLabels GOLDEN = GoldenLabels.read("ctc");

    @Test
    void lossesAndGradientsEqualPyTorch() {
        Seq y = GOLDEN.sequences("logits");
        int[][] targets = GOLDEN.lists("targets");
        double[] losses = GOLDEN.data("loss");
        for (int n = 0; n < targets.length; n++) {
            assertThat(CtcReference.loss(y.alone(n), new int[][] {targets[n]}, 0)
                            .value())
                    .as("sequence " + n)
                    .isCloseTo(losses[n], within(1e-10));
        }
        Loss all = CtcReference.loss(y, targets, 0);
        assertThat(all.dY().values()).containsExactly(GOLDEN.data("d_logits"), within(1e-10));
        assertThat(all.count()).isEqualTo(targets.length);
    }

    @Test
    void tinyCasesEqualTheSumOverEveryPath() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            CtcCase one = CtcCase.draw(random, 5, 4);
            CtcEnumeration paths = new CtcEnumeration(one.scores(), one.blank());
            Loss loss = CtcReference.loss(one.seq(), new int[][] {one.labels()}, one.blank());
            double expected = paths.loss(one.labels());
            if (expected == Double.POSITIVE_INFINITY) {
                assertThat(loss.value()).as("case " + i + ", " + one).isEqualTo(expected);
            } else {
                assertThat(loss.value()).as("case " + i + ", " + one).isCloseTo(expected, within(1e-10));
            }
            assertThat(loss.dY().values())
                    .as("case " + i + ", " + one)
                    .containsExactly(CtcCase.flat(paths.gradient(one.labels())), within(1e-10));
        }
    }

    @Test
    void gradientEqualsCentralDifferences() {
        int[][] labels = {{1, 2, 2}, {}, {3, 3}, {2, 1, 3, 1}};
        Seq y = Seq.normal(7, 4, new int[] {7, 4, 3, 5}, new Random(8));
        assertThat(GradientCheck.defaults()
                        .check(LossReference.at("ctc", out -> CtcReference.loss(out, labels, 0), y))
                        .passed())
                .isTrue();
    }

    @Test
    void labelsThatDoNotFitAreInfinitelySurprising() {
        Seq y = Seq.normal(2, 3, new int[] {2}, new Random(1));
        Loss repeated = CtcReference.loss(y, new int[][] {{1, 1}}, 0);
        assertThat(repeated.value()).isInfinite();
        assertThat(repeated.dY().values()).containsOnly(0);
        assertThat(CtcReference.loss(y, new int[][] {{1, 2}}, 0).value()).isFinite();
        assertThatThrownBy(() -> CtcReference.loss(y, new int[0][], 0)).hasMessageContaining("1 sequences");
    }
}
