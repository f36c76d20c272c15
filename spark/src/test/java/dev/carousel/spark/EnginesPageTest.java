package dev.carousel.spark;

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

/** The pieces of Java in docs/engines-spark.md compile. */
class EnginesPageTest {

    private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

    private static final String BEFORE = """
            import dev.carousel.model.*;
            import dev.carousel.spark.*;
            import dev.carousel.spec.*;
            import dev.carousel.train.*;
            import java.nio.file.Path;
            import org.apache.spark.api.java.JavaRDD;
            import org.apache.spark.sql.*;
            class Snippet {
                SparkSession spark;
                NetworkSpec spec;
                Task task;
                JavaRDD<Example> examples;
                JavaRDD<Example> heldOut;
                Dataset<Row> readings;
                void run() throws Exception {
            """;

    @Test
    void javaCompiles(@TempDir Path folder) throws IOException {
        List<String> pieces = SNIPPET.matcher(Files.readString(Path.of("../docs/engines-spark.md")))
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
