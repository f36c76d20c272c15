package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.loss.Distribution;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which models can take over the streams of another. */
class StreamLayoutTest {

    /** What the model below had before distributions had a spread. */
    private static final String BEFORE_SPREADS = "da0814067d09c70c83bb98cc206efbdae97f24826f37ba53510c4d77347233c9";

    private static Task task(Distribution distribution) {
        TimeSeries series = TimeSeries.of(
                "", IntStream.range(0, 80).mapToDouble(row -> row * 7 % 5).toArray());
        ForecastSpec spec = ForecastFit.of(series, new Split(60, 70, 80))
                .withSeason(0)
                .withDistribution(Optional.of(distribution))
                .fit(10, 6);
        ColumnRoles columns =
                new ColumnRoles(spec.targets(), List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());
        return new ForecastTask("x", columns, Missing.ERROR, spec, Map.of()).toTask();
    }

    private static StreamModel streams(Task task, int hidden) {
        int inputs = 2;
        NetworkSpec network = NetworkSpec.of(Recurrent.gru(inputs, hidden), Dense.head(hidden, 2));
        return StreamModel.of(Model.of(Network.initialised(network, new SplittableRandom(1)), task));
    }

    /** Each training fits another spread, so that a model that was trained anew would never take over. */
    @Test
    void theSpreadOfADistributionDoesNotMatter() {
        Distribution gaussian = Distribution.of(Distribution.Kind.GAUSSIAN);
        StreamModel narrow = streams(task(gaussian.withSpread(1.11)), 4);
        StreamModel wide = streams(task(gaussian.withSpread(1.3)), 4);
        assertThat(wide.fingerprint()).isNotEqualTo(narrow.fingerprint());
        assertThat(wide.layout()).isEqualTo(narrow.layout());
        assertThat(streams(task(gaussian), 4).layout()).isEqualTo(narrow.layout());
        // Other networks and quantiles do.
        assertThat(streams(task(gaussian), 5).layout()).isNotEqualTo(narrow.layout());
        assertThat(streams(task(gaussian).withNumbers("quantiles", 0.1, 0.5, 0.9), 4)
                        .layout())
                .isNotEqualTo(narrow.layout());
    }

    @Test
    void modelsOfBeforeKeepTheirLayout() {
        Task old = task(Distribution.of(Distribution.Kind.GAUSSIAN)).without("spread");
        assertThat(streams(old, 4).layout()).isEqualTo(BEFORE_SPREADS);
    }
}
