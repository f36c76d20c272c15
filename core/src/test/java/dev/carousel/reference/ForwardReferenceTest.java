package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.CellReference.StepGradients;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reference of which only the step forward is written has the gradients of one whose way back is written by hand. */
class ForwardReferenceTest {

    private static final int D = 3;
    private static final int H = 4;
    private static final int[] LENGTHS = {5, 0, 3, 1};

    /** Differences in double: about nine digits. */
    private static final double TOLERANCE = 1e-8;

    /** The equations of a cell, without its way back. */
    private record Forward(CellReference cell) implements ForwardReference {

        @Override
        public String name() {
            return cell.name() + " by differences";
        }

        @Override
        public List<WeightSpec> weights(int D, int H) {
            return cell.weights(D, H);
        }

        @Override
        public Map<String, Integer> state(int H) {
            return cell.state(H);
        }

        @Override
        public Mats next(Mats weights, Mat x, Mats previous) {
            return cell.forward(weights, x, previous).state();
        }
    }

    static List<CellReference> cells() {
        return ReferenceCells.all();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void gradientsByDifferencesEqualThoseByHand(CellReference cell) {
        SplittableRandom random = new SplittableRandom(7);
        CellLayer byHand = CellLayer.random(cell, D, H, false, 0.6, random);
        CellLayer byDifferences = new CellLayer(new Forward(cell), D, H, false, byHand.weights());
        Seq x = Seq.normal(5, D, LENGTHS, random);
        Mats initial = byHand.reachable(normalLike(byHand.zeroState(LENGTHS.length), random));
        Mats dLast = normalLike(initial, random);

        Run expected = byHand.forward(x, initial);
        Run run = byDifferences.forward(x, initial);
        Seq dY = Seq.normal(5, byHand.outputSize(), LENGTHS, random);
        Mats weights = byHand.weights().copy();
        Gradients right = expected.backward(dY, dLast);
        Gradients found = run.backward(dY, dLast);

        assertThat(run.y().values()).isEqualTo(expected.y().values());
        assertThat(found.dX().values()).containsExactly(right.dX().values(), within(TOLERANCE));
        requireClose(found.dInitial(), right.dInitial());
        requireClose(found.dWeights(), right.dWeights());
        for (String name : weights.names()) {
            assertThat(byDifferences.weights().get(name).values())
                    .as("%s is left as it was", name)
                    .isEqualTo(weights.get(name).values());
        }
    }

    private static void requireClose(Mats found, Mats expected) {
        assertThat(found.names()).isEqualTo(expected.names());
        for (String name : expected.names()) {
            assertThat(found.get(name).values())
                    .as(name)
                    .containsExactly(expected.get(name).values(), within(TOLERANCE));
        }
    }

    private static Mats normalLike(Mats like, SplittableRandom random) {
        Mats normal = like;
        for (String name : like.names()) {
            Mat shape = like.get(name);
            normal = normal.with(name, Mat.normal(shape.rows(), shape.columns(), 1, random));
        }
        return normal;
    }

    /** The larger of the input and what there was before, from which infinity is a sensible beginning. */
    private record Largest() implements ForwardReference {

        @Override
        public String name() {
            return "largest";
        }

        @Override
        public List<WeightSpec> weights(int D, int H) {
            return List.of();
        }

        @Override
        public Mats next(Mats weights, Mat x, Mats previous) {
            Mat h = previous.get("h");
            Mat larger = Mat.zeros(h.rows(), h.columns());
            for (int k = 0; k < larger.values().length; k++) {
                larger.values()[k] = Math.max(x.values()[k], h.values()[k]);
            }
            return Mats.of("h", larger);
        }
    }

    @Test
    void theGradientOfAnInfiniteNumberIsZero() {
        Mat x = Mat.over(1, 2, 0.5, 2);
        Mats before = Mats.of("h", Mat.over(1, 2, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        StepGradients d =
                new Largest().forward(Mats.empty(), x, before).backward().apply(Mats.of("h", Mat.over(1, 2, 3, 5)));
        assertThat(d.dPrevious().get("h").values()).containsExactly(0, 0);
        assertThat(d.dx().values()).containsExactly(new double[] {3, 0}, within(TOLERANCE));
    }
}
