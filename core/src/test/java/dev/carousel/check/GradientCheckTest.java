package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient check lets right gradients pass and catches wrong ones, the subtle ones above all. */
class GradientCheckTest {

    private static final int D = 3;
    private static final int H = 4;

    private final RandomGenerator random = new Random(3);

    static List<CellReference> cells() {
        return ReferenceCells.all();
    }

    private Differentiable right(CellReference cell) {
        return atPoint(CellLayer.random(cell, D, H, false, 0.6, random));
    }

    private Differentiable atPoint(LayerReference layer) {
        int[] lengths = {5, 3};
        Mats initial = layer.zeroState(2);
        for (String part : initial.names()) {
            initial = initial.with(part, Mat.normal(2, initial.get(part).columns(), 1, random));
        }
        Seq x = Seq.normal(5, layer.inputSize(), lengths, random);
        return Differentiable.of(layer, x, layer.reachable(initial));
    }

    private static CheckReport check(Differentiable subject) {
        return GradientCheck.defaults().check(subject);
    }

    /** The subject with one of its gradients changed. */
    private static Differentiable wrong(Differentiable right, String array, UnaryOperator<double[]> change) {
        return new Differentiable() {
            @Override
            public String name() {
                return right.name();
            }

            @Override
            public Map<String, double[]> inputs() {
                return right.inputs();
            }

            @Override
            public Map<String, double[]> forward() {
                return right.forward();
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
                Map<String, double[]> gradients = new LinkedHashMap<>(right.backward(outputGradients));
                gradients.computeIfPresent(array, (name, values) -> change.apply(values));
                return gradients;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("cells")
    void rightGradientsPass(CellReference cell) {
        CheckReport report = check(right(cell));
        assertThat(report.passed()).as(report.table()).isTrue();
        assertThat(report.rows()).allMatch(row -> row.overall() < 1e-8);
        assertThat(report.rows().stream()
                        .filter(row -> row.verdict() != Verdict.OK)
                        .map(Row::what))
                .isEqualTo(unread(cell).stream().map(part -> part + "0").toList());
    }

    /** The parts of the state that the next step does not read: an SRU's output. */
    private static List<String> unread(CellReference cell) {
        return cell.name().equals("SRU") ? List.of("h") : List.of();
    }

    private static List<String> weights(CellReference cell) {
        return cell.weights(D, H).stream().map(CellReference.WeightSpec::symbol).toList();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyInputIsChecked(CellReference cell) {
        CheckReport report = check(right(cell));
        assertThat(report.rows().stream().map(Row::what))
                .containsAll(weights(cell))
                .contains("x");
        assertThat(report.rows().stream().map(Row::what))
                .containsAll(
                        cell.state(H).keySet().stream().map(part -> part + "0").toList())
                .hasSize(weights(cell).size() + 1 + cell.state(H).size());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void gradientScaledBy102IsCaughtInEveryArray(CellReference cell) {
        Differentiable right = right(cell);
        List<String> unread = unread(cell).stream().map(part -> part + "0").toList();
        for (String array : right.inputs().keySet()) {
            if (unread.contains(array)) {
                continue;
            }
            CheckReport report = check(wrong(
                    right,
                    array,
                    values -> Arrays.stream(values).map(v -> 1.02 * v).toArray()));
            assertThat(report.failures().stream().map(Row::what)).containsExactly(array);
            // Number by number nothing is to be seen: this is what the rule for whole arrays is for.
            assertThat(report.failures().get(0).worst()).isLessThan(1e-2);
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void twoSwappedGatesAreCaught(CellReference cell) {
        int gates = cell.weights(D, H).get(0).rows() / H;
        for (int k = 0; k + 1 < gates; k++) {
            int gate = k;
            for (CellReference.WeightSpec weight : cell.weights(D, H)) {
                String array = weight.symbol();
                // Of biases for some gates alone, those.
                int blocks = (weight.rows() == 1 ? weight.columns() : weight.rows()) / H;
                if (gate + 1 >= blocks) {
                    continue;
                }
                CheckReport report = check(wrong(right(cell), array, values -> swapBlocks(values, gate, blocks)));
                assertThat(report.failures().stream().map(Row::what)).contains(array);
            }
        }
    }

    private static double[] swapBlocks(double[] values, int k, int count) {
        int size = values.length / count;
        double[] swapped = values.clone();
        System.arraycopy(values, k * size, swapped, (k + 1) * size, size);
        System.arraycopy(values, (k + 1) * size, swapped, k * size, size);
        return swapped;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void forgottenCarryOfAnyPartOfTheStateIsCaught(CellReference cell) {
        for (String part : cell.state(H).keySet()) {
            if (unread(cell).contains(part)) {
                continue;
            }
            CheckReport report =
                    check(atPoint(new ForgottenCarry(CellLayer.random(cell, D, H, false, 0.6, random), part)));
            assertThat(report.failures().stream().map(Row::what)).contains("W", "x");
            // A unit of a ReLU that is off in the second step has nothing to carry.
            if (!cell.name().equals("IndRNN")) {
                assertThat(report.failures().stream().map(Row::what)).contains(part + "0");
            }
        }
    }

    @Test
    void forgottenGradientOfTheFinalStateIsCaught() {
        CellLayer right = CellLayer.random(new LstmReference(true), D, H, false, 0.6, random);
        LayerReference deaf = new ForgottenCarry(right, "c") {
            @Override
            public Run forward(Seq x, Mats initial) {
                Run run = right.forward(x, initial);
                return new Run(
                        run.y(),
                        run.last(),
                        (dY, dLast) -> run.backward(dY, dLast.with("c", Mat.zeros(x.batchSize(), H))));
            }
        };
        assertThat(check(atPoint(deaf)).failures().stream().map(Row::what)).contains("W", "R", "c0");
    }

    /** The right layer, except that a part of the state's gradient is dropped from each step to the one before. */
    private static class ForgottenCarry extends Wrapped {
        private final String part;

        ForgottenCarry(LayerReference right, String part) {
            super(right);
            this.part = part;
        }

        @Override
        public Run forward(Seq x, Mats initial) {
            Run[] steps = new Run[x.steps()];
            Seq y = Seq.zerosLike(x, outputSize());
            Mats state = initial;
            for (int t = 0; t < steps.length; t++) {
                steps[t] = inner().forward(x.window(t, t + 1), state);
                state = steps[t].last();
                y.put(t, x.live(t), steps[t].y().rows(0, x.live(t)));
            }
            return new Run(y, state, (dY, dLast) -> backward(steps, x, dY, dLast));
        }

        private Gradients backward(Run[] steps, Seq x, Seq dY, Mats dLast) {
            Seq dX = Seq.zerosLike(x, inputSize());
            Mats dWeights = weights().zerosLike();
            Mats dState = dLast;
            for (int t = steps.length - 1; t >= 0; t--) {
                Gradients d = steps[t].backward(dY.window(t, t + 1), dState);
                Mat carried = d.dInitial().get(part);
                dState = d.dInitial().with(part, t == 0 ? carried : Mat.zeros(carried.rows(), carried.columns()));
                dX.put(t, x.live(t), d.dX().rows(0, x.live(t)));
                dWeights = dWeights.plus(d.dWeights());
            }
            return new Gradients(dX, dState, dWeights);
        }
    }

    @Test
    void wrongSignOfOneNumberIsCaught() {
        CheckReport report = check(wrong(right(new LstmReference(true)), "R", values -> {
            double[] changed = values.clone();
            changed[5] = -changed[5];
            return changed;
        }));
        assertThat(report.failures().stream().map(Row::what)).containsExactly("R");
        assertThat(report.failures().get(0).entries().get(5).verdict()).isEqualTo(Verdict.NOT_OK);
    }

    @Test
    void gradientThatIsNotANumberIsCaught() {
        CheckReport report = check(wrong(right(new LstmReference(true)), "x", values -> {
            double[] changed = values.clone();
            changed[0] = Double.NaN;
            return changed;
        }));
        assertThat(report.failures().stream().map(Row::what)).containsExactly("x");
    }

    @Test
    void zeroGradientOfALiveInputIsCaught() {
        CheckReport report = check(wrong(right(new LstmReference(true)), "c0", values -> new double[values.length]));
        assertThat(report.failures().stream().map(Row::what)).containsExactly("c0");
    }

    @Test
    void inputThatChangesNothingIsTooSmallToTell() {
        CheckReport report = check(new Square(new double[] {0.5, -2}, new double[] {1, 1}));
        assertThat(report.passed()).isTrue();
        assertThat(report.rows().stream().map(Row::verdict)).containsExactly(Verdict.OK, Verdict.TOO_SMALL);
    }

    @Test
    void inputsAreAfterwardsWhatTheyWere() {
        Differentiable subject = right(new LstmReference(true));
        Map<String, double[]> before = new LinkedHashMap<>();
        subject.inputs().forEach((name, values) -> before.put(name, values.clone()));
        check(subject);
        subject.inputs().forEach((name, values) -> assertThat(values).containsExactly(before.get(name)));
    }

    @Test
    void sameSeedGivesTheSameReport() {
        Differentiable subject = right(new LstmReference(true));
        assertThat(check(subject)).isEqualTo(check(subject));
        assertThat(GradientCheck.defaults().withSeed(2).check(subject)).isNotEqualTo(check(subject));
    }

    @Test
    void misnamedOrShortGradientsAreRefused() {
        Square square = new Square(new double[] {1}, new double[] {1});
        assertThatThrownBy(() -> check(wrong(square, "x", values -> new double[2])))
                .hasMessageContaining("square: x has 1 numbers but its gradient has 2");
        assertThatThrownBy(() -> check(new Square(new double[] {Double.NaN}, new double[] {1})))
                .hasMessageContaining("square gives y[0] = NaN");
    }

    /** A layer of a user's own: y = x², and an array that it does not use. */
    private static final class Square implements Differentiable {
        private final double[] x;
        private final double[] unused;

        Square(double[] x, double[] unused) {
            this.x = x;
            this.unused = unused;
        }

        @Override
        public String name() {
            return "square";
        }

        @Override
        public Map<String, double[]> inputs() {
            Map<String, double[]> inputs = new LinkedHashMap<>();
            inputs.put("x", x);
            inputs.put("unused", unused);
            return inputs;
        }

        @Override
        public Map<String, double[]> forward() {
            return Map.of("y", Arrays.stream(x).map(v -> v * v).toArray());
        }

        @Override
        public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
            double[] dy = Differentiable.array(outputGradients, "y");
            double[] dx = new double[x.length];
            Arrays.setAll(dx, k -> 2 * x[k] * dy[k]);
            return Map.of("x", dx, "unused", new double[unused.length]);
        }
    }
}
