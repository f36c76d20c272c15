package dev.carousel.data.forecast;

import dev.carousel.loss.Distribution;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Paths through the horizon that are drawn from the distributions whose parameters a network gives.
 *
 * <pre>{@code
 * at once        each row's value is drawn from its own distribution, apart from those of the other rows
 * step by step   what was drawn for a row is fed back as if it had been seen, so that a path hangs together
 * }</pre>
 *
 * <p>Every forecast draws the same numbers of the seed, so that equal rows give equal paths, in a table and in a stream.
 */
final class SampledPaths {

    /** A share of a number of paths is a whole number although the product of a double is just above it. */
    private static final double ROUNDING = 1e-9;

    private final PackedNetwork network;
    private final Tape tape;
    private final int count;
    private final long seed;

    SampledPaths(PackedNetwork network, Tape tape, int count, long seed) {
        this.network = network;
        this.tape = tape;
        this.count = count;
        this.seed = seed;
    }

    /** Writes the quantiles of n forecasts, the first of them from the first origin. */
    void quantiles(ForecastInputs inputs, int first, int n, double[] batch) {
        int each = inputs.spec().horizon() * inputs.spec().outputSize();
        double[][][] paths = paths(inputs, first, n);
        for (int i = 0; i < n; i++) {
            quantiles(inputs.spec(), paths[i], batch, i * each);
        }
    }

    /** Writes the quantiles of some paths, of horizon x targets numbers each. */
    static void quantiles(ForecastSpec spec, double[][] paths, double[] forecast, int at) {
        boolean counts = spec.distribution().filter(Distribution::counts).isPresent();
        double[] sorted = new double[paths.length];
        int to = at;
        for (int j = 0; j < spec.horizon() * spec.columns().targets(); j++) {
            for (int s = 0; s < sorted.length; s++) {
                sorted[s] = paths[s][j];
            }
            Arrays.sort(sorted);
            for (double q : spec.quantiles()) {
                // Between two counts there is none.
                forecast[to++] = counts
                        ? sorted[Math.max(0, (int) Math.ceil(q * sorted.length - ROUNDING) - 1)]
                        : quantile(sorted, q);
            }
        }
    }

    /**
     * The quantile of sorted samples at place (n + 1) q, counted from 1, between its neighbours: of values from the distribution of
     * the samples, a share q lies below it on average, where place (n - 1) q of the samples alone would be too far inside.
     */
    private static double quantile(double[] sorted, double q) {
        double place = Math.min(sorted.length - 1, Math.max(0, (sorted.length + 1) * q - 1));
        int below = (int) Math.floor(place);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** The paths of n forecasts, of each its horizon x targets numbers. */
    double[][][] paths(ForecastInputs inputs, int first, int n) {
        return inputs.spec().stepping() == Stepping.AT_ONCE ? atOnce(inputs, first, n) : stepByStep(inputs, first, n);
    }

    private double[][][] atOnce(ForecastInputs inputs, int first, int n) {
        ForecastSpec spec = inputs.spec();
        int targets = spec.columns().targets();
        Sequence x = Sequence.zeros(spec.steps(), n, spec.inputSize());
        for (int i = 0; i < n; i++) {
            inputs.fill(first + i, x, i);
        }
        Sequence y = tape.forward(x, network.freshState(n));
        double[][][] paths = new double[n][count][spec.horizon() * targets];
        for (int i = 0; i < n; i++) {
            RandomGenerator random = new SplittableRandom(seed);
            List<ForecastInputs.Level> levels = inputs.levels(first + i);
            for (int h = 0; h < spec.horizon(); h++) {
                int t = y.steps() - spec.horizon() + h;
                for (int k = 0; k < targets; k++) {
                    ForecastInputs.Frame frame = inputs.frame(k, first + i, h, levels.get(k), ForecastPath.SEEN);
                    for (int s = 0; s < count; s++) {
                        paths[i][s][h * targets + k] = inputs.sample(y, t, i, k, frame, random);
                    }
                }
            }
        }
        return paths;
    }

    private double[][][] stepByStep(ForecastInputs inputs, int first, int n) {
        double[][][] paths = new double[n][][];
        for (int i = 0; i < n; i++) {
            paths[i] = stepByStep(inputs, first + i);
        }
        return paths;
    }

    private double[][] stepByStep(ForecastInputs inputs, int origin) {
        ForecastSpec spec = inputs.spec();
        int targets = spec.columns().targets();
        int horizon = spec.horizon();
        Sequence context = Sequence.zeros(spec.context(), 1, spec.inputSize());
        inputs.fillContext(origin, context, 0);
        State one = network.freshState(1);
        Sequence y = tape.forward(context, one);
        State state = network.freshState(count);
        for (int s = 0; s < count; s++) {
            state.copyFrom(s, one, 0);
        }
        RandomGenerator random = new SplittableRandom(seed);
        Sequence x = Sequence.zeros(1, count, spec.inputSize());
        ForecastPath path = new ForecastPath(targets);
        double[] seen = new double[count * horizon * targets];
        double[][] paths = new double[count][horizon * targets];
        List<ForecastInputs.Level> levels = inputs.levels(origin);
        for (int h = 0; h < horizon; h++) {
            if (h > 0) {
                for (int s = 0; s < count; s++) {
                    path.moveTo(origin, seen, s * horizon * targets);
                    inputs.fillNext(origin, h, levels, path, x, s);
                }
                y = tape.forward(x, state);
            }
            for (int s = 0; s < count; s++) {
                path.moveTo(origin, seen, s * horizon * targets);
                for (int k = 0; k < targets; k++) {
                    ForecastInputs.Frame frame = inputs.frame(k, origin, h, levels.get(k), path);
                    double value = inputs.sample(y, y.steps() - 1, h == 0 ? 0 : s, k, frame, random);
                    paths[s][h * targets + k] = value;
                    path.set(k, origin + h, inputs.target(k).normalise(value));
                }
            }
        }
        return paths;
    }
}
