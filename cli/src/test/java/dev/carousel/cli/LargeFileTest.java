package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training on a table larger than memory. Takes minutes and twice the table's room on the disk, and so runs only if asked:
 *
 * <pre>{@code
 * mvn -pl cli -am test -Dtest=LargeFileTest -Dsurefire.failIfNoSpecifiedTests=false -Dcarousel.large=2048
 * }</pre>
 *
 * <p>The number is the size of the table in MB.
 */
@EnabledIfSystemProperty(named = "carousel.large", matches = "[0-9]+")
class LargeFileTest {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    @TempDir
    Path folder;

    @Test
    void aTableIsTrainedOnWithinAHeapOfAQuarterOfItsSize() throws IOException, InterruptedException {
        long megabytes = Long.getLong("carousel.large");
        Path table = folder.resolve("load.csv");
        write(table, megabytes << 20);
        assertThat(Files.size(table)).isGreaterThanOrEqualTo(megabytes << 20);
        Path model = folder.resolve("load.safetensors");
        Path rows = Files.createDirectory(folder.resolve("rows"));
        Path out = folder.resolve("out");
        Process java = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + megabytes / 4 + "m",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.carousel.cli.Main",
                        "train",
                        "forecast",
                        table.toString(),
                        "--target",
                        "load",
                        "--features",
                        "temperature,wind,cloud",
                        "--context",
                        "4",
                        "--horizon",
                        "1",
                        "--season",
                        "0",
                        "--hidden",
                        "4",
                        "--cell",
                        "rnn",
                        "--epochs",
                        "1",
                        "--batch",
                        "4096",
                        "--no-plot",
                        "--table-folder",
                        rows.toString(),
                        "--output",
                        model.toString()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(java.waitFor()).as(Files.readString(out)).isZero();
        assertThat(model).exists();
        try (Stream<Path> left = Files.list(rows)) {
            assertThat(left).isEmpty();
        }
    }

    /** A load of each minute since 1900, as far as the bytes go. */
    private static void write(Path file, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        LocalDateTime time = LocalDateTime.of(1900, 1, 1, 0, 0);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write("time,load,temperature,wind,cloud\n".getBytes(StandardCharsets.US_ASCII));
            double load = 0;
            for (long written = 0; written < bytes; time = time.plusMinutes(1)) {
                load = 0.99 * load + random.nextDouble() - 0.5;
                String row = MINUTE.format(time) + "," + load + "," + random.nextDouble() + "," + random.nextDouble()
                        + "," + random.nextInt(9) + "\n";
                out.write(row.getBytes(StandardCharsets.US_ASCII));
                written += row.length();
            }
        }
    }
}
