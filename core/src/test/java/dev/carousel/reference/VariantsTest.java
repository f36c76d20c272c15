package dev.carousel.reference;

import static dev.carousel.reference.ActivationReference.LOGISTIC;
import static dev.carousel.reference.ActivationReference.TANH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.loss.GoldenLines;
import dev.carousel.reference.ActivationReference.Kind;
import dev.carousel.reference.CellReference.WeightSpec;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Variants of cells compute what PyTorch's autograd computes for ONNX's formulas, and the usual cells where they are usual. */
class VariantsTest {

    private static final int T = 4;
    private static final int N = 2;
    private static final int D = 3;
    private static final int H = 4;
    private static final double NO_CLIP = Double.POSITIVE_INFINITY;

    private static ActivationReference phi(Kind kind, double alpha, double beta) {
        return new ActivationReference(kind, alpha, beta);
    }

    static Stream<Arguments> golden() {
        ActivationReference hard = phi(Kind.HARD_SIGMOID, 0.25, 0.5);
        ActivationReference gelu = phi(Kind.GELU, 0, 0);
        ActivationReference softsign = phi(Kind.SOFTSIGN, 0, 0);
        return Stream.of(
                Arguments.of("lstm", new LstmVariantReference(LOGISTIC, TANH, TANH, true, false, NO_CLIP, 0)),
                Arguments.of("lstm clip", new LstmVariantReference(hard, gelu, softsign, true, false, 0.75, 0)),
                Arguments.of(
                        "lstm coupled",
                        new LstmVariantReference(LOGISTIC, phi(Kind.ELU, 1, 0), TANH, true, true, 1.25, 0)),
                Arguments.of(
                        "lstm projected", new LstmVariantReference(LOGISTIC, TANH, TANH, false, false, NO_CLIP, 2)),
                Arguments.of(
                        "gru after",
                        new GruVariantReference(
                                GruReference.Reset.AFTER_PRODUCT, hard, phi(Kind.SOFTPLUS, 0, 0), 1.25)),
                Arguments.of(
                        "gru before", new GruVariantReference(GruReference.Reset.BEFORE_PRODUCT, hard, softsign, 1.25)),
                Arguments.of("rnn", new RnnVariantReference(phi(Kind.LEAKY_RELU, 0.125, 0), 0.75)));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void variantComputesWhatPyTorchComputes(String name, CellReference cell) {
        GoldenLines lines = GoldenLines.read("/variants/variants.txt");
        Map<String, Mat> weights = new LinkedHashMap<>();
        for (WeightSpec spec : cell.weights(D, H)) {
            double[] values = lines.one(name + " " + spec.symbol());
            weights.put(spec.symbol(), Mat.over(spec.rows(), spec.columns(), values));
        }
        CellLayer layer = new CellLayer(cell, D, H, false, Mats.of(weights));
        Mats initial = layer.zeroState(N);
        Mats dLast = initial;
        for (String part : initial.names()) {
            int size = initial.get(part).columns();
            initial = initial.with(part, Mat.over(N, size, lines.one(name + " " + part + "0")));
            dLast = dLast.with(part, Mat.over(N, size, lines.one(name + " d" + part + "n")));
        }

        Run run = layer.forward(Seq.over(T, N, D, lines.one(name + " x")), initial);
        Gradients d = run.backward(Seq.over(T, N, layer.outputSize(), lines.one(name + " dy")), dLast);

        assertSame(lines, name + " y", run.y().values());
        assertSame(lines, name + " dx", d.dX().values());
        for (String part : initial.names()) {
            assertSame(lines, name + " " + part + "n", run.last().get(part).values());
            assertSame(lines, name + " d" + part + "0", d.dInitial().get(part).values());
        }
        for (String weight : weights.keySet()) {
            assertSame(lines, name + " d" + weight, d.dWeights().get(weight).values());
        }
    }

    private static void assertSame(GoldenLines lines, String name, double[] values) {
        assertThat(values).as(name).containsExactly(lines.one(name), within(1e-12));
    }

    static Stream<Arguments> usual() {
        return Stream.of(
                Arguments.of(
                        new LstmVariantReference(LOGISTIC, TANH, TANH, false, false, NO_CLIP, 0),
                        new LstmReference(true)),
                Arguments.of(
                        new LstmVariantReference(LOGISTIC, TANH, phi(Kind.LINEAR, 0, 0), false, false, NO_CLIP, 0),
                        new LstmReference(false)),
                Arguments.of(
                        new GruVariantReference(GruReference.Reset.AFTER_PRODUCT, LOGISTIC, TANH, NO_CLIP),
                        new GruReference(GruReference.Reset.AFTER_PRODUCT)),
                Arguments.of(
                        new GruVariantReference(GruReference.Reset.BEFORE_PRODUCT, LOGISTIC, TANH, NO_CLIP),
                        new GruReference(GruReference.Reset.BEFORE_PRODUCT)),
                Arguments.of(
                        new RnnVariantReference(phi(Kind.RELU, 0, 0), NO_CLIP),
                        new RnnReference(RnnReference.Nonlinearity.RELU)));
    }

    @ParameterizedTest
    @MethodSource("usual")
    void variantThatIsAsUsualIsTheUsualCell(CellReference variant, CellReference usual) {
        Seq x = Seq.normal(T, D, new int[] {4, 2, 0}, new Random(1));
        CellLayer one = CellLayer.random(variant, D, H, false, 0.6, new Random(2));
        CellLayer other = CellLayer.random(usual, D, H, false, 0.6, new Random(2));
        Run a = one.forward(x, one.zeroState(3));
        Run b = other.forward(x, other.zeroState(3));
        assertThat(a.y().values()).containsExactly(b.y().values(), within(1e-14));
        Seq dY = Seq.normal(T, H, x.lengths(), new Random(3));
        Gradients da = a.backward(dY, one.zeroState(3));
        Gradients db = b.backward(dY, other.zeroState(3));
        assertThat(da.dX().values()).containsExactly(db.dX().values(), within(1e-13));
        for (String weight : other.weights().names()) {
            assertThat(da.dWeights().get(weight).values())
                    .as(weight)
                    .containsExactly(db.dWeights().get(weight).values(), within(1e-13));
        }
    }

    @Test
    void mergedDirectionsMustReadTheSameInput() {
        StepwiseLayer two = StepwiseLayer.softmax(2);
        StepwiseLayer three = StepwiseLayer.softmax(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bidirectional(two, three, Bidirectional.Merge.SUM))
                .withMessageContaining("the directions read the same input");
    }
}
