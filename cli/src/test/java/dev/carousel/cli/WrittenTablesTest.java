package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model remembers how its table was written, and its forecasts are written like it. */
class WrittenTablesTest {

    private static final int ROWS = 120;

    @TempDir
    Path folder;

    private static double value(int row) {
        return 45_678_901.25 + row + 3 * (row % 7);
    }

    private Path table(String name, String header, IntFunction<String> row) {
        StringBuilder text = new StringBuilder(header).append('\n');
        IntStream.range(0, ROWS).forEach(i -> text.append(row.apply(i)).append('\n'));
        return Small.write(folder.resolve(name), text.toString());
    }

    private static String iso(int row) {
        return LocalDate.of(2023, 1, 1).plusDays(row).toString();
    }

    private Path trained(Path file, String target, Object... more) {
        Path model = folder.resolve(file.getFileName() + ".safetensors");
        Object[] words = {
            "train",
            "forecast",
            file,
            "--target",
            target,
            "--context",
            14,
            "--horizon",
            7,
            "--hidden",
            4,
            "--epochs",
            1,
            "--no-plot",
            "--output",
            model
        };
        Object[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        Run.ok(all);
        return model;
    }

    @Test
    void theSameNumbersGiveTheSameForecastsHoweverTheyAreWritten() {
        Path plain =
                table("plain.csv", "day,\"Sales, total\"", i -> iso(i) + String.format(Locale.ROOT, ",%.2f", value(i)));
        Path comma = table(
                "comma.csv",
                "day;Sales, total",
                i -> LocalDate.of(2023, 1, 1).plusDays(i).format(DateTimeFormatter.ofPattern("dd/MM/yyyy"))
                        + String.format(Locale.GERMANY, ";%,.2f", value(i)));
        Path first = trained(plain, "Sales, total");
        Path second = trained(comma, "Sales, total");
        List<String> lines = Run.ok("predict", first, plain).lines();
        assertThat(Run.ok("predict", second, comma).lines()).isEqualTo(lines);
        assertThat(Run.ok("predict", first, comma).lines()).isEqualTo(lines);
        assertThat(Run.ok("predict", second, plain).lines()).isEqualTo(lines);
        assertThat(lines.get(0)).isEqualTo("date,\"Sales, total\"");
        assertThat(lines.get(1)).matches("2023-05-01,456\\d{5}\\.\\d{2}");
        String answers = Run.ok("stream", second, comma).out();
        String last = answers.lines().reduce("", (a, b) -> b);
        assertThat(last)
                .isEqualTo("2023-04-30,"
                        + String.join(
                                ",",
                                lines.stream()
                                        .skip(1)
                                        .map(line -> line.split(",", -1)[1])
                                        .toList()));
    }

    @Test
    void forecastsOfInstantsHaveTheirOffset() {
        IntFunction<String> hour = i -> DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mmxxx")
                .format(LocalDateTime.of(2024, 10, 25, 0, 0)
                        .plusHours(i)
                        .atOffset(ZoneOffset.UTC)
                        .atZoneSameInstant(ZoneId.of("Europe/Berlin")));
        Path file = table("hours.csv", "time,load", i -> hour.apply(i) + "," + value(i));
        Path model = trained(file, "load");
        assertThat(Run.ok("predict", model, file).lines().get(1)).startsWith("2024-10-30 02:00+02:00,");
        assertThat(Run.ok("predict", model, file, "--zone", "Europe/Berlin")
                        .lines()
                        .get(1))
                .startsWith("2024-10-30 01:00+01:00,");
        assertThat(Run.ok("stream", model, file).out().lines().reduce("", (a, b) -> b))
                .startsWith("2024-10-30 01:00+02:00,");
        Path local = table("local.csv", "time,load", i -> hour.apply(i).substring(0, 16) + "," + value(i));
        Run.refused("train", "forecast", local, "--target", "load", "--context", 14, "--horizon", 7)
                .saying("line 51", "Clocks show an hour twice", "--zone");
        Path zoned = trained(local, "load", "--zone", "Europe/Berlin");
        assertThat(Run.ok("predict", zoned, local).lines().get(1)).startsWith("2024-10-30 01:00+01:00,");
        assertThat(Run.ok("stream", zoned, local).out().lines().reduce("", (a, b) -> b))
                .startsWith("2024-10-30 00:00+01:00,");
    }

    @Test
    void optionsThatMakeNoSenseAreRefusedBeforeAFileIsRead() {
        Run.refused(
                        "train",
                        "forecast",
                        "none.csv",
                        "--target",
                        "a",
                        "--context",
                        1,
                        "--horizon",
                        1,
                        "--zone",
                        "Berlin")
                .saying("--zone", "There is no time zone 'Berlin'", "Europe/Berlin");
        Run.refused(
                        "train",
                        "forecast",
                        "none.csv",
                        "--target",
                        "a",
                        "--context",
                        1,
                        "--horizon",
                        1,
                        "--date-format",
                        "HH:mm")
                .saying("--date-format", "it has no year");
    }
}
