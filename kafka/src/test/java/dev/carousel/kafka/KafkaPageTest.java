package dev.carousel.kafka;

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

/** The pieces of Java about Kafka Streams in docs/engines.md compile. */
class KafkaPageTest {

    private static final Pattern SECTION = Pattern.compile("(?s)\n## Kafka Streams\n(.*?)\n## ");
    private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

    private static final String BEFORE = """
            import dev.carousel.data.stream.*;
            import dev.carousel.kafka.*;
            import java.nio.file.Path;
            import org.apache.kafka.streams.*;
            class Snippet {
                record Reading(String pump, double pressure, double flow) {
                    Event event() {
                        return Event.of("pressure", pressure).with("flow", flow);
                    }
                }
                record Flag(String pump) {
                    static Flag of(Reading reading, Answer answer) {
                        return new Flag(reading.pump());
                    }
                }
                StreamsBuilder builder;
                KafkaStreams streams;
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
