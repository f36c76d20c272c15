package dev.carousel.data.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.forecast.ForecastBatches;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * How well a detector finds what was planted into a series: two waves that hang together, in whose test rows single values
 * jump, one wave stands still, goes backwards or loses the other, or its level shifts.
 *
 * <p>What is asserted is what was measured, as a mean over seeds, give or take what another machine's last bits may change.
 */
class DetectionTest {

    private static final int SEEDS = 4;
    private static final int ROWS = 3000;
    private static final Split SPLIT = new Split(1200, 1800, ROWS);
    private static final int WINDOW = 16;

    /** After an oddity the network needs some rows to be at home again; these count neither way. */
    private static final int RECOVERY = 12;

    /** What can go wrong, and in how many rows. */
    private enum Kind {
        JUMP(1),
        STILL(5),
        BACKWARDS(5),
        LOST(6),
        LEVEL(1);

        final int rows;

        Kind(int rows) {
            this.rows = rows;
        }

        /** Spoils the values from a row on, which had been a and b. */
        void plant(double[] a, double[] b, int from) {
            for (int row = from; row < from + rows; row++) {
                switch (this) {
                    case JUMP -> a[row] += 1.5;
                    case STILL -> a[row] = a[from - 1];
                    case BACKWARDS -> a[row] = 2 * a[from - 1] - a[row];
                    case LOST -> b[row] = b[row - 37];
                    case LEVEL -> Arrays.setAll(b, i -> i < from ? b[i] : b[i] + 0.8);
                }
            }
        }
    }

    /** What was planted where: rows of the test. */
    private record Plant(Kind kind, int from, int to) {}

    /** Scores of the test rows and which of them are odd; rows in which the network recovers have none. */
    private record Judged(List<Plant> plants, double[] scores, double[] naive, boolean[] odd, AnomalyTask task) {

        /** Whether one of its rows raised an alarm. */
        boolean notices(Plant plant) {
            return Arrays.stream(scores, plant.from, plant.to)
                    .anyMatch(task.anomaly().threshold()::alarms);
        }

        /** The same scores, at other rows. */
        Judged shuffled() {
            double[] other = scores.clone();
            SplittableRandom random = new SplittableRandom(9);
            for (int i = other.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                double score = other[i];
                other[i] = other[j];
                other[j] = score;
            }
            return new Judged(plants, other, naive, odd, task);
        }

        DetectionScores found() {
            return DetectionScores.of(scores, odd, task.anomaly().threshold());
        }

        DetectionScores foundNaively() {
            return DetectionScores.of(naive, odd, task.naiveThreshold());
        }
    }

    private static Judged judged(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] a = new double[ROWS];
        double[] b = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double before = row < 2 ? 0 : a[row - 2];
            a[row] = Math.sin(row / 2.5) + 0.4 * Math.sin(row / 1.1) + 0.03 * random.nextGaussian();
            b[row] = 0.8 * before + 0.5 * Math.cos(row / 3.7) + 0.03 * random.nextGaussian();
        }
        boolean[] odd = new boolean[ROWS];
        boolean[] recovering = new boolean[ROWS];
        List<Plant> plants = new ArrayList<>();
        for (int from = SPLIT.validationEnd() + 40; from < ROWS - 40; from += 40 + random.nextInt(10)) {
            Kind planted = Kind.values()[plants.size() % Kind.values().length];
            planted.plant(a, b, from);
            // The way back to what is usual is as odd as the way there; a level stays.
            int rows = planted.rows + (planted == Kind.LEVEL ? 0 : 1);
            plants.add(new Plant(planted, from - SPLIT.validationEnd(), from + rows - SPLIT.validationEnd()));
            Arrays.fill(odd, from, from + rows, true);
            Arrays.fill(recovering, from + rows, from + rows + RECOVERY, true);
        }
        TimeSeries series = TimeSeries.builder("waves.csv")
                .withTarget("a", a)
                .withTarget("b", b)
                .build();
        return judged(series, plants, odd, recovering, seed);
    }

    private static Judged judged(
            TimeSeries series, List<Plant> plants, boolean[] odd, boolean[] recovering, long seed) {
        ForecastSpec spec = ForecastFit.of(series, SPLIT)
                .withSeason(0)
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(WINDOW, WINDOW);
        PackedNetwork network = trained(series, spec, seed);
        ForecastTask forecast =
                new ForecastTask("waves", ColumnRoles.of("a", "b"), Missing.ERROR, spec, Map.of("", SPLIT));
        AnomalyTask task =
                AnomalyFit.of(forecast, List.of(series)).withShare(0.002).fit(network);
        AnomalyStream stream = AnomalyStream.of(network, task.anomaly());
        int rows = ROWS - SPLIT.validationEnd();
        double[] scores = new double[rows];
        double[] naive = new double[rows];
        for (int row = 0; row < ROWS; row++) {
            double score = stream.add(series, row);
            int at = row - SPLIT.validationEnd();
            if (at >= 0) {
                scores[at] = recovering[row] ? Double.NaN : score;
                naive[at] = recovering[row] ? Double.NaN : task.naive().score(spec, series, row);
            }
        }
        return new Judged(plants, scores, naive, Arrays.copyOfRange(odd, SPLIT.validationEnd(), ROWS), task);
    }

    private static PackedNetwork trained(TimeSeries series, ForecastSpec spec, long seed) {
        NetworkSpec layers = NetworkSpec.of(Recurrent.gru(spec.inputSize(), 16), Dense.head(16, spec.outputSize()));
        Network network = Network.initialised(layers, Initialisation.uniform(), new Seeds(seed).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(WINDOW)))
                .withOptimiser(new Adam(0.01))
                .withSchedule(Schedule.cosine(0))
                .withEpochs(8)
                .withSeed(seed);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Trainer.of(network, plan, Team.single())
                .train(ForecastBatches.of(List.of(windows.stretch(0, SPLIT.trainingEnd())), 32));
        return network.pack();
    }

    /** Precision, recall, area, and of each kind the share of plants in which a row raised an alarm: means over the seeds. */
    private static Map<String, Double> means(List<Judged> all) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (Judged one : all) {
            DetectionScores found = one.found();
            means.merge("precision", found.precision() / all.size(), Double::sum);
            means.merge("recall", found.recall() / all.size(), Double::sum);
            means.merge("area", found.area() / all.size(), Double::sum);
            DetectionScores naive = one.foundNaively();
            means.merge("naive recall", naive.recall() / all.size(), Double::sum);
            means.merge("naive area", naive.area() / all.size(), Double::sum);
        }
        for (Kind kind : Kind.values()) {
            List<Plant> plants = all.stream()
                    .flatMap(one -> one.plants().stream())
                    .filter(plant -> plant.kind() == kind)
                    .toList();
            long noticed = all.stream()
                    .flatMap(one -> one.plants().stream().filter(plant -> plant.kind() == kind && one.notices(plant)))
                    .count();
            means.put(kind.name(), (double) noticed / plants.size());
        }
        return means;
    }

    /** Near what was measured: a detector that is a little worse fails, and one that is much better is worth a look. */
    private static void requireAsMeasured(Map<String, Double> means) {
        assertThat(means.get("precision")).as("precision").isCloseTo(0.965, within(0.05));
        assertThat(means.get("recall")).as("recall").isCloseTo(0.749, within(0.07));
        assertThat(means.get("area")).as("area").isCloseTo(0.935, within(0.02));
        for (Kind kind : Kind.values()) {
            assertThat(means.get(kind.name())).as(kind.name()).isGreaterThan(0.9);
        }
    }

    @Test
    void everyKindIsFoundAsWellAsMeasuredAndShuffledScoresFindNothing() {
        List<Judged> all =
                LongStream.rangeClosed(1, SEEDS).mapToObj(DetectionTest::judged).toList();
        Map<String, Double> means = means(all);
        requireAsMeasured(means);
        assertThat(means.get("area")).isGreaterThan(means.get("naive area") + 0.3);
        assertThat(means.get("recall")).isGreaterThan(means.get("naive recall") + 0.4);

        Map<String, Double> shuffled = means(all.stream().map(Judged::shuffled).toList());
        assertThat(shuffled.get("area")).isCloseTo(0.5, within(0.05));
        assertThatThrownBy(() -> requireAsMeasured(shuffled)).isInstanceOf(AssertionError.class);
    }
}
