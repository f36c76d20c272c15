package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastCommandsTest {

    @TempDir
    Path folder;

    @Test
    void aFileIsForecastJudgedAndDrawn() throws IOException {
        Path csv = Small.csv(folder, 400);
        Path model = folder.resolve("sold.safetensors");
        Run run = Run.ok(Small.trainForecast(csv, model, "--season", 7, "--json"));

        assertThat(run.out()).contains("mean absolute error, days ahead", "the value 1 week before", "naive forecast");
        assertThat(run.number("mae")).isPositive();
        assertThat(run.number("naive_7_mae")).isPositive();
        assertThat(run.number("naive_mae")).isEqualTo(Math.min(run.number("naive_7_mae"), run.number("naive_mae")));
        assertThat(run.number("improvement")).isCloseTo(1 - run.number("mae") / run.number("naive_mae"), within(1e-12));
        assertThat((List<?>) run.json().get("mae_by_step")).hasSize(7);

        BufferedImage picture = ImageIO.read(folder.resolve("sold.png").toFile());
        assertThat(picture.getWidth()).isGreaterThan(1000);

        Run judged = Run.ok("evaluate", model, csv, "--json", "--threads", 1);
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("mae")).isEqualTo(run.number("mae"));
        assertThat(judged.number("naive_7_mae")).isEqualTo(run.number("naive_7_mae"));
    }

    @Test
    void aPredictionHasTheDatesAfterTheLastRow() throws IOException {
        Path csv = Small.csv(folder, 250);
        Path model = folder.resolve("sold.safetensors");
        Run.ok(Small.trainForecast(csv, model, "--no-plot", "--date", "day"));
        assertThat(folder.resolve("sold.png")).doesNotExist();

        Run run = Run.ok("predict", model, csv);
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(8);
        assertThat(lines.get(0)).isEqualTo("date,sold");
        assertThat(lines.get(1)).startsWith("2020-09-07,");
        assertThat(lines.get(7)).startsWith("2020-09-13,");

        Path next = folder.resolve("next.csv");
        assertThat(Run.ok("predict", model, csv, "--output", next, "--json")
                        .json()
                        .get("rows"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(7);
        assertThat(Files.readAllLines(next)).isEqualTo(lines);
    }

    @Test
    void rowsWithoutDatesAreNumbered() {
        StringBuilder text = new StringBuilder("y\n");
        for (int row = 0; row < 300; row++) {
            text.append(Math.sin(row / 5.0)).append('\n');
        }
        Path csv = Small.write(folder.resolve("wave.csv"), text.toString());
        Path model = folder.resolve("wave.safetensors");
        Run run = Run.ok(
                "train",
                "forecast",
                csv,
                "--target",
                "y",
                "--context",
                30,
                "--horizon",
                10,
                "--output",
                model,
                "--hidden",
                12,
                "--epochs",
                20,
                "--rate",
                0.02,
                "--batch",
                16,
                "--json");
        // A sine is easy to predict, but not by its last value.
        assertThat(run.number("improvement")).isGreaterThan(0.5);
        assertThat(run.out()).contains("the last value");
        assertThat(Run.ok("predict", model, csv).out().lines().skip(1))
                .first()
                .asString()
                .startsWith("301,");
    }

    @Test
    void birthsAreForecastPredictedAndJudged() {
        Path model = folder.resolve("births.safetensors");
        Run run = Run.ok(Small.trainBirths(model, "--json", "--plot", folder.resolve("picture.png")));
        assertThat(run.number("naive_week_mae")).isCloseTo(348.81, within(0.01));
        assertThat(run.number("naive_year_mae")).isCloseTo(317.33, within(0.01));
        assertThat(run.number("forecasts")).isEqualTo(704);
        assertThat(run.number("mae")).isBetween(150.0, 400.0);
        assertThat(folder.resolve("picture.png")).exists();

        Run next = Run.ok("predict", model, "births");
        assertThat(next.out().lines()).hasSize(29);
        assertThat(next.out()).contains("1989-01-01,").contains("1989-01-28,");
        assertThat(Run.ok("evaluate", model, "births", "--json").number("mae")).isEqualTo(run.number("mae"));
        Run.refused("evaluate", model).saying("the word births for the table that comes with Carousel");
        Run streamed = Run.ok("stream", model, "births");
        // A header, and a line for each of the 7,305 days; the last forecast is that of predict.
        List<String> lines = streamed.out().lines().toList();
        assertThat(lines).hasSize(7306);
        List<String> forecast =
                next.out().lines().skip(1).map(line -> line.split(",", -1)[1]).toList();
        assertThat(lines.get(7305)).startsWith("1988-12-31,").endsWith("," + String.join(",", forecast));
        Run.refused("stream", model, "births", "--follow").saying("--follow is for a file that grows");
    }
}
