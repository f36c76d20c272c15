package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Distribution;
import dev.carousel.loss.DistributionLoss;
import dev.carousel.loss.SpreadFit;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A trained network that forecasts, at once or step by step as its formulation says.
 *
 * <pre>{@code
 * Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
 * double[] next = forecaster.next(windows);                        // the rows after the last one
 * forecaster.judge(stretches, scores);                             // next to the actual values
 * }</pre>
 *
 * <p>Where the network gives distributions, the forecast is made of paths drawn from them, see {@link #paths}.
 *
 * <p>Else, step by step, the forecast of a row (of quantiles the median) is fed back as if it had been observed. Quantiles
 * then only say how certain each step is, given that those before it were right: the further ahead, the more they are
 * too narrow.
 *
 * <p>One thread at a time, which its team helps.
 */
public final class Forecaster {

    private static final int BATCH = 256;

    /** Paths that the quantiles of a distribution come from. */
    public static final int SAMPLES = 200;

    private static final int MOST_SAMPLES = 1_000_000;

    /** Forecasts that a spread is fitted on. */
    static final int MOST_FITTED = 2_000;

    private final PackedNetwork network;
    private final Tape tape;
    private final SampledPaths paths;

    private Forecaster(PackedNetwork network, Tape tape, int samples, long seed) {
        this.network = network;
        this.tape = tape;
        this.paths = new SampledPaths(network, tape, samples, seed);
    }

    /** A forecaster of a trained network. */
    public static Forecaster of(PackedNetwork network, Team team) {
        return new Forecaster(network, network.tape(team), SAMPLES, 1);
    }

    /**
     * The same network, which draws other paths from distributions; it is used by the same thread.
     *
     * @param samples how many paths a forecast's quantiles come from, 1 to 1,000,000; {@value #SAMPLES} where nothing is said
     * @param seed decides which; every forecast draws the same numbers of it
     */
    public Forecaster withSamples(int samples, long seed) {
        if (samples < 1 || samples > MOST_SAMPLES) {
            throw new DataException(
                    "A forecast can be made of 1 to " + MOST_SAMPLES + " sampled paths, not of " + samples + ".");
        }
        return new Forecaster(network, tape, samples, seed);
    }

    /**
     * The formulation with the spread of its distribution fitted: on forecasts that the network has not learned from, it is on average
     * surer than it may be, so that its intervals hold too little.
     *
     * @param heldOut forecasts of one formulation, their horizons within their series; of more than {@value #MOST_FITTED}, one is
     *     taken from each of at most as many blocks of equal length, at a random place that is the same in every run
     * @return the formulation as it is if it has no distribution
     * @throws IllegalArgumentException if there is no stretch, or their formulations differ
     * @throws DataException if the network gives numbers that are not finite
     * @see SpreadFit
     */
    public ForecastSpec withFittedSpread(List<ForecastStretch> heldOut) {
        ForecastSpec spec = commonSpec(heldOut);
        if (spec.distribution().isEmpty()) {
            return spec;
        }
        requireFits(spec);
        Distribution family = spec.distribution().get();
        SpreadFit fit = SpreadFit.of(new DistributionLoss(family, Steps.last(spec.horizon())));
        long[] chosen = chosen(heldOut.stream().mapToLong(ForecastStretch::size).sum());
        int at = 0;
        long before = 0;
        for (ForecastStretch stretch : heldOut) {
            long first = before;
            before += stretch.size();
            int end = at;
            while (end < chosen.length && chosen[end] < before) {
                end++;
            }
            int[] origins = Arrays.stream(chosen, at, end)
                    .mapToInt(place -> stretch.first() + Math.toIntExact(place - first))
                    .toArray();
            at = end;
            for (int from = 0; from < origins.length; from += BATCH) {
                add(fit, stretch.windows(), origins, from, Math.min(BATCH, origins.length - from));
            }
        }
        return spec.withDistribution(family.withSpread(fit.spread()));
    }

    /** One of each block; at equal distances, all might be of one hour of the day. */
    private static long[] chosen(long all) {
        long every = Math.max(1, (all + MOST_FITTED - 1) / MOST_FITTED);
        SplittableRandom random = new SplittableRandom(1);
        long[] chosen = new long[Math.toIntExact((all + every - 1) / every)];
        for (int block = 0; block < chosen.length; block++) {
            long first = block * every;
            chosen[block] = first + random.nextLong(Math.min(every, all - first));
        }
        return chosen;
    }

    private static ForecastSpec commonSpec(List<ForecastStretch> stretches) {
        if (stretches.isEmpty()) {
            throw new IllegalArgumentException("The spread of a distribution cannot be fitted on no forecasts.");
        }
        ForecastWindows first = stretches.get(0).windows();
        for (ForecastStretch stretch : stretches) {
            requireLike(first, stretch.windows());
        }
        return first.spec();
    }

    private static void requireLike(ForecastWindows first, ForecastWindows other) {
        if (!other.spec().equals(first.spec())) {
            throw new IllegalArgumentException("The formulations of " + first.series() + " and " + other.series()
                    + " differ; series that are forecast together need one.");
        }
    }

    private void add(SpreadFit fit, ForecastWindows windows, int[] origins, int from, int n) {
        ForecastSpec spec = windows.spec();
        Sequence x = Sequence.zeros(spec.steps(), n, spec.inputSize());
        Sequence target = Sequence.zeros(spec.horizon(), n, spec.columns().targets() * spec.numbersOfTarget());
        windows.fillInputs(origins, from, x);
        windows.fillTargets(origins, from, target);
        try {
            fit.add(tape.forward(x, network.freshState(n)), Target.of(target));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    windows.series().place() + ": the spread of the forecasts cannot be fitted. " + e.getMessage(), e);
        }
    }

    PackedNetwork network() {
        return network;
    }

    /** Refuses a formulation of another network. */
    void requireFits(ForecastSpec spec) {
        int inputs = network.spec().inputSize();
        int outputs = network.spec().outputSize();
        if (network.spec().readsIds() || inputs != spec.inputSize() || outputs != spec.networkOutputs()) {
            throw new DataException("The formulation has " + spec.inputSize() + " inputs and " + spec.networkOutputs()
                    + " outputs a row but the network " + inputs + " and " + outputs + ". Are they of one model?");
        }
    }

    /** Receives forecasts one by one. */
    public interface Sink {

        /**
         * One forecast.
         *
         * @param windows of which series
         * @param origin from which row
         * @param forecast holds it: of each row of the horizon and each target the only number, or its quantiles in
         *     increasing order; valid until the next
         * @param at where it begins, horizon x outputs numbers
         */
        void accept(ForecastWindows windows, int origin, double[] forecast, int at);
    }

    /**
     * Forecasts from the end of a series.
     *
     * @return horizon x outputs numbers: of each row and each target the only one, or its quantiles in increasing order
     */
    public double[] next(ForecastWindows windows) {
        return from(windows, windows.nextOrigin());
    }

    /** Forecasts from one origin; the numbers are those of {@link #next}. */
    public double[] from(ForecastWindows windows, int origin) {
        double[] result = new double[windows.spec().horizon() * windows.spec().outputSize()];
        forecast(
                List.of(new ForecastStretch(windows, origin, origin)),
                (of, from, forecast, at) -> System.arraycopy(forecast, at, result, 0, result.length));
        return result;
    }

    /**
     * Paths of a forecast, drawn from the distributions that the network gives: step by step, each hangs together; at once, each row is
     * drawn by itself.
     *
     * @param origin the first row that is forecast
     * @return of each path horizon x targets numbers, the targets of a row next to each other
     * @throws DataException if the formulation has no distribution
     */
    public double[][] paths(ForecastWindows windows, int origin) {
        if (windows.spec().distribution().isEmpty()) {
            throw new DataException("Paths are drawn from a distribution, but the model "
                    + (windows.spec().quantiles().isEmpty() ? "forecasts single numbers" : "forecasts quantiles alone")
                    + ". Train one with a distribution.");
        }
        windows.requireOrigin(origin);
        return paths.paths(windows.inputs(), origin, 1)[0];
    }

    /** The quantiles of the formulation among some paths, in the order of {@link #next}. */
    public static double[] quantiles(ForecastSpec spec, double[][] paths) {
        double[] forecast = new double[spec.horizon() * spec.outputSize()];
        SampledPaths.quantiles(spec, paths, forecast, 0);
        return forecast;
    }

    /**
     * All forecasts of some stretches, in order. However many there are, no more than a batch of them is in memory.
     *
     * @param stretches of one formulation
     * @param sink receives them
     */
    public void forecast(List<ForecastStretch> stretches, Sink sink) {
        for (ForecastStretch stretch : stretches) {
            ForecastWindows windows = stretch.windows();
            int each = windows.spec().horizon() * windows.spec().outputSize();
            double[] batch = new double[Math.min(BATCH, stretch.size()) * each];
            for (int first = stretch.first(); first <= stretch.last(); first += BATCH) {
                int n = Math.min(BATCH, stretch.last() - first + 1);
                for (int i = 0; i < n; i++) {
                    windows.requireOrigin(first + i);
                }
                forecast(windows.inputs(), first, n, batch);
                for (int i = 0; i < n; i++) {
                    sink.accept(windows, first + i, batch, i * each);
                }
            }
        }
    }

    /**
     * Forecasts from the end of each of several series, many together: for each the numbers of {@link #next}.
     *
     * @param windows of one formulation
     * @return [series][horizon x outputs]
     * @throws IllegalArgumentException if the formulations differ
     */
    public double[][] nextOfEach(List<ForecastWindows> windows) {
        double[][] results = new double[windows.size()][];
        for (int from = 0; from < results.length; from += BATCH) {
            List<ForecastWindows> together = windows.subList(from, Math.min(results.length, from + BATCH));
            ForecastSpec spec = together.get(0).spec();
            for (ForecastWindows one : together) {
                requireLike(together.get(0), one);
                one.requireOrigin(one.nextOrigin());
            }
            if (spec.distribution().isPresent()) {
                // The paths of a series are drawn from a generator of its own.
                for (int i = 0; i < together.size(); i++) {
                    results[from + i] = next(together.get(i));
                }
                continue;
            }
            int each = spec.horizon() * spec.outputSize();
            double[] batch = new double[together.size() * each];
            Origins origins = new Origins() {
                @Override
                public ForecastInputs inputs(int i) {
                    return together.get(i).inputs();
                }

                @Override
                public int origin(int i) {
                    return together.get(i).nextOrigin();
                }
            };
            forecast(spec, origins, together.size(), batch);
            for (int i = 0; i < together.size(); i++) {
                results[from + i] = Arrays.copyOfRange(batch, i * each, (i + 1) * each);
            }
        }
        return results;
    }

    /** Where the forecasts of a batch begin. */
    private interface Origins {

        ForecastInputs inputs(int i);

        int origin(int i);
    }

    /**
     * Consecutive origins of one series.
     *
     * @param first the first of them
     */
    private record Consecutive(ForecastInputs of, int first) implements Origins {

        @Override
        public ForecastInputs inputs(int i) {
            return of;
        }

        @Override
        public int origin(int i) {
            return first + i;
        }
    }

    /** Forecasts from n origins, the first of them first, each of which has enough rows before it and known ahead. */
    void forecast(ForecastInputs inputs, int first, int n, double[] batch) {
        if (inputs.spec().distribution().isPresent()) {
            paths.quantiles(inputs, first, n, batch);
        } else {
            forecast(inputs.spec(), new Consecutive(inputs, first), n, batch);
        }
    }

    private void forecast(ForecastSpec spec, Origins origins, int n, double[] batch) {
        if (spec.stepping() == Stepping.AT_ONCE) {
            atOnce(spec, origins, n, batch);
        } else {
            stepByStep(spec, origins, n, batch);
        }
    }

    private void atOnce(ForecastSpec spec, Origins origins, int n, double[] batch) {
        int each = spec.horizon() * spec.outputSize();
        Sequence x = Sequence.zeros(spec.steps(), n, spec.inputSize());
        for (int i = 0; i < n; i++) {
            origins.inputs(i).fill(origins.origin(i), x, i);
        }
        Sequence y = tape.forward(x, network.freshState(n));
        for (int i = 0; i < n; i++) {
            origins.inputs(i).forecast(y, i, origins.origin(i), batch, i * each);
        }
    }

    private void stepByStep(ForecastSpec spec, Origins origins, int n, double[] batch) {
        int outputs = spec.outputSize();
        int targets = spec.columns().targets();
        int each = spec.horizon() * outputs;
        Sequence context = Sequence.zeros(spec.context(), n, spec.inputSize());
        for (int i = 0; i < n; i++) {
            origins.inputs(i).fillContext(origins.origin(i), context, i);
        }
        State state = network.freshState(n);
        Sequence y = tape.forward(context, state);
        Sequence x = Sequence.zeros(1, n, spec.inputSize());
        ForecastPath path = new ForecastPath(targets);
        double[] seen = new double[n * spec.horizon() * targets];
        for (int h = 0; h < spec.horizon(); h++) {
            if (h > 0) {
                for (int i = 0; i < n; i++) {
                    path.moveTo(origins.origin(i), seen, i * spec.horizon() * targets);
                    origins.inputs(i).fillNext(origins.origin(i), h, path, x, i);
                }
                y = tape.forward(x, state);
            }
            for (int i = 0; i < n; i++) {
                ForecastInputs inputs = origins.inputs(i);
                int origin = origins.origin(i);
                int at = i * each + h * outputs;
                path.moveTo(origin, seen, i * spec.horizon() * targets);
                inputs.forecastRow(y, y.steps() - 1, i, origin, h, path, batch, at);
                for (int k = 0; k < targets; k++) {
                    double forecast = batch[at + k * spec.levels() + spec.middle()];
                    path.set(k, origin + h, inputs.target(k).normalise(forecast));
                }
            }
        }
    }

    /**
     * Judges the forecasts of some stretches.
     *
     * @param stretches of one formulation, their horizons within their series
     * @param scores receives the figures
     */
    public void judge(List<ForecastStretch> stretches, ForecastScores scores) {
        forecast(stretches, scores::add);
    }
}
