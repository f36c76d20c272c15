package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.check.GradientCheck;
import dev.carousel.json.Json;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution.Kind;
import dev.carousel.reference.LossReference;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.DistributionReference;
import dev.carousel.tensor.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Distributions against numbers of PyTorch, the engine against the reference, and samples against what they are drawn from. */
class DistributionLossTest {

    private static final List<Distribution> ALL =
            Arrays.stream(Kind.values()).map(Distribution::of).toList();

    private static LossReference.Loss reference(Distribution distribution, Seq y, Seq x) {
        return switch (distribution.kind()) {
            case GAUSSIAN -> DistributionReference.gaussian(y, x);
            case STUDENT_T -> DistributionReference.studentT(y, x);
            case NEGATIVE_BINOMIAL -> DistributionReference.negativeBinomial(y, x);
            case BERNOULLI -> DistributionReference.bernoulli(y, x);
            case MIXTURE -> DistributionReference.mixture(y, x, distribution.components());
        };
    }

    private static Map<?, ?> golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                DistributionLossTest.class.getResourceAsStream("/golden/distributions.json"), "distributions.json")) {
            return (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static double[] doubles(Object list) {
        return ((List<?>) list)
                .stream()
                        .flatMapToDouble(v -> v instanceof List<?> row
                                ? Arrays.stream(doubles(row))
                                : Arrays.stream(new double[] {((Number) v).doubleValue()}))
                        .toArray();
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    private static BatchLoss batchLoss(Distribution distribution) {
        return BatchLoss.of(new DistributionLoss(distribution), Kernels.scalar().rows(), Team.single());
    }

    @Test
    void lossesAndGradientsEqualTheGoldenFile() throws IOException {
        double[] scale = doubles(golden().get("scale"));
        for (Distribution distribution : ALL) {
            String name = distribution.kind().text();
            Map<?, ?> part = (Map<?, ?>) Objects.requireNonNull(golden().get(name), name);
            double[] x = doubles(part.get("x"));
            double[] losses = doubles(part.get("loss"));
            double[] dY = doubles(part.get("dy"));
            int P = distribution.parameters();
            int each = distribution.numbersOfValue();
            double[] values = new double[x.length * each];
            for (int i = 0; i < x.length; i++) {
                values[i * each] = x[i];
                if (each == 2) {
                    values[i * each + 1] = scale[i];
                }
            }
            Seq y = Seq.over(1, x.length, P, doubles(part.get("y")));
            Seq targets = Seq.over(1, x.length, each, values);
            LossReference.Loss all = reference(distribution, y, targets);
            assertThat(all.value()).as(name).isCloseTo(Arrays.stream(losses).sum(), within(1e-9));
            for (int n = 0; n < x.length; n++) {
                assertThat(reference(distribution, y.alone(n), targets.alone(n)).value())
                        .as(name)
                        .isCloseTo(losses[n], within(1e-10 * Math.max(1, losses[n])));
            }
            for (int i = 0; i < dY.length; i++) {
                assertThat(all.dY().values()[i])
                        .as(name + " dy[" + i + "]")
                        .isCloseTo(dY[i], within(1e-10 * Math.max(1, Math.abs(dY[i]))));
            }

            Sequence found = Sequence.zeros(1, x.length, P);
            double mean = batchLoss(distribution)
                    .evaluate(
                            Sequence.of(floats(y.values()), 1, x.length, P),
                            Target.of(Sequence.of(floats(values), 1, x.length, each)),
                            found);
            double expected = Arrays.stream(losses).sum() / x.length;
            assertThat(mean).as(name).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
            for (int i = 0; i < dY.length; i++) {
                assertThat((double) x.length * found.data()[i])
                        .as(name + " dy[" + i + "]")
                        .isCloseTo(dY[i], within(1e-4 * Math.max(1, Math.abs(dY[i]))));
            }
        }
    }

    private static Seq values(Distribution distribution, Seq y, RandomGenerator random) {
        int O = y.size() / distribution.parameters();
        Seq x = Seq.zerosLike(y, O * distribution.numbersOfValue());
        for (int i = 0; i < x.values().length; i++) {
            boolean scale = distribution.counts() && i % 2 == 1;
            x.values()[i] = switch (distribution.kind()) {
                case NEGATIVE_BINOMIAL -> scale ? 0.5 + 20 * random.nextDouble() : random.nextInt(40);
                case BERNOULLI -> scale ? 1 : random.nextInt(2);
                default -> 3 * random.nextGaussian();
            };
        }
        return x;
    }

    @Test
    void gradientsEqualCentralDifferencesAndTheEngineTheReference() {
        RandomGenerator random = new SplittableRandom(3);
        for (Distribution distribution : ALL) {
            Seq y = Seq.normal(3, 2 * distribution.parameters(), new int[] {3, 1, 2}, random);
            for (int i = 0; i < y.values().length; i++) {
                y.values()[i] = (float) y.values()[i];
            }
            Seq x = values(distribution, y, random);
            for (int i = 0; i < x.values().length; i++) {
                x.values()[i] = (float) x.values()[i];
            }
            assertThat(GradientCheck.defaults()
                            .check(LossReference.at(distribution.text(), out -> reference(distribution, out, x), y))
                            .passed())
                    .as(distribution.text())
                    .isTrue();
            LossReference.Loss expected = reference(distribution, y, x);
            Sequence found = Sequence.zeros(3, 3, y.size());
            double mean = batchLoss(distribution)
                    .evaluate(
                            Sequence.of(floats(y.values()), 3, 3, y.size()).withLengths(3, 1, 2),
                            Target.of(Sequence.of(floats(x.values()), 3, 3, x.size())),
                            found);
            assertThat(mean * expected.count())
                    .as(distribution.text())
                    .isCloseTo(expected.value(), within(1e-5 * Math.abs(expected.value())));
            for (int i = 0; i < found.data().length; i++) {
                double d = expected.dY().values()[i];
                assertThat((double) expected.count() * found.data()[i])
                        .as(distribution.text() + " dY[" + i + "]")
                        .isCloseTo(d, within(1e-5 * Math.max(1, Math.abs(d))));
            }
        }
    }

    /** The mean of -ln p(x) over samples of p is its entropy, which another p' exceeds; and frequencies of counts are p. */
    @Test
    void samplesHaveTheProbabilitiesOfTheLoss() {
        RandomGenerator random = new SplittableRandom(4);
        float[][] outputs = {
            {0.5f, -0.3f}, {1, 0.2f, 0.1f}, {0.4f, 0.9f}, {-0.7f}, {0, -3, -1, 0.7f, 2, -0.5f, -1, 9, 0}
        };
        for (int which = 0; which < ALL.size(); which++) {
            Distribution distribution = ALL.get(which);
            float[] y = outputs[which];
            double v = 7;
            int count = 200_000;
            double[] samples = new double[count];
            for (int i = 0; i < count; i++) {
                samples[i] = distribution.sample(y, 0, v, random);
                assertThat(distribution.has(samples[i])).isTrue();
            }
            Arrays.sort(samples);
            // The share of samples in an interval, and the integral or the sum of p over it.
            double from = distribution.counts() ? 0 : samples[count / 5];
            double to = distribution.counts() ? samples[count / 2] : samples[4 * count / 5];
            long inside =
                    Arrays.stream(samples).filter(x -> x >= from && x <= to).count();
            double p = 0;
            int steps = distribution.counts() ? (int) to + 1 : 20_000;
            double width = distribution.counts() ? 1 : (to - from) / steps;
            for (int i = 0; i < steps; i++) {
                double x = distribution.counts() ? i : from + (i + 0.5) * width;
                p += width * Math.exp(-distribution.loss(y, 0, x, v, 1, new float[9], 0));
            }
            assertThat((double) inside / count).as(distribution.text()).isCloseTo(p, within(0.006));
        }
    }

    @Test
    void largeCountsAreDrawnAsSmallOnes() {
        RandomGenerator random = new SplittableRandom(5);
        for (double mean : new double[] {0, 0.2, 8, 31, 200, 5000}) {
            double sum = 0;
            double squares = 0;
            int count = 40_000;
            for (int i = 0; i < count; i++) {
                double x = Draw.poisson(mean, random);
                sum += x;
                squares += (x - mean) * (x - mean);
            }
            assertThat(sum / count).isCloseTo(mean, within(5 * Math.sqrt(mean / count) + 1e-12));
            assertThat(squares / count).isCloseTo(mean, within(0.05 * mean + 1e-12));
        }
    }

    @Test
    void namesAreReadAsTheyAreWritten() {
        for (Distribution distribution : ALL) {
            assertThat(Distribution.of(distribution.text())).isEqualTo(distribution);
        }
        assertThat(Distribution.of("mixture")).isEqualTo(new Distribution(Kind.MIXTURE, 3));
        assertThat(Distribution.of("mixture:5").parameters()).isEqualTo(15);
        for (String wrong : List.of("normal", "mixture:1", "mixture:x", "gaussian:2", "mixture:101", "")) {
            assertThatThrownBy(() -> Distribution.of(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        BatchLoss counts = batchLoss(Distribution.of(Kind.NEGATIVE_BINOMIAL));
        Sequence y = Sequence.zeros(1, 1, 2);
        assertThatThrownBy(() -> counts.evaluate(y, Target.of(Sequence.of(new float[] {-0.5f, 1}, 1, 1, 2))))
                .hasMessageContainingAll("-0.5", "a count", "normalised");
        assertThatThrownBy(() -> counts.evaluate(y, Target.of(Sequence.of(new float[] {3, 0}, 1, 1, 2))))
                .hasMessageContainingAll("scale", "above 0");
        assertThatThrownBy(() -> counts.evaluate(y, Target.of(Sequence.zeros(1, 1, 1))))
                .hasMessageContainingAll("2 numbers a step", "a count and its scale");
        assertThatThrownBy(() -> batchLoss(Distribution.of(Kind.BERNOULLI))
                        .evaluate(Sequence.zeros(1, 1, 1), Target.of(Sequence.of(new float[] {2, 1}, 1, 1, 2))))
                .hasMessageContaining("0 or 1");
        assertThatThrownBy(() -> new Distribution(Kind.GAUSSIAN, 2)).hasMessageContaining("gaussian has 2");
    }

    @Test
    void nothingIsAllocated() {
        Random random = new Random(6);
        for (Distribution distribution : ALL) {
            Sequence y = Sequence.zeros(4, 2, distribution.parameters());
            for (int i = 0; i < y.data().length; i++) {
                y.data()[i] = (float) random.nextGaussian();
            }
            Sequence x = Sequence.zeros(4, 2, distribution.numbersOfValue());
            Arrays.fill(x.data(), 1);
            Sequence dY = Sequence.zeros(4, 2, y.size());
            BatchLoss loss = batchLoss(distribution);
            Target target = Target.of(x);
            Allocation.assertNone(() -> loss.evaluate(y, target, dY));
        }
    }
}
