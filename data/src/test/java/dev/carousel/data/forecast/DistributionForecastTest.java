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

    private static ForecastSpec spec(TimeSeries series, Kind kind, Relative relative, Stepping stepping) {
        return ForecastFit.of(series, SPLIT)
                .withSeason(0)
                .withRelative(relative)
                .withStepping(stepping)
                .withDistribution(Optional.of(Distribution.of(kind)))
                .fit(10, 6);
    }

    /** A network that gives the same parameters at every step, whatever it reads. */
    private static Network constant(ForecastSpec spec, float... parameters) {
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

        StreamForecaster stream = StreamForecaster.of(network.pack(), read.spec());
        for (int row = 0; row < 80; row++) {
            stream.add(series.value(row));
        }
        double[] table = Forecaster.of(network.pack(), Team.single()).next(ForecastWindows.of(series, spec));
        assertThat(stream.forecast()).containsExactly(table);
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
                .hasMessageContainingAll("row 2", "a count", "negative-binomial");
        ForecastSpec ofCounts = spec(counts(), Kind.NEGATIVE_BINOMIAL, Relative.MEAN, Stepping.AT_ONCE);
        ForecastStretch other = ForecastWindows.of(
                        TimeSeries.of(
                                "parts",
                                IntStream.range(0, 80)
                                        .mapToDouble(halves::value)
                                        .toArray()),
                        ofCounts)
                .stretch(20, 40);
        assertThatThrownBy(() -> ForecastBatches.of(List.of(other), 4)).hasMessageContaining("row 2");
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
