package dev.carousel.reference.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.check.CheckReport;
import dev.carousel.check.GradientCheck;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.ReferenceLayers;
import dev.carousel.reference.Seq;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention, and the networks around it, in double against central differences and by hand. */
class EncoderDecoderReferenceTest {

    private static final int[] INPUT_LENGTHS = {3, 5, 1, 0};
    private static final int[] OUTPUT_LENGTHS = {4, 2, 3, 0};
    private static final Random RANDOM = new Random(3);

    /** H and E are both 4. */
    static List<AttentionReference> attentions() {
        return List.of(
                AttentionReference.dot(),
                AttentionReference.general(Mat.normal(4, 4, 0.7, RANDOM)),
                AttentionReference.additive(
                        Mat.normal(3, 4, 0.7, RANDOM), Mat.normal(3, 4, 0.7, RANDOM), Mat.normal(1, 3, 0.7, RANDOM)));
    }

    @ParameterizedTest
    @MethodSource("attentions")
    void gradientsOfAttentionEqualCentralDifferences(AttentionReference attention) {
        Seq h = Seq.normal(4, 4, OUTPUT_LENGTHS, RANDOM);
        Seq e = Seq.normal(5, 4, INPUT_LENGTHS, RANDOM);
        Map<String, double[]> inputs = new LinkedHashMap<>(Differentiable.arrays(attention.weights()));
        inputs.put("h", h.values());
        inputs.put("e", e.values());
        CheckReport report = GradientCheck.defaults().check(new Differentiable() {
            @Override
            public String name() {
                return "attention";
            }

            @Override
            public Map<String, double[]> inputs() {
                return inputs;
            }

            @Override
            public Map<String, double[]> forward() {
                return Map.of("c", attention.attend(h, e).c().values());
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> dOut) {
                Seq dC = Seq.over(4, 4, 4, Differentiable.array(dOut, "c"), OUTPUT_LENGTHS);
                AttentionReference.Gradients d = attention.attend(h, e).backward(dC);
                Map<String, double[]> gradients = new LinkedHashMap<>(Differentiable.arrays(d.dWeights()));
                gradients.put("h", d.dH().values());
                gradients.put("e", d.dE().values());
                return gradients;
            }
        });
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("attentions")
    void sharesAddUpToOneAndPaddingHasNone(AttentionReference attention) {
        Seq h = Seq.normal(4, 4, OUTPUT_LENGTHS, RANDOM);
        Seq e = Seq.normal(5, 4, INPUT_LENGTHS, RANDOM);
        AttentionReference.Run run = attention.attend(h, e);
        for (int n = 0; n < 3; n++) {
            assertThat(run.alpha(n).columns()).isEqualTo(INPUT_LENGTHS[n]);
            double[] ones = run.alpha(n)
                    .product(Mat.zeros(INPUT_LENGTHS[n], 1).map(zero -> 1))
                    .values();
            double[] expected = new double[OUTPUT_LENGTHS[n]];
            Arrays.fill(expected, 1);
            assertThat(ones).containsExactly(expected, within(1e-12));
        }
        assertThat(run.c().get(0, 2, 1)).as("of one step").isCloseTo(e.get(0, 2, 1), within(1e-12));
        assertThat(run.c().get(2, 1, 0)).as("padding").isZero();
    }

    @Test
    void dotScoresAreProducts() {
        Seq h = Seq.over(1, 1, 2, new double[] {1, 2});
        Seq e = Seq.over(2, 1, 2, new double[] {0.5, 0, 0, 1});
        double first = Math.exp(0.5) / (Math.exp(0.5) + Math.exp(2));
        AttentionReference.Run run = AttentionReference.dot().attend(h, e);
        assertThat(run.alpha(0).values()).containsExactly(new double[] {first, 1 - first}, within(1e-15));
        assertThat(run.c().values()).containsExactly(new double[] {first / 2, 1 - first}, within(1e-15));
    }

    @Test
    void asManySequencesAreNeededOfBoth() {
        Seq h = Seq.normal(2, 4, new int[] {2}, RANDOM);
        Seq e = Seq.normal(2, 4, new int[] {2, 1}, RANDOM);
        assertThatThrownBy(() -> AttentionReference.dot().attend(h, e)).hasMessageContaining("as many sequences");
    }

    private static LayerReference dense(int in, int out) {
        return ReferenceLayers.dense(Mat.normal(out, in, 0.5, RANDOM), Mat.normal(1, out, 0.5, RANDOM));
    }

    static List<EncoderDecoderReference> networks() {
        NetworkReference both = new NetworkReference(new LstmReference(true), 3, 2, 2, true, Optional.empty());
        NetworkReference decoder = new NetworkReference(new LstmReference(true), 5, 4, 2, false, Optional.empty());
        NetworkReference gru = new NetworkReference(
                new GruReference(GruReference.Reset.AFTER_PRODUCT), 3, 4, 1, false, Optional.empty());
        NetworkReference gruDecoder = new NetworkReference(
                new GruReference(GruReference.Reset.AFTER_PRODUCT), 5, 4, 1, false, Optional.empty());
        return List.of(
                new EncoderDecoderReference(
                        both.random(0.5, RANDOM),
                        decoder.random(0.5, RANDOM),
                        Optional.of(attentions().get(2)),
                        dense(8, 6)),
                new EncoderDecoderReference(
                        gru.random(0.5, RANDOM),
                        gruDecoder.random(0.5, RANDOM),
                        Optional.of(attentions().get(1)),
                        dense(8, 6)),
                new EncoderDecoderReference(
                        gru.random(0.5, RANDOM), gruDecoder.random(0.5, RANDOM), Optional.empty(), dense(4, 6)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradientsOfTheWholeEqualCentralDifferences(EncoderDecoderReference network) {
        Seq x = Seq.normal(5, 3, new int[] {3, 5, 1}, RANDOM);
        Seq y = Seq.normal(4, 5, new int[] {4, 2, 3}, RANDOM);
        Map<String, double[]> inputs = arrays(
                network.encoder().weights(),
                network.decoder().weights(),
                network.attention().map(AttentionReference::weights).orElse(Mats.empty()),
                network.head().weights());
        inputs.put("x", x.values());
        inputs.put("y", y.values());
        CheckReport report = GradientCheck.defaults().check(new Differentiable() {
            @Override
            public String name() {
                return "encoder and decoder";
            }

            @Override
            public Map<String, double[]> inputs() {
                return inputs;
            }

            @Override
            public Map<String, double[]> forward() {
                return Map.of("scores", network.run(x, y).scores().values());
            }

            @Override
            public Map<String, double[]> backward(Map<String, double[]> dOut) {
                Seq dScores = Seq.over(4, 3, 6, Differentiable.array(dOut, "scores"), y.lengths());
                EncoderDecoderReference.Gradients d = network.run(x, y).backward(dScores);
                Map<String, double[]> gradients = arrays(d.encoder(), d.decoder(), d.attention(), d.head());
                gradients.put("x", d.dX().values());
                gradients.put("y", d.dY().values());
                return gradients;
            }
        });
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    private static Map<String, double[]> arrays(Mats... parts) {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i++) {
            String prefix =
                    List.of("encoder.", "decoder.", "attention.", "head.").get(i);
            Differentiable.arrays(parts[i]).forEach((name, array) -> arrays.put(prefix + name, array));
        }
        return arrays;
    }
}
