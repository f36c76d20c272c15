package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs short commands on made data, so that the Java machine can list the classes that commands begin with.
 *
 * <p>The launcher makes an archive of these classes once, from which every later command starts in half of the time. Not for
 * users: what it writes goes to a temporary folder and is deleted.
 */
final class Rehearsal {

    private Rehearsal() {}

    /** Runs the commands; prints nothing. */
    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Path folder = Files.createTempDirectory("carousel");
        try {
            run(folder);
        } finally {
            delete(folder);
        }
        System.exit(0);
    }

    private static void run(Path folder) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console console = Console.of(nowhere, nowhere);
        for (List<String> words : commands(folder)) {
            Main.run(console, words.toArray(String[]::new));
        }
    }

    /** What is run, in this order; the files that it reads are written. */
    static List<List<String>> commands(Path folder) throws IOException {
        Path sales = folder.resolve("sales.csv");
        Files.writeString(
                sales,
                IntStream.range(0, 90)
                        .mapToObj(i -> LocalDate.of(2024, 1, 1).plusDays(i) + "," + (i % 7 + i * 0.01))
                        .collect(Collectors.joining("\n", "date,sales\n", "\n")));
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the quick brown fox jumps over the lazy dog\n".repeat(40));
        String forecaster = folder.resolve("forecaster.safetensors").toString();
        String writer = folder.resolve("writer.safetensors").toString();
        return List.of(
                List.of("--version"),
                List.of("--help"),
                training(
                        forecaster,
                        "forecast",
                        sales.toString(),
                        "--target",
                        "sales",
                        "--context",
                        "14",
                        "--horizon",
                        "7"),
                List.of("predict", forecaster, sales.toString()),
                List.of("evaluate", forecaster, sales.toString()),
                List.of("inspect", forecaster),
                training(writer, "text", text.toString(), "--window", "10", "--batch", "8", "--layers", "1"),
                List.of("sample", writer, "--length", "20"));
    }

    private static List<String> training(String model, String... words) {
        return Stream.of(
                        Stream.of("train"),
                        Arrays.stream(words),
                        Stream.of("--epochs", "1", "--hidden", "8", "--output", model))
                .flatMap(part -> part)
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Rehearsal::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
