package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution;
import dev.carousel.loss.Distribution.Kind;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.tensor.Sequence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forecasts of distributions, as sampled paths and their quantiles. */
class DistributionForecastTest {

    private static final Split SPLIT = new Split(60, 70, 80);

    @TempDir
    Path folder;

    private static TimeSeries counts() {
        Random random = new Random(7);
        return TimeSeries.of(
                "parts",
                random.ints(80, 0, 9).mapToDouble(v -> Math.max(0, v - 4)).toArray());
    }

    static ForecastSpec spec(TimeSeries series, Kind kind, Relative relative, Stepping stepping) {
        return ForecastFit.of(series, SPLIT)
                .withSeason(0)
                .withRelative(relative)
                .withStepping(stepping)
                .withDistribution(Optional.of(Distribution.of(kind)))
                .fit(10, 6);
    }

    /** A network that gives the same parameters at every step, whatever it reads. */
    static Network constant(ForecastSpec spec, float... parameters) {
        Network network = Formulations.network(spec, 1);
        float[] weight = network.parameters().get("out.weight");
        network.parameters().set("out.weight", new float[weight.length]);
        network.parameters().set("out.bias", parameters);
        return network;
    }

    private static double deviation(double[][] paths, int h) {
        double mean =
                Arrays.stream(paths).mapToDouble(path -> path[h]).average().orElseThrow();
        return Math.sqrt(Arrays.stream(paths)
                .mapToDouble(path -> (path[h] - mean) * (path[h] - mean))
                .average()
                .orElseThrow());
    }

    @Test
    void countsAreLearnedAsTheyAreWithTheScaleOfTheirContext() {
        TimeSeries series = counts();
        ForecastSpec spec = spec(series, Kind.NEGATIVE_BINOMIAL, Relative.MEAN, Stepping.AT_ONCE);
        assertThat(spec.networkOutputs()).isEqualTo(2);
        assertThat(spec.outputSize()).isEqualTo(9);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Sequence y = ForecastBatches.of(List.of(windows.stretch(30, 36)), 1)
                .batch(0)
                .target()
                .vectors();
        assertThat(y.size()).isEqualTo(2);
        double mean =
                IntStream.range(20, 30).mapToDouble(series::value).average().orElseThrow();
        for (int h = 0; h < 6; h++) {
            assertThat((double) y.get(h, 0, 0)).isEqualTo(series.value(30 + h));
            assertThat((double) y.get(h, 0, 1)).isCloseTo(1 + mean, within(1e-5));
        }
    }

    @Test
    void quantilesOfPathsAreThoseOfTheDistribution() {
        TimeSeries series = Formulations.wandering(80, 4);
        ForecastSpec spec = spec(series, Kind.GAUSSIAN, Relative.LAST, Stepping.AT_ONCE);
        // softplus(0.5) = 0.974
        Network network = constant(spec, 0.3f, 0.5f);
        Forecaster forecaster = Forecaster.of(network.pack(), Team.single()).withSamples(20_000, 3);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        double[] forecast = forecaster.next(windows);
        double unit = windows.target(0).deviation();
        double sigma = Math.log1p(Math.exp(0.5)) + 0.001;
        double[] normal = {-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816};
        for (int h = 0; h < 6; h++) {
            for (int q = 0; q < 9; q++) {
                double expected = series.value(79) + unit * (0.3 + sigma * normal[q]);
                assertThat(forecast[9 * h + q]).isCloseTo(expected, within(0.05 * unit));
            }
        }
        assertThat(Forecaster.quantiles(spec, forecaster.paths(windows, 80))).containsExactly(forecast);
        // The same seed, the same numbers; another one, others.
        assertThat(forecaster.next(windows)).containsExactly(forecast);
        assertThat(forecaster.withSamples(20_000, 4).next(windows)).isNotEqualTo(forecast);
    }

    /** Of values that are drawn as the paths are, as many lie within as should: with few paths, too. */
    @Test
    void intervalsOfFewPathsHoldTheirShare() {
        ForecastSpec spec = spec(Formulations.wandering(80, 4), Kind.GAUSSIAN, Relative.LAST, Stepping.AT_ONCE);
        Random random = new Random(12);
        int paths = 19;
        int held = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            double[][] drawn = new double[paths][6];
            for (double[] path : drawn) {
                path[0] = random.nextGaussian();
            }
            double[] quantiles = Forecaster.quantiles(spec, drawn);
            double truth = random.nextGaussian();
            held += truth >= quantiles[0] && truth <= quantiles[8] ? 1 : 0;
        }
        assertThat((double) held / rounds).isCloseTo(0.8, within(0.012));
    }

    @Test
    void stepByStepAPathHangsTogether() {
        TimeSeries series = Formulations.wandering(80, 4);
        for (Kind kind : List.of(Kind.GAUSSIAN, Kind.STUDENT_T, Kind.MIXTURE)) {
            ForecastSpec spec = spec(series, kind, Relative.PREVIOUS, Stepping.STEP_BY_STEP);
            float[] parameters = new float[spec.networkOutputs()];
            Network network = constant(spec, parameters);
            ForecastWindows windows = ForecastWindows.of(series, spec);
            double[][] paths = Forecaster.of(network.pack(), Team.single())
                    .withSamples(8_000, 3)
                    .paths(windows, 80);
            // Each change is drawn by itself, so that after h of them the variance is h times that of one.
            double first = deviation(paths, 0);
            for (int h = 1; h < 6; h++) {
                assertThat(deviation(paths, h) / first)
                        .as(kind + " " + h)
                        .isCloseTo(Math.sqrt(h + 1), within(0.15 * Math.sqrt(h + 1)));
            }
        }
    }

    @Test
    void drawnCountsAreCountsAndQuantilesAmongThem() {
        TimeSeries series = counts();
        for (Stepping stepping : Stepping.values()) {
            ForecastSpec spec = spec(series, Kind.NEGATIVE_BINOMIAL, Relative.NONE, stepping);
            Network network = Formulations.network(spec, 2);
            ForecastWindows windows = ForecastWindows.of(series, spec);
            Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
            for (double[] path : forecaster.paths(windows, 75)) {
                assertThat(Arrays.stream(path).allMatch(v -> v >= 0 && v == Math.rint(v)))
                        .isTrue();
            }
            assertThat(Arrays.stream(forecaster.from(windows, 75)).allMatch(v -> v >= 0 && v == Math.rint(v)))
                    .isTrue();
        }
        TimeSeries yes = TimeSeries.of(
                "yes", new Random(3).ints(80, 0, 2).asDoubleStream().toArray());
        ForecastSpec spec = spec(yes, Kind.BERNOULLI, Relative.NONE, Stepping.STEP_BY_STEP);
        double[][] paths = Forecaster.of(constant(spec, 1).pack(), Team.single())
                .withSamples(4_000, 2)
                .paths(ForecastWindows.of(yes, spec), 80);
        double share =
                Arrays.stream(paths).flatMapToDouble(Arrays::stream).average().orElseThrow();
        assertThat(share).isCloseTo(1 / (1 + Math.exp(-1)), within(0.02));
    }

    @Test
    void aStreamForecastsWhatATableDoesAndAModelRemembers() {
        TimeSeries series = counts();
        ForecastSpec spec = spec(series, Kind.NEGATIVE_BINOMIAL, Relative.MEAN, Stepping.STEP_BY_STEP);
        Network network = Formulations.network(spec, 2);
        ForecastTask task = new ForecastTask(
                "parts",
                new ColumnRoles(spec.targets(), List.of(), List.of(), List.of(), Optional.empty(), Optional.empty()),
                Missing.ERROR,
                spec,
                Map.of("", SPLIT));
        Path file = folder.resolve("m.safetensors");
        Model.of(network, task.toTask()).save(file);
        ForecastTask read = ForecastTask.of(Model.load(file));
        assertThat(read.spec().distribution()).contains(Distribution.of(Kind.NEGATIVE_BINOMIAL));
        assertThat(read.spec().networkOutputs()).isEqualTo(2);
        assertThat(ForecastSpec.fromMap(spec.toMap())).isEqualTo(spec);
        ForecastSpec wide =
                spec.withDistribution(Distribution.of(Kind.NEGATIVE_BINOMIAL).withSpread(1.25));
        assertThat(ForecastSpec.fromMap(wide.toMap())).isEqualTo(wide);
        Map<String, Object> old = new HashMap<>(spec.toMap());
        old.remove("spread");
        assertThat(ForecastSpec.fromMap(old)).isEqualTo(spec);
        old.put("spread", -1.0);
        assertThatThrownBy(() -> ForecastSpec.fromMap(old)).hasMessageContainingAll("spread", "above 0");

        StreamForecaster stream = StreamForecaster.of(network.pack(), read.spec());
        for (int row = 0; row < 80; row++) {
            stream.add(series.value(row));
        }
        double[] table = Forecaster.of(network.pack(), Team.single()).next(ForecastWindows.of(series, spec));
        assertThat(stream.forecast()).containsExactly(table);
    }

    /** The network says that rows deviate by 0.5 from the last one; they do by more, and then by as much as is said. */
    @Test
    void theSpreadIsFittedOnWhatIsHeldOutAndAModelRemembersIt() {
        Random random = new Random(11);
        TimeSeries noise = TimeSeries.of(
                "noise", random.doubles(400).map(v -> random.nextGaussian()).toArray());
        for (Stepping stepping : Stepping.values()) {
            ForecastSpec spec = ForecastFit.of(noise, new Split(200, 300, 400))
                    .withSeason(0)
                    .withRelative(Relative.NONE)
                    .withStepping(stepping)
                    .withDistribution(Optional.of(Distribution.of(Kind.GAUSSIAN)))
                    .fit(10, 6);
            // softplus(-0.4344) = 0.5
            Network network = constant(spec, 0, -0.4344f);
            Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
            ForecastWindows windows = ForecastWindows.of(noise, spec);
            ForecastSpec fitted = forecaster.withFittedSpread(List.of(windows.stretch(200, 300)));
            double f = fitted.distribution().orElseThrow().spread();
            assertThat(f).isCloseTo(2, within(0.35));
            double before = coverage(forecaster, windows);
            ForecastWindows wider = ForecastWindows.of(noise, fitted);
            assertThat(before).isLessThan(0.6);
            assertThat(coverage(forecaster, wider)).isBetween(0.72, 0.88);
            double narrow = deviation(forecaster.paths(windows, 400), 0);
            assertThat(deviation(forecaster.paths(wider, 400), 0)).isCloseTo(f * narrow, within(1e-9));

            ForecastTask task = new ForecastTask(
                    "noise",
                    new ColumnRoles(
                            spec.targets(), List.of(), List.of(), List.of(), Optional.empty(), Optional.empty()),
                    Missing.ERROR,
                    fitted,
                    Map.of("", SPLIT));
            Path file = folder.resolve("m.safetensors");
            Model.of(network, task.toTask()).save(file);
            assertThat(ForecastTask.of(Model.load(file)).spec()).isEqualTo(fitted);
        }
        ForecastSpec point =
                ForecastFit.of(noise, new Split(200, 300, 400)).withSeason(0).fit(10, 6);
        assertThat(Forecaster.of(Formulations.network(point, 1).pack(), Team.single())
                        .withFittedSpread(
                                List.of(ForecastWindows.of(noise, point).stretch(200, 300))))
                .isEqualTo(point);
    }

    private static double coverage(Forecaster forecaster, ForecastWindows windows) {
        ForecastScores scores = ForecastScores.of(windows.spec(), 1, 200);
        forecaster.judge(List.of(windows.stretch(300, 400)), scores);
        return scores.intervals(0).coverage();
    }

    @Test
    void theNumberOfThreadsChangesNoBit() {
        TimeSeries series = counts();
        for (Stepping stepping : Stepping.values()) {
            ForecastSpec spec = spec(series, Kind.NEGATIVE_BINOMIAL, Relative.MEAN, stepping);
            Network network = Formulations.network(spec, 2);
            ForecastWindows windows = ForecastWindows.of(series, spec);
            double[][] alone = Forecaster.of(network.pack(), Team.single())
                    .withSamples(500, 3)
                    .paths(windows, 75);
            try (Team team = Team.of(3)) {
                Forecaster together = Forecaster.of(network.pack(), team).withSamples(500, 3);
                assertThat(together.paths(windows, 75)).isDeepEqualTo(alone);
                // In a batch with others, too.
                double[] quantiles = Forecaster.quantiles(spec, alone);
                together.forecast(List.of(windows.stretch(60, 80)), (of, origin, forecast, at) -> {
                    if (origin == 74) {
                        assertThat(Arrays.copyOfRange(forecast, at, at + 54))
                                .containsExactly(Forecaster.quantiles(spec, together.paths(windows, 74)));
                    }
                });
                assertThat(together.from(windows, 75)).containsExactly(quantiles);
            }
        }
    }

    @Test
    void aPathThatLeavesAllNumbersIsAnErrorWithItsCause() {
        TimeSeries series = Formulations.wandering(80, 4);
        for (Kind kind : List.of(Kind.GAUSSIAN, Kind.STUDENT_T, Kind.MIXTURE)) {
            ForecastSpec spec = spec(series, kind, Relative.NONE, Stepping.AT_ONCE);
            float[] parameters = new float[spec.networkOutputs()];
            parameters[1] = 3e38f;
            Forecaster forecaster = Forecaster.of(constant(spec, parameters).pack(), Team.single());
            assertThatThrownBy(() -> forecaster.next(ForecastWindows.of(series, spec)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContainingAll("sampled path", "rate");
        }
        ForecastSpec counts = spec(counts(), Kind.NEGATIVE_BINOMIAL, Relative.NONE, Stepping.AT_ONCE);
        Network broken = constant(counts, Float.POSITIVE_INFINITY, 0);
        assertThatThrownBy(() -> Forecaster.of(broken.pack(), Team.single()).next(ForecastWindows.of(counts(), counts)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("must be finite");
    }

    @Test
    void theScoreOfASingleNumberIsItsAbsoluteError() {
        IntervalErrors errors = new IntervalErrors(ForecastSpec.DECILES);
        double[] forecast = new double[9];
        Arrays.fill(forecast, 5);
        errors.add(forecast, 0, 7);
        errors.add(forecast, 0, 4);
        assertThat(errors.crps()).isCloseTo(1.5, within(1e-12));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        TimeSeries halves = Formulations.wandering(80, 4);
        assertThatThrownBy(() -> spec(halves, Kind.NEGATIVE_BINOMIAL, Relative.MEAN, Stepping.AT_ONCE))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("row 2", "a count", "negative-binomial")
                .hasMessageEndingWith("Take another distribution, such as student-t.");
        ForecastSpec ofCounts = spec(counts(), Kind.NEGATIVE_BINOMIAL, Relative.MEAN, Stepping.AT_ONCE);
        TimeSeries other = TimeSeries.of(
                "parts", IntStream.range(0, 80).mapToDouble(halves::value).toArray());
        assertThatThrownBy(() -> ForecastWindows.of(other, ofCounts))
                .isInstanceOfSatisfying(DataException.class, e -> {
                    assertThat(e.kind()).isEqualTo(DataException.Kind.IMPOSSIBLE_VALUE);
                    assertThat(e.column()).contains(ofCounts.target());
                })
                .hasMessageContaining("row 2")
                .hasMessageEndingWith("Is it the file of another model, or in another unit?");
        StreamForecaster stream =
                StreamForecaster.of(Formulations.network(ofCounts, 1).pack(), ofCounts);
        stream.add(3);
        for (double wrong : new double[] {-1, 0.5, 2e7}) {
            assertThatThrownBy(() -> stream.add(wrong))
                    .isInstanceOfSatisfying(
                            DataException.class,
                            e -> assertThat(e.kind()).isEqualTo(DataException.Kind.IMPOSSIBLE_VALUE))
                    .hasMessageContainingAll(String.valueOf(wrong), "a count", "negative-binomial");
        }
        assertThat(stream.rows()).isEqualTo(1);
        assertThatThrownBy(() -> spec(counts(), Kind.BERNOULLI, Relative.MEAN, Stepping.AT_ONCE))
                .hasMessageContaining("0 or 1");
        ForecastSpec spec = spec(halves, Kind.GAUSSIAN, Relative.NONE, Stepping.AT_ONCE);
        Network network = Formulations.network(spec, 1);
        assertThatThrownBy(() -> StreamForecaster.carrying(network.pack(), spec))
                .hasMessageContaining("distribution");
        ForecastWindows windows = ForecastWindows.of(halves, spec);
        assertThatThrownBy(() -> windows.forecast(Sequence.zeros(6, 1, 9), 0, 70, new double[54], 0))
                .hasMessageContaining("Let a Forecaster draw");
        ForecastSpec quantiles = ForecastFit.of(halves, SPLIT)
                .withSeason(0)
                .withQuantiles(List.of(0.5))
                .fit(10, 6);
        Forecaster plain = Forecaster.of(Formulations.network(quantiles, 1).pack(), Team.single());
        assertThatThrownBy(() -> plain.paths(ForecastWindows.of(halves, quantiles), 80))
                .hasMessageContaining("quantiles alone");
        assertThatThrownBy(() -> plain.withSamples(0, 1)).hasMessageContaining("not of 0");
        assertThatThrownBy(() -> spec.withQuantiles(List.of())).hasMessageContaining("none are named");
    }
}
