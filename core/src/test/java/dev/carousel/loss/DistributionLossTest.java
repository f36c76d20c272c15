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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Distributions against numbers of PyTorch, the engine against the reference, and samples against what they are drawn from. */
class DistributionLossTest {

    private static final List<Distribution> ALL =
            Arrays.stream(Kind.values()).map(Distribution::of).toList();

    /** All as a network gives them, and wider or narrower. */
    private static final List<Distribution> SPREAD = Stream.of(1.0, 1.7, 0.6)
            .flatMap(f -> ALL.stream().map(one -> one.withSpread(f)))
            .toList();

    private static LossReference.Loss reference(Distribution distribution, Seq y, Seq x) {
        return switch (distribution.kind()) {
            case GAUSSIAN -> DistributionReference.gaussian(y, x, distribution.spread());
            case STUDENT_T -> DistributionReference.studentT(y, x, distribution.spread());
            case NEGATIVE_BINOMIAL -> DistributionReference.negativeBinomial(y, x, distribution.spread());
            case BERNOULLI -> DistributionReference.bernoulli(y, x, distribution.spread());
            case MIXTURE -> DistributionReference.mixture(y, x, distribution.components(), distribution.spread());
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
        for (Distribution distribution : SPREAD) {
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
        for (int which = 0; which < 2 * ALL.size(); which++) {
            Distribution distribution = SPREAD.get(which);
            float[] y = outputs[which % ALL.size()];
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

    /** Closed forms, from formulas of other shapes than the code's. */
    @Test
    void lossesEqualClosedForms() {
        float[] dY = new float[9];
        double x = 0.7;
        Distribution gaussian = Distribution.of(Kind.GAUSSIAN).withSpread(2);
        double sigma = 2 * (Math.log(1 + Math.exp(-0.3)) + 1e-3);
        double density =
                Math.exp(-(x - 0.5) * (x - 0.5) / (2 * sigma * sigma)) / Math.sqrt(2 * Math.PI * sigma * sigma);
        assertThat(gaussian.loss(new float[] {0.5f, -0.3f}, 0, x, 1, 1, dY, 0))
                .isCloseTo(-Math.log(density), within(1e-6));
        // Of 3 degrees of freedom: 2 / (π √3 (1 + z²/3)²); s(b) = 1.
        Distribution student = Distribution.of(Kind.STUDENT_T);
        float b = (float) Math.log(Math.E - 1);
        double s = Math.log(2) + 1e-3;
        double z = (x - 0.5) / s;
        double t = 2 / (Math.PI * Math.sqrt(3) * Math.pow(1 + z * z / 3, 2)) / s;
        assertThat(student.loss(new float[] {0.5f, 0, b}, 0, x, 1, 1, dY, 0)).isCloseTo(-Math.log(t), within(1e-6));
        // α = 1 is a geometric distribution, p (1 - p)^x with p = 1 / (1 + m).
        Distribution counts = Distribution.of(Kind.NEGATIVE_BINOMIAL);
        float one = (float) Math.log(Math.exp(1 - 1e-3) - 1);
        double m = Math.log(1 + Math.exp(0.4)) + 1e-6;
        for (int count : new int[] {0, 1, 5, 300}) {
            assertThat(counts.loss(new float[] {0.4f, one}, 0, count, 1, 1, dY, 0))
                    .isCloseTo(Math.log(1 + m) + count * Math.log((1 + m) / m), within(1e-5 * (1 + count)));
        }
        // All probabilities of counts are 1 together.
        double sum = 0;
        for (int count = 0; count < 3000; count++) {
            sum += Math.exp(-counts.withSpread(1.5).loss(new float[] {1.3f, 0.2f}, 0, count, 20, 1, dY, 0));
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
        double p = 1 / (1 + Math.exp(-0.8 / 2));
        assertThat(Distribution.of(Kind.BERNOULLI).withSpread(2).loss(new float[] {0.8f}, 0, 1, 1, 1, dY, 0))
                .isCloseTo(-Math.log(p), within(1e-7));
    }

    /** Values that are as far from a network's distributions as wider ones say. */
    @Test
    void theSpreadIsFoundAgain() {
        RandomGenerator random = new SplittableRandom(8);
        float[][] outputs = {{0.5f, -0.3f}, {1, 0.2f, 3f}, {2.5f, 0.9f}, {2.2f}, {0, -3, -1, 0.7f, 2, -0.5f, -1, 9, 0}};
        for (double f : new double[] {0.7, 1, 1.37, 2.5}) {
            for (int which = 0; which < ALL.size(); which++) {
                Distribution family = ALL.get(which);
                int count = 40_000;
                int each = family.numbersOfValue();
                float[] y = new float[count * family.parameters()];
                float[] x = new float[count * each];
                for (int i = 0; i < count; i++) {
                    System.arraycopy(outputs[which], 0, y, i * family.parameters(), family.parameters());
                    x[i * each] = (float) family.withSpread(f).sample(outputs[which], 0, 9, random);
                    if (each == 2) {
                        x[i * each + 1] = 9;
                    }
                }
                SpreadFit fit = SpreadFit.of(new DistributionLoss(family));
                fit.add(
                        Sequence.of(y, 10, count / 10, family.parameters()),
                        Target.of(Sequence.of(x, 10, count / 10, each)));
                assertThat(fit.count()).isEqualTo(count);
                assertThat(fit.spread()).as(family.text() + " " + f).isCloseTo(f, within(0.05 * f));
            }
        }
    }

    @Test
    void aSpreadStaysWithinItsBoundsAndNeedsValues() {
        SpreadFit none = SpreadFit.of(new DistributionLoss(Distribution.of(Kind.GAUSSIAN)));
        assertThatThrownBy(none::spread).hasMessageContaining("no value");
        none.add(Sequence.zeros(1, 1, 2), Target.of(Sequence.of(new float[] {0}, 1, 1, 1)));
        assertThat(none.spread()).isEqualTo(SpreadFit.LEAST).isEqualTo(0.5);
        none.add(Sequence.zeros(1, 1, 2), Target.of(Sequence.of(new float[] {1000}, 1, 1, 1)));
        assertThat(none.spread()).isEqualTo(SpreadFit.GREATEST).isEqualTo(8);
        Sequence broken = Sequence.of(new float[] {Float.NaN, 0}, 1, 1, 2);
        assertThatThrownBy(() -> none.add(broken, Target.of(Sequence.zeros(1, 1, 1))))
                .hasMessageContaining("diverge");
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Distribution.of(Kind.GAUSSIAN).withSpread(wrong))
                    .hasMessageContaining("spread");
        }
    }

    /** Gamma draws would never end on them. */
    @Test
    void nothingIsDrawnOfNumbersThatAreNotFinite() {
        RandomGenerator random = new SplittableRandom(9);
        for (Distribution distribution : ALL) {
            for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                for (int i = 0; i < distribution.parameters(); i++) {
                    float[] y = new float[distribution.parameters()];
                    y[i] = wrong;
                    assertThatThrownBy(() -> distribution.sample(y, 0, 1, random))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("must be finite");
                }
            }
            float[] far = new float[distribution.parameters()];
            Arrays.fill(far, 1e30f);
            assertThat(distribution.sample(far, 0, 1e6, random)).isFinite();
            Arrays.fill(far, -1e30f);
            assertThat(distribution.sample(far, 0, 1, random)).isFinite();
        }
        assertThatThrownBy(() -> Distribution.of(Kind.NEGATIVE_BINOMIAL).sample(new float[2], 0, Double.NaN, random))
                .hasMessageContaining("scale");
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
