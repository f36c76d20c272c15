package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.data.series.Observation;
import dev.carousel.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code carousel stream} of stored models writes what is stored with them, for each task: several series, categories, missing
 * values, rows ahead, gaps. The text is the same to the byte; numbers may differ by the rounding of wider vectors.
 */
@Timeout(120)
class StreamGoldenTest {

    private static final String FOLDER = "stream/";
    private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");
    private static final double ROUNDING = 1e-4;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "shops, shops, shops.csv,",
        "plain, plain, plain.csv,",
        "plain-carried, plain, plain.csv, --carry",
        "steps, steps, plain.csv,",
        "steps-carried, steps, plain.csv, --carry",
        "pump, pump, pump.csv,",
        "classify, classify, rides.csv,",
        "tag, tag, rides.csv,",
        "moods, moods, moods.txt,",
        "book, book, lines.txt,",
        "words, words, lines.txt,",
    })
    void theAnswersAreTheStoredOnes(String name, String model, String input, String option) throws IOException {
        Path file = Files.write(folder.resolve("model.safetensors"), bytes(model + ".safetensors"));
        Path rows = Files.write(folder.resolve(input), bytes(input));
        Object[] csv =
                Stream.of("stream", file, rows, option).filter(Objects::nonNull).toArray();
        Object[] json = Stream.concat(Stream.of(csv), Stream.of("--json")).toArray();
        assertSame(Run.ok(csv).lines(), text("expected/" + name + ".csv"));
        List<String> objects = Run.ok(json).lines();
        assertThat(objects.get(objects.size() - 1)).contains("\"command\"");
        assertSame(objects.subList(0, objects.size() - 1), text("expected/" + name + ".json"));
    }

    /** A row that is refused stands in for no missing value later, whether its line or its stream refuses it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2022-01-01 03:00,5555,3 | line 41: Expected a row after",
                "2022-01-02 15:00,5555,x | line 41, column 'b': expected a number",
                "2022-01-02 15:00,55,1e37 | line 41: A row holds 1.0E37 in 'b'",
                "2022-01-02 15:00,5555 | line 41: expected 3 fields",
            })
    void aRowThatIsRefusedLeavesNoTrace(String refused, String clue) throws IOException {
        Path model = Files.write(folder.resolve("model.safetensors"), bytes("pump.safetensors"));
        List<String> rows = text("pump.csv").lines().toList();
        String before = String.join("\n", rows.subList(0, 40)) + "\n";
        // Nothing was measured of the first column.
        String after = rows.get(40).replaceAll(",.*,", ",,") + "\n" + String.join("\n", rows.subList(41, 60)) + "\n";
        Run good = Run.withInput(before + after, "stream", model);
        assertThat(good.code()).as(good.err()).isZero();
        Run bad = Run.withInput(before + refused + "\n" + after, "stream", model);
        assertThat(bad.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(bad.err()).contains("standard input, " + clue);
        assertThat(bad.out()).isEqualTo(good.out());
    }

    /** States that were saved before detectors and forecasters were carried by one class, after 70 rows. */
    @Test
    void statesThatWereSavedEarlierGoOnWhereTheyWere() {
        Model pump = Model.ofBytes("pump", bytes("pump.safetensors"));
        AnomalyStream whole =
                AnomalyStream.of(pump.network().pack(), AnomalyTask.of(pump).anomaly());
        AnomalyStream detector =
                AnomalyStream.of(pump.network().pack(), AnomalyTask.of(pump).anomaly());
        for (int row = 0; row < 100; row++) {
            LocalDateTime date = LocalDateTime.of(2022, 1, 1, 0, 0).plusHours(row);
            double score = whole.add(date, wave(row));
            if (row == 69) {
                detector.restore(bytes("states/pump.state"));
                assertThat(detector.rows()).isEqualTo(70);
                assertThat(detector.lastDate()).contains(date);
            } else if (row > 69) {
                assertThat(detector.add(date, wave(row))).isCloseTo(score, within(ROUNDING));
            }
        }
        goesOn("steps", "steps", false);
        goesOn("steps", "steps-carried", true);
        goesOn("plain", "plain-carried", true);
    }

    private static double[] wave(int row) {
        return new double[] {Math.sin(row / 3.0), Math.cos(row / 5.0)};
    }

    private static void goesOn(String name, String state, boolean carrying) {
        Model model = Model.ofBytes(name, bytes(name + ".safetensors"));
        ForecastSpec spec = ForecastTask.of(model).spec();
        StreamForecaster[] streams = new StreamForecaster[2];
        Arrays.setAll(
                streams,
                i -> carrying
                        ? StreamForecaster.carrying(model.network().pack(), spec)
                        : StreamForecaster.of(model.network().pack(), spec));
        for (int row = 0; row < 100; row++) {
            // Where values may be missing, two columns say whether they are; the first said so every other row.
            Observation values = Observation.of(wave(row));
            Observation all = name.equals("plain") ? values.withFeatures(row % 2, 0) : values;
            streams[0].add(all);
            if (row == 69) {
                streams[1].restore(bytes("states/" + state + ".state"));
            } else if (row > 69) {
                streams[1].add(all);
                assertThat(streams[1].forecast()).as(state).containsExactly(streams[0].forecast(), within(ROUNDING));
            }
        }
    }

    private static void assertSame(List<String> found, String expected) {
        List<String> lines = expected.lines().toList();
        assertThat(found).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(DECIMAL.matcher(found.get(i)).replaceAll("#"))
                    .as("line " + (i + 1))
                    .isEqualTo(DECIMAL.matcher(lines.get(i)).replaceAll("#"));
            Matcher numbers = DECIMAL.matcher(found.get(i));
            Matcher stored = DECIMAL.matcher(lines.get(i));
            while (numbers.find() && stored.find()) {
                double number = Double.parseDouble(stored.group());
                assertThat(Double.parseDouble(numbers.group()))
                        .as("line " + (i + 1) + ": " + found.get(i))
                        .isCloseTo(number, within(ROUNDING * Math.max(1e-3, Math.abs(number))));
            }
        }
    }

    private static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String name) {
        try (InputStream in = StreamGoldenTest.class.getResourceAsStream(FOLDER + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
