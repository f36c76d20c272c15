package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.forecast.ForecastShops;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.model.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the module, on fewer shops: what it prints is better than the past of the shops, and no better than can be. */
class ForecastShopsTest {

    @Test
    void aModelOfManyShopsIsBetterThanTheirPast(@TempDir Path folder) {
        Path file = folder.resolve("sales.safetensors");
        ForecastShops.Result result =
                ForecastShops.run(LocalSpark.session(), 100, 8, file.toUri().toString());
        assertThat(result.forecasts()).isEqualTo(100 * 14);
        // The mean of the absolute value of noise of 5 %.
        assertThat(result.noise()).isBetween(3.7, 4.3);
        assertThat(result.model()).isGreaterThan(result.noise()).isLessThan(result.naive());
        assertThat(ForecastTask.of(Model.load(file)).title()).isEqualTo("sales of 100 shops");
    }
}
