package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.console.Console;
import dev.carousel.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code carousel stream}, as it stands in a pipe, mostly with forecasts. */
@Timeout(120)
class StreamCommandTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private String text(Path file) {
        return new String(Small.bytes(file), StandardCharsets.UTF_8);
    }

    private List<String> rows(Path file) {
        return text(file).lines().toList();
    }

    /** The numbers of predict's lines, one after another. */
    private double[] predicted(Path csv, int from) {
        return Run.ok("predict", model(), csv).lines().stream()
                .skip(1)
                .flatMapToDouble(line -> Arrays.stream(Run.numbers(line, from)))
                .toArray();
    }

    @Test
    void afterEachRowTheForecastIsWhatPredictGivesForTheRowsSoFar() throws IOException {
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--quantiles", "0.1,0.5,0.9", "--no-plot"));
        Run run = Run.withInput(text(csv), "stream", model());
        assertThat(run.code()).as(run.err()).isZero();
        List<String> answers = run.lines();
        List<String> rows = rows(csv);
        assertThat(answers).hasSize(251);
        assertThat(answers.get(0))
                .startsWith("after,sold+1,sold+1 0.1,sold+1 0.5,sold+1 0.9,sold+2,")
                .endsWith(",sold+7 0.9");
        assertThat(answers.get(1)).isEqualTo("2020-01-01" + ",".repeat(28));
        int width = answers.get(0).split(",", -1).length;
        assertThat(answers).allMatch(line -> line.split(",", -1).length == width);
        for (int row : new int[] {60, 100, 250}) {
            Path part = Small.write(folder.resolve("part.csv"), String.join("\n", rows.subList(0, row + 1)) + "\n");
            assertThat(answers.get(row)).startsWith(rows.get(row).split(",", -1)[0] + ",");
            assertThat(Run.numbers(answers.get(row), 1)).containsExactly(predicted(part, 1), within(1e-3));
        }
    }

    @Test
    @Timeout(60)
    void eachAnswerComesBeforeTheNextRow() throws Exception {
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        PipedOutputStream rows = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(rows, 1 << 16);
        PipedOutputStream answersOut = new PipedOutputStream();
        BufferedReader answers = new BufferedReader(
                new InputStreamReader(new PipedInputStream(answersOut, 1 << 16), StandardCharsets.UTF_8));
        // As standard output is: buffered, so that lines have to be sent on.
        PrintStream out = new PrintStream(new java.io.BufferedOutputStream(answersOut), false, StandardCharsets.UTF_8);
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> Main.run(Console.of(in, out, System.err), "stream", model().toString()));
        List<String> lines = rows(csv);
        rows.write((lines.get(0) + "\n").getBytes(StandardCharsets.UTF_8));
        for (int row = 1; row <= 100; row++) {
            rows.write((lines.get(row) + "\n").getBytes(StandardCharsets.UTF_8));
            // Wakes the reader, which else looks once a second.
            rows.flush();
            if (row == 1) {
                assertThat(answers.readLine()).startsWith("after,");
            }
            assertThat(answers.readLine()).startsWith(lines.get(row).substring(0, 10));
        }
        rows.close();
        assertThat(code.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aStreamWhoseAnswersNobodyReadsEndsWell() throws IOException {
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        int[] written = new int[1];
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (written[0]++ > 500) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        java.io.ByteArrayInputStream in = new java.io.ByteArrayInputStream(Small.bytes(csv));
        java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
        Console console = Console.of(
                in,
                new PrintStream(closed, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(Main.run(console, "stream", model().toString())).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(in.available())
                .as("the command itself does not read on for ever")
                .isNotNegative();
    }

    /** Two shops whose rows are mixed; a price that is known ahead. */
    private String shops(int from, int to, boolean sold) {
        StringBuilder text = new StringBuilder();
        for (int row = from; row < to; row++) {
            for (String shop : new String[] {"kiosk", "market"}) {
                double price = 1 + row / 5 % 3;
                String value = String.format(
                        Locale.ROOT, "%.3f", (shop.equals("kiosk") ? 100 : 5000) / price + 3 * Math.sin(row / 4.0));
                text.append(LocalDate.of(2021, 3, 1).plusDays(row))
                        .append(',')
                        .append(shop)
                        .append(',')
                        .append(sold ? value : "")
                        .append(',')
                        .append(price)
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static final String SHOPS = "day,shop,sold,price\n";

    private Path trainShops() {
        Path csv = Small.write(folder.resolve("shops.csv"), SHOPS + shops(0, 150, true) + shops(150, 155, false));
        Run.ok(Small.trainSales(csv, model(), "--id", "shop", "--known", "price", "--epochs", 2));
        return csv;
    }

    @Test
    void seriesAreToldApartAndRowsWithoutTargetsTellWhatIsKnownAhead() {
        Path csv = trainShops();
        Run run = Run.withInput(text(csv), "stream", model(), "--json");
        assertThat(run.code()).as(run.err()).isZero();
        List<String> answers = run.lines();
        assertThat(answers).hasSize(311);
        assertThat(run.number("rows")).isEqualTo(310);
        assertThat(run.number("refused")).isZero();
        Map<?, ?> last = (Map<?, ?>) Json.parse(answers.get(309));
        assertThat(last.get("id")).isEqualTo("market");
        assertThat(last.get("after")).isEqualTo("2021-07-28");
        assertThat(((List<?>) last.get("rows")).get(0)).isEqualTo("2021-07-29");
        assertThat(((Map<?, ?>) Json.parse(answers.get(299))).containsKey("forecast"))
                .as("too little is known ahead")
                .isFalse();
        double[] forecast = ((List<?>) last.get("forecast"))
                .stream().mapToDouble(v -> (Double) v).toArray();
        double[] both = predicted(csv, 2);
        assertThat(forecast).containsExactly(Arrays.copyOfRange(both, 5, 10), within(1e-2));
    }

    @Test
    void rowsThatCannotBeUsedAreNamedWithTheirLineAndLeftOut() {
        trainShops();
        String good = shops(0, 12, true);
        String text = SHOPS + good + "2021-03-13,kiosk,many,1\n" + "2021-03-13,kiosk\n" + "2021-03-01,kiosk,4,1\n"
                + "2021-03-13,moon,4,1\n" + shops(12, 13, true);
        Run run = Run.withInput(text, "stream", model());
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err().lines())
                .containsExactly(
                        "carousel: standard input, line 26, column 'sold': expected a number but found 'many'. Is it the"
                                + " right column, and are there notes or units among the numbers?",
                        "carousel: standard input, line 27: expected 4 fields as in the header but found 2. Is a field"
                                + " missing, or the line cut off?",
                        "carousel: standard input, line 28: Expected a row after 2021-03-12T00:00 but found one of"
                                + " 2021-03-01T00:00. Rows must come in the order of time; where there are several series,"
                                + " a column has to tell them apart.",
                        "carousel: standard input, line 29: The series 'moon' is not among the 2 that the model was"
                                + " trained on, and each is normalised by its own numbers. To forecast new ones, train"
                                + " with all series normalised alike (--scale all), or each by the rows that a forecast"
                                + " reads (--scale window).");
        assertThat(run.lines())
                .isEqualTo(Run.withInput(SHOPS + good + shops(12, 13, true), "stream", model())
                        .lines());

        Run strict = Run.withInput(text, "stream", model(), "--strict");
        assertThat(strict.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(strict.err().lines()).hasSize(1).first().asString().contains("line 26, column 'sold'");
        assertThat(strict.lines()).hasSize(25);
    }

    @Test
    void aSeriesBeginsAnewAfterAGapWhereTheModelReadsDates() {
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        List<String> rows = new ArrayList<>(rows(csv));
        rows.remove(100);
        Run run = Run.withInput(String.join("\n", rows), "stream", model());
        assertThat(run.code()).isZero();
        assertThat(run.err())
                .contains("note: standard input, line 101: rows are missing between 2020-04-08 and 2020-04-10;"
                        + " the series begins anew and has no answer until 20 more rows have come");
        List<String> answers = run.lines();
        assertThat(answers.subList(100, 120)).allMatch(line -> line.endsWith(",,,,,,,"));
        assertThat(answers.get(120)).doesNotContain(",,");
        List<String> whole = Run.withInput(text(csv), "stream", model()).lines();
        assertThat(answers.get(99)).isEqualTo(whole.get(99));
        assertThat(answers.get(100)).endsWith(",,,,,,,");
        assertThat(answers.get(249)).isEqualTo(whole.get(250));
    }

    @Test
    void aCarriedStateGivesForecastsToo() {
        Path csv = Small.csv(folder, 250);
        Object[] words = Small.trainForecast(csv, model(), "--no-plot", "--relative", "none", "--season", 0);
        Run.ok(words);
        List<String> window = Run.withInput(text(csv), "stream", model()).lines();
        List<String> carried =
                Run.withInput(text(csv), "stream", model(), "--carry").lines();
        assertThat(carried).hasSameSizeAs(window);
        assertThat(Run.numbers(carried.get(14), 1)).containsExactly(Run.numbers(window.get(14), 1), within(1e-3));
        assertThat(carried.get(250)).isNotEqualTo(window.get(250));

        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        Run run = Run.withInput("", "stream", model(), "--carry");
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err()).contains("relative to the mean of a window");
    }

    @Test
    void aFileThatGrowsIsFollowed() throws Exception {
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        List<String> rows = rows(csv);
        Path growing =
                Small.write(folder.resolve("growing.csv"), String.join("\n", rows.subList(0, 51)) + "\n" + "2020-02");
        PipedOutputStream answersOut = new PipedOutputStream();
        BufferedReader answers = new BufferedReader(
                new InputStreamReader(new PipedInputStream(answersOut, 1 << 16), StandardCharsets.UTF_8));
        Console console = Console.of(new PrintStream(answersOut, false, StandardCharsets.UTF_8), System.err);
        Thread follower =
                new Thread(() -> Main.run(console, "stream", model().toString(), growing.toString(), "--follow"));
        follower.start();
        for (int row = 0; row <= 50; row++) {
            answers.readLine();
        }
        assertThat(answers.ready()).isFalse();
        Files.writeString(growing, rows.get(51).substring(7) + "\n", StandardOpenOption.APPEND);
        assertThat(answers.readLine()).startsWith(rows.get(51).substring(0, 10) + ",");
        follower.interrupt();
        follower.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(follower.isAlive()).isFalse();
    }

    @Test
    void whatCannotBeFollowedIsRefused() {
        Run.ok(Small.trainAddition(model()));
        Run.refused("stream", model()).saying("models for the task \"addition\" have no rows to follow");
        Path csv = Small.csv(folder, 250);
        Run.ok(Small.trainForecast(csv, model(), "--no-plot"));
        Run.refused("stream", model()).saying("standard input: expected a header line and rows but found nothing");
        Run.refused("stream", model(), "--follow").saying("--follow needs INPUT");
        Run.refused("stream", model(), folder.resolve("none.csv")).saying("none.csv: no such file");
        Run.refused("stream", model(), folder).saying("expected a file but found a folder");
        Run.refused("stream", model(), Small.write(folder.resolve("x.csv"), "day,price\n"))
                .saying("there is no column 'sold'");
        Run.refused("stream", model(), csv, "--id", "shop").saying("there is no column 'shop'");
        Run.ok(Small.trainText(Small.text(folder), model()));
        Run.refused("stream", model(), "--carry").saying("--carry is for models that forecast");
    }
}
