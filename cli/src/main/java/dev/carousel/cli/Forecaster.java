package dev.carousel.cli;

import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastWindows;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;

/** A trained network that forecasts. */
final class Forecaster {

    private static final int BATCH = 256;

    private final Network network;
    private final Team team;

    Forecaster(Network network, Team team) {
        this.network = network;
        this.team = team;
    }

    /**
     * The forecasts from some origins, in the units of the series.
     *
     * @return [origins, horizon]
     */
    double[][] forecasts(ForecastWindows windows, int[] origins) {
        ForecastSpec spec = windows.spec();
        Tape tape = network.pack().tape(team);
        double[][] forecasts = new double[origins.length][];
        double[] batch = new double[Math.min(BATCH, origins.length) * spec.horizon()];
        for (int from = 0; from < origins.length; from += BATCH) {
            int n = Math.min(BATCH, origins.length - from);
            Sequence x = Sequence.zeros(spec.steps(), n, spec.inputSize());
            windows.fillInputs(origins, from, x);
            State state = network.zeroState(n);
            windows.forecast(tape.forward(x, state), origins, from, batch);
            for (int i = 0; i < n; i++) {
                forecasts[from + i] = java.util.Arrays.copyOfRange(batch, i * spec.horizon(), (i + 1) * spec.horizon());
            }
        }
        return forecasts;
    }
}
