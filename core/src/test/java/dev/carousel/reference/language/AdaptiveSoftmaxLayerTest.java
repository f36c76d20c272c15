package dev.carousel.reference.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The adaptive softmax of the reference against PyTorch's. */
class AdaptiveSoftmaxLayerTest {

    private static final GoldenLanguage GOLDEN = GoldenLanguage.read("adaptive");

    private static Mat weight(String name, int rows, int columns) {
        return Mat.over(rows, columns, GOLDEN.part("weights").numbers(name));
    }

    private static AdaptiveSoftmaxLayer layer() {
        return new AdaptiveSoftmaxLayer(
                weight("head.weight", 7, 12),
                List.of(
                        new AdaptiveSoftmaxLayer.Cluster(
                                weight("tail.0.0.weight", 6, 12), weight("tail.0.1.weight", 6, 6)),
                        new AdaptiveSoftmaxLayer.Cluster(
                                weight("tail.1.0.weight", 3, 12), weight("tail.1.1.weight", 9, 3))));
    }

    @Test
    void logProbabilitiesAndGradientsEqualPyTorch() {
        LayerReference layer = layer();
        int[] target = GOLDEN.ids("target");
        Seq x = Seq.over(1, 14, 12, GOLDEN.numbers("x"));
        Run run = layer.forward(x, Mats.empty());
        assertThat(run.y().values()).containsExactly(GOLDEN.numbers("log_prob"), within(1e-12));

        Seq dY = Seq.zerosLike(x, 20);
        double loss = 0;
        for (int n = 0; n < target.length; n++) {
            loss -= run.y().get(0, n, target[n]) / target.length;
            dY.values()[n * 20 + target[n]] = -1.0 / target.length;
        }
        assertThat(loss).isCloseTo(GOLDEN.number("loss"), within(1e-12));
        Gradients d = run.backward(dY, Mats.empty());
        assertThat(d.dX().values()).containsExactly(GOLDEN.numbers("d_x"), within(1e-12));
        assertThat(d.dWeights().names()).hasSize(5);
        for (Map.Entry<String, Mat> weight : d.dWeights().asMap().entrySet()) {
            assertThat(weight.getValue().values())
                    .as(weight.getKey())
                    .containsExactly(GOLDEN.part("d_weights").numbers(weight.getKey()), within(1e-12));
        }
    }

    @Test
    void probabilitiesOfEachStepAddUpToOne() {
        Seq y = layer().forward(Seq.over(1, 14, 12, GOLDEN.numbers("x")), Mats.empty())
                .y();
        for (int n = 0; n < 14; n++) {
            double sum = 0;
            for (int k = 0; k < 20; k++) {
                sum += Math.exp(y.get(0, n, k));
            }
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void matricesThatDoNotFitAreRefused() {
        Mat head = Mat.zeros(3, 4);
        assertThatThrownBy(() -> new AdaptiveSoftmaxLayer(
                        head, List.of(new AdaptiveSoftmaxLayer.Cluster(Mat.zeros(2, 4), Mat.zeros(5, 3)))))
                .hasMessageContaining("[2, 4] and [5, 3]");
        AdaptiveSoftmaxLayer.Cluster cluster = new AdaptiveSoftmaxLayer.Cluster(Mat.zeros(2, 4), Mat.zeros(5, 2));
        assertThatThrownBy(() -> new AdaptiveSoftmaxLayer(head, List.of(cluster, cluster, cluster)))
                .hasMessageContaining("no class is in the short list");
    }
}
