package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.series.Split;
import dev.carousel.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forecasts of several targets, series and quantiles, as a user types them. */
class ForecastChoicesTest {

    @TempDir
    Path folder;

    /** Two shops whose sales follow a price that is known ahead; rows to come without sales. */
    private Path shops(int rows, int ahead) {
        StringBuilder text = new StringBuilder("day,shop,sold,visitors,price,kind\n");
        LocalDate start = LocalDate.of(2021, 3, 1);
        for (int row = 0; row < rows + ahead; row++) {
            for (int shop = 0; shop < 2; shop++) {
                double price = 1 + (row / 5) % 3;
                double sold = (shop == 0 ? 100 : 5000) / price + 3 * Math.sin(row / 4.0) + row * 37 % 5;
                String values = row < rows ? String.format(Locale.ROOT, "%.3f,%.3f", sold, 2 * sold + row % 3) : ",";
                text.append(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%.1f,%s%n",
                        start.plusDays(row),
                        shop == 0 ? "kiosk" : "market",
                        values,
                        price,
                        row % 7 < 5 ? "open" : "short"));
            }
        }
        return Small.write(folder.resolve("shops.csv"), text.toString());
    }

    @Test
    void severalSeriesAreForecastByOneNetworkWithWhatIsKnownAhead() throws Exception {
        Path csv = shops(150, 5);
        Path model = folder.resolve("shops.safetensors");
        Run run = Run.ok(Small.trainSales(
                csv, model, "--id", "shop", "--known", "price", "--categories", "kind", "--epochs", 12));
        assertThat(run.out()).contains("of 2 series", "MASE", "the last value", "mean squared error");
        assertThat(run.number("forecasts")).isEqualTo(2 * 11);
        assertThat(run.number("improvement")).isGreaterThan(0.3);

        Run judged = Run.ok("evaluate", model, csv, "--json");
        assertThat(judged.number("mae")).isEqualTo(run.number("mae"));
        assertThat(judged.number("mse")).isEqualTo(run.number("mse"));

        Path next = folder.resolve("next.csv");
        Run predicted = Run.ok("predict", model, csv, "--output", next, "--json");
        List<String> lines = Files.readAllLines(next);
        assertThat(lines).hasSize(11).first().isEqualTo("shop,date,sold");
        assertThat(lines.get(1)).startsWith("kiosk,2021-07-29,");
        assertThat(lines.get(6)).startsWith("market,2021-07-29,");
        assertThat((List<?>) predicted.json().get("series")).hasSize(2);
    }

    /** Shops that share a course, of different levels. */
    private Path many(int shops) {
        StringBuilder text = new StringBuilder("day,shop,sold\n");
        for (int row = 0; row < 90; row++) {
            for (int shop = 0; shop < shops; shop++) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s,s%d,%.3f%n",
                        LocalDate.of(2021, 3, 1).plusDays(row),
                        shop,
                        100 + shop + 9 * Math.sin(row / 3.0 + shop)));
            }
        }
        return Small.write(folder.resolve("many.csv"), text.toString());
    }

    @Test
    void wholeSeriesAreHeldOutAndJudgedAgainAsInTraining() throws Exception {
        Path csv = many(6);
        Path model = folder.resolve("many.safetensors");
        Path page = folder.resolve("page.html");
        Object[] words = Small.trainSales(
                csv,
                model,
                "--id",
                "shop",
                "--split",
                "series",
                "--test",
                "s1,s4",
                "--validation",
                "0.2",
                "--report",
                page);
        Run run = Run.ok(words);
        // 90 rows, of which 10 stand before the first forecast of 5.
        assertThat(run.number("forecasts")).isEqualTo(2 * 76);
        assertThat(run.out()).contains("2021-03-11 to 2021-05-29 of 2 series, held out");
        assertThat(run.err()).contains("series held out whole to choose by: s").contains("; to test: s1, s4");
        assertThat(run.number("mase")).isPositive();
        Run judged = Run.ok("evaluate", model, csv, "--json");
        assertThat(judged.json().get("part")).isEqualTo("held_out");
        assertThat(judged.number("forecasts")).isEqualTo(2 * 76);
        assertThat(judged.number("mae")).isEqualTo(run.number("mae"));
        assertThat(judged.number("mase")).isEqualTo(run.number("mase"));
        assertThat(page).content().contains("Forecast of sold from");

        ForecastTask task = ForecastTask.of(Model.load(model));
        assertThat(task.splits().get("s1")).isEqualTo(new Split(0, 0, 90));
        assertThat(task.splits().get("s4")).isEqualTo(new Split(0, 0, 90));
        assertThat(task.splits().values().stream().filter(split -> split.validationRows() == 90))
                .hasSize(1);
        assertThat(task.splits().values().stream().filter(split -> split.trainingRows() == 90))
                .hasSize(3);
        assertThat(task.spec().columns().series()).as("all normalised alike").isEmpty();

        // A series that the file of the training did not have.
        Path other =
                Small.write(folder.resolve("other.csv"), Files.readString(csv).replace("s3", "new"));
        assertThat(Run.ok("predict", model, other).out()).contains("new,2021-05-30");

        byte[] first = Small.bytes(model);
        Run.ok("train", "forecast", "--config", folder.resolve("many.run.json"));
        assertThat(Small.bytes(model)).as("the run file repeats the split").isEqualTo(first);
    }

    @Test
    void theSeedDrawsTheSeriesThatAreHeldOut() {
        Path csv = many(6);
        Path model = folder.resolve("many.safetensors");
        List<String> held = new java.util.ArrayList<>();
        for (int seed = 1; seed <= 4; seed++) {
            Run.ok(Small.trainSales(
                    csv, model, "--id", "shop", "--split", "series", "--test", "0.3", "--seed", seed, "--epochs", 1));
            ForecastTask.of(Model.load(model)).splits().forEach((id, split) -> {
                if (split.testRows() > 0) {
                    held.add(id);
                }
            });
        }
        assertThat(held).hasSize(8);
        assertThat(Set.copyOf(held)).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--test | s9 | there is no series 's9' to hold out among its 6",
                "--test | s1,s1 | is named twice among",
                "--test | s0,s1,s2,s3,s4,s5 | expected series to be left for training",
                "--validation | 0.85 | expected series to be left for training",
                "--scale | each | --scale is each but with --split series it must be all",
                "--rows | 50 | with --split series all rows of a series are used",
                "--backtest | 2 | goes back in time, which --split series does not cut",
                "--split | moon | moon",
            })
    void badSplitsBySeriesAreRefused(String option, String value, String clue) {
        Path model = folder.resolve("none.safetensors");
        Run.refused(Small.replaced(
                        Small.trainSales(many(6), model, "--id", "shop", "--split", "series"), option, value))
                .saying(clue);
        assertThat(model).doesNotExist();
    }

    @Test
    void wholeSeriesNeedAColumnThatTellsThemApart() {
        Run.refused(Small.trainSales(many(2), folder.resolve("none.safetensors"), "--split", "series"))
                .saying("--split is series, which needs --id");
    }

    @Test
    void rowsToComeMustBeThereWhereSomethingIsKnownAhead() {
        Path model = folder.resolve("shops.safetensors");
        Run.ok(Small.trainSales(shops(150, 5), model, "--id", "shop", "--known", "price"));
        Run.refused("predict", model, shops(150, 2))
                .saying("series 'kiosk'", "[price], which are known ahead", "Add the rows to come");
    }

    @Test
    void quantilesOfSeveralTargetsAreOrderedAndJudged() throws Exception {
        Path csv = shops(150, 0);
        Path model = folder.resolve("two.safetensors");
        Run run = Run.ok(Small.trainSales(
                csv,
                model,
                "--id",
                "shop",
                "--target",
                "sold,visitors",
                "--quantiles",
                "0.1,0.5,0.9",
                "--relative",
                "last"));
        assertThat(run.out()).contains("sold: mean absolute error", "visitors: mean absolute error", "quantile");
        Map<?, ?> sold = (Map<?, ?>) ((Map<?, ?>) run.json().get("targets")).get("sold");
        assertThat((Double) sold.get("coverage")).isBetween(0.0, 1.0);
        assertThat(((Number) sold.get("expected_coverage")).doubleValue()).isEqualTo(0.8, within(1e-12));
        assertThat((List<?>) sold.get("pinball_by_quantile")).hasSize(3);

        List<String> lines = Run.ok("predict", model, csv).out().lines().toList();
        assertThat(lines.get(0))
                .isEqualTo("shop,date,sold,sold 0.1,sold 0.5,sold 0.9,visitors,visitors 0.1,visitors 0.5,visitors 0.9");
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            for (int k = 0; k < 2; k++) {
                double[] q = new double[4];
                for (int i = 0; i < 4; i++) {
                    q[i] = Double.parseDouble(cells[2 + 4 * k + i]);
                }
                assertThat(q[0]).isEqualTo(q[2]);
                assertThat(q[1]).isLessThanOrEqualTo(q[2]);
                assertThat(q[2]).isLessThanOrEqualTo(q[3]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"last, step_by_step", "previous, step_by_step", "none, at_once", "mean, step_by_step"})
    void everyFormulationIsJudgedAgainAsItWasInTraining(String relative, String stepping) {
        Path csv = Small.csv(folder, 250);
        Path model = folder.resolve("sold.safetensors");
        Run run = Run.ok(Small.trainSales(csv, model, "--relative", relative, "--stepping", stepping));
        assertThat(Run.ok("evaluate", model, csv, "--json").number("mse")).isEqualTo(run.number("mse"));
        assertThat(Run.ok("predict", model, csv).out().lines()).hasSize(6);
    }

    @Test
    void theFirstRowsAloneCanBeUsedAndThePartsBeToldInRows() {
        Path csv = Small.csv(folder, 400);
        Path model = folder.resolve("sold.safetensors");
        Run run = Run.ok(Small.trainSales(csv, model, "--rows", 250, "--validation", 40, "--test", 50));
        assertThat(run.number("forecasts")).isEqualTo(46);
        assertThat(run.out()).contains("2020-07-19 to 2020-09-06, held out");
        Run judged = Run.ok("evaluate", model, csv, "--json");
        assertThat(judged.number("forecasts")).isEqualTo(46);
        assertThat(judged.number("mae")).isEqualTo(run.number("mae"));
        Run dated = Run.ok(
                Small.trainSales(csv, model, "--rows", 250, "--validation", "2020-06-09", "--test", "2020-07-19"));
        assertThat(dated.number("mae")).isEqualTo(run.number("mae"));
    }

    @Test
    void aBacktestTrainsAtEarlierOriginsAndKeepsTheModelOfTheLast() {
        Path csv = Small.csv(folder, 300);
        Path plain = folder.resolve("plain.safetensors");
        Path tested = folder.resolve("tested.safetensors");
        Run alone = Run.ok(Small.trainSales(csv, plain, "--test", 30));
        Run run = Run.ok(Small.trainSales(csv, tested, "--test", 30, "--backtest", 2));
        assertThat(run.out()).contains("trained anew at 3 origins", "on average");
        List<?> folds = (List<?>) run.json().get("backtest");
        assertThat(folds).hasSize(3);
        assertThat(((Map<?, ?>) folds.get(0)).get("tested_on")).isEqualTo("2020-07-29 to 2020-08-27");
        assertThat(((Map<?, ?>) folds.get(1)).get("tested_on")).isEqualTo("2020-08-28 to 2020-09-26");
        assertThat(((Map<?, ?>) folds.get(2)).get("mae")).isEqualTo(run.json().get("mae"));
        assertThat(run.number("mae")).isEqualTo(alone.number("mae"));
    }

    /** The earlier trainings have fewer rows, and so more epochs where --epochs is not given; the last is as it is alone. */
    @Test
    void aBacktestDoesNotLengthenTheLastTraining() {
        Path csv = Small.csv(folder, 300);
        Object[] words = {
            "train",
            "forecast",
            csv,
            "--target",
            "sold",
            "--context",
            10,
            "--horizon",
            5,
            "--hidden",
            4,
            "--batch",
            64,
            "--season",
            0,
            "--no-plot",
            "--json",
            "--test",
            30,
            "--output",
            folder.resolve("plain.safetensors")
        };
        Run alone = Run.ok(words);
        List<Object> more = new ArrayList<>(List.of(words));
        more.addAll(List.of("--backtest", 3));
        Run run = Run.ok(more.toArray());
        assertThat(run.err()
                        .lines()
                        .filter(line -> line.contains("so there are"))
                        .distinct())
                .hasSizeGreaterThan(1);
        assertThat(run.number("epochs")).isEqualTo(alone.number("epochs"));
        assertThat(run.number("mae")).isEqualTo(alone.number("mae"));
    }

    @Test
    void logarithmsAndOtherCalendarsLeadBackToTheSameForecast() {
        Path csv = Small.csv(folder, 250);
        Path model = folder.resolve("sold.safetensors");
        Run run = Run.ok(Small.trainSales(csv, model, "--log", "--normalise", "robust", "--calendar", "weekend,week"));
        assertThat(Run.ok("evaluate", model, csv, "--json").number("mae")).isEqualTo(run.number("mae"));
    }

    @Test
    void aReportShowsForecastsErrorsAndWhatWasLeftOver() throws Exception {
        Path csv = Small.csv(folder, 250);
        Path page = folder.resolve("page.html");
        Run.ok(Small.trainSales(csv, folder.resolve("m.safetensors"), "--quantiles", "0.1,0.5,0.9", "--report", page));
        assertThat(Files.readString(page))
                .contains(
                        "Forecast of sold from", "Error of sold by horizon", "Errors in sold over the test", "80.0 %");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--validation | 1.5 | --validation: Rows to hold out are '1.5'",
                "--test | soon | --test: Rows to hold out are 'soon'",
                "--test | 2020-01-01 | rows from 2020-01-01T00:00 on are to be held out",
                "--test | 240 | left for training",
                "--rows | 1000 | expected 1000 rows to use but found 250",
                "--rows | 0 | --rows is 0 but must be at least 1",
                "--quantiles | 0.1,0.9 | must have the median 0.5",
                "--quantiles | 0.9,0.5 | must lie between 0 and 1 and increase",
                "--relative | previous | need a forecast step by step",
                "--relative | moon | moon",
                "--calendar | moon | Unknown calendar entry 'moon'",
                "--normalise | moon | Unknown way to normalise 'moon'",
                "--backtest | 50 | too few for as many tests",
                "--backtest | -1 | --backtest is -1 but must be at least 0",
                "--id | moon | 'moon'",
                "--known | moon | 'moon'",
                "--missing | moon | 'moon'",
                "--loss | moon | moon",
            })
    void badChoicesAreRefused(String option, String value, String clue) {
        Path csv = Small.csv(folder, 250);
        Path model = folder.resolve("none.safetensors");
        Run.refused(Small.trainSales(csv, model, option, value)).saying(clue);
        assertThat(model).doesNotExist();
    }
}
