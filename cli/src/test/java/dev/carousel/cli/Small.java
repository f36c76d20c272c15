package dev.carousel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Files and trainings that take no time. */
final class Small {

    private static final String SENTENCE = "the quick brown fox jumps over the lazy dog, and back again.\n";

    /** What stands before the sequences of {@link #waves}. */
    static final String WAVES =
            "@problemName Waves\n@univariate true\n@equalLength false\n@classLabel true slow fast\n@data\n";

    private Small() {}

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text that a small network learns at once. */
    static Path text(Path folder) {
        return write(folder.resolve("small.txt"), SENTENCE.repeat(40));
    }

    /** Days whose weekends are low, and a feature that says nothing. */
    static Path csv(Path folder, int rows) {
        StringBuilder text = new StringBuilder("day,sold,rain\n");
        LocalDate day = LocalDate.of(2020, 1, 1);
        for (int row = 0; row < rows; row++) {
            LocalDate date = day.plusDays(row);
            double weekend = date.getDayOfWeek().getValue() > 5 ? -30 : 0;
            double sold = 100 + weekend + 5 * Math.sin(row / 9.0) + row * 37 % 11;
            text.append(String.format(Locale.ROOT, "%s,%.2f,%d%n", date, sold, row * 13 % 7));
        }
        return write(folder.resolve("small.csv"), text.toString());
    }

    /** Slow and fast waves of different lengths, in turn. */
    static Path waves(Path file, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(WAVES);
        for (int i = 0; i < count; i++) {
            double period = i % 2 == 0 ? 16 : 5;
            double phase = random.nextDouble(6);
            int steps = random.nextInt(20, 30);
            for (int t = 0; t < steps; t++) {
                double value = 40 + 7 * Math.sin(phase + 2 * Math.PI * t / period) + 0.3 * random.nextGaussian();
                text.append(t == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.3f", value));
            }
            text.append(i % 2 == 0 ? ":slow\n" : ":fast\n");
        }
        return write(file, text.toString());
    }

    static Object[] trainText(Path file, Path model, Object... more) {
        return with(
                more,
                "train",
                "text",
                file,
                "--output",
                model,
                "--hidden",
                16,
                "--layers",
                2,
                "--window",
                10,
                "--batch",
                8,
                "--epochs",
                2,
                "--rate",
                0.01,
                "--dropout",
                0.1);
    }

    static Object[] trainForecast(Path file, Path model, Object... more) {
        return with(
                more,
                "train",
                "forecast",
                file,
                "--output",
                model,
                "--target",
                "sold",
                "--features",
                "rain",
                "--context",
                14,
                "--horizon",
                7,
                "--hidden",
                8,
                "--epochs",
                2,
                "--batch",
                16);
    }

    /** The same without a season, told in figures; more options stand in for those of the same name. */
    static Object[] trainSales(Path file, Path model, Object... more) {
        Object[] words = {
            "train",
            "forecast",
            file,
            "--output",
            model,
            "--target",
            "sold",
            "--context",
            10,
            "--horizon",
            5,
            "--hidden",
            8,
            "--epochs",
            3,
            "--batch",
            16,
            "--rate",
            0.01,
            "--season",
            0,
            "--no-plot",
            "--json"
        };
        return replaced(words, more);
    }

    static Object[] trainClassifier(Path model, int epochs, Object... more) {
        return with(more, "train", "classify", "--output", model, "--hidden", 12, "--epochs", epochs, "--json");
    }

    static Object[] trainBirths(Path model, Object... more) {
        return with(
                more,
                "train",
                "births",
                "--output",
                model,
                "--hidden",
                4,
                "--epochs",
                1,
                "--context",
                14,
                "--batch",
                256);
    }

    static Object[] trainAddition(Path model, Object... more) {
        return with(more, "train", "addition", "--output", model, "--bits", 3, "--hidden", 8, "--epochs", 2);
    }

    private static Object[] with(Object[] more, Object... words) {
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    /** Words of a command with more options, which stand in for those of the same name. */
    static Object[] replaced(Object[] words, Object... more) {
        List<Object> all = new ArrayList<>(List.of(words));
        for (Object word : more) {
            int at = String.valueOf(word).startsWith("--") ? all.indexOf(word) : -1;
            if (at >= 0) {
                all.remove(at);
                all.remove(at);
            }
        }
        all.addAll(List.of(more));
        return all.toArray();
    }
}
