package dev.carousel.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pieces of Java about Flink in docs/engines.md compile. */
class FlinkPageTest {

    private static final Pattern SECTION = Pattern.compile("(?s)\n## Flink\n(.*?)\n## ");
    private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

    private static final String BEFORE = """
            import dev.carousel.data.stream.*;
            import dev.carousel.flink.CarouselProcessFunction;
            import dev.carousel.model.Model;
            import java.nio.file.Path;
            import org.apache.flink.api.connector.sink2.Sink;
            import org.apache.flink.streaming.api.datastream.DataStream;
            class Snippet {
                record Reading(String pump, double pressure, double flow) {}
                record Flag(String pump, double score) {
                    static Flag of(Reading reading, Answer.Score score) {
                        return new Flag(reading.pump(), score.score());
                    }
                }
                DataStream<Reading> readings;
                Sink<Flag> flags;
                void run() throws Exception {
            """;

    @Test
    void javaCompiles(@TempDir Path folder) throws IOException {
        String page = Files.readString(Path.of("../docs/engines.md"));
        String section = SECTION.matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow();
        List<String> pieces = SNIPPET.matcher(section)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(pieces).isNotEmpty();
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        for (String piece : pieces) {
            Path source = folder.resolve("Snippet.java");
            Files.writeString(source, BEFORE + piece + "    }\n}\n");
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said);
            int code = compiler.run(
                    writer,
                    writer,
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    folder.toString(),
                    source.toString());
            assertThat(code).as("%s%n%s", piece, said).isZero();
        }
    }
}
