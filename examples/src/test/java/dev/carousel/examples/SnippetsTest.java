package dev.carousel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pieces of Java in the pages of docs compile. */
class SnippetsTest {

    private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

    /** Lines of Java that stand outside a block of Java, where nobody would compile them. */
    private static final Pattern STRAY = Pattern.compile("(?m)^ {4}[A-Z]\\w+(<[\\w, ]+>)? \\w+ = .*");

    static final String IMPORTS = """
            import dev.carousel.cell.*;
            import dev.carousel.client.*;
            import dev.carousel.check.CheckReport;
            import dev.carousel.check.StandardChecks;
            import dev.carousel.data.*;
            import dev.carousel.data.text.*;
            import dev.carousel.data.table.*;
            import dev.carousel.data.series.*;
            import dev.carousel.data.stream.*;
            import dev.carousel.data.scaling.*;
            import dev.carousel.data.forecast.*;
            import dev.carousel.data.classification.*;
            import dev.carousel.data.transcription.*;
            import dev.carousel.data.pairs.*;
            import dev.carousel.data.anomaly.*;
            import dev.carousel.data.dataset.*;
            import dev.carousel.kernel.*;
            import dev.carousel.loss.*;
            import dev.carousel.model.*;
            import dev.carousel.network.*;
            import dev.carousel.online.*;
            import dev.carousel.spec.*;
            import dev.carousel.spec.LayerSpec.*;
            import dev.carousel.optim.*;
            import dev.carousel.reference.CellReference;
            import dev.carousel.reference.ForwardReference;
            import dev.carousel.reference.Mat;
            import dev.carousel.reference.Mats;
            import dev.carousel.report.*;
            import dev.carousel.report.task.*;
            import dev.carousel.store.*;
            import dev.carousel.stream.*;
            import dev.carousel.tensor.*;
            import dev.carousel.train.*;
            import dev.carousel.train.search.*;
            import java.net.URI;
            import java.nio.file.Path;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.CompletableFuture;
            """;

    /** What a page speaks of without making it; a piece may have a variable of its own of the same name. */
    static final String FIELDS = """
                Team team;
                Network network;
                TrainingPlan plan;
                Batches training;
                Batches heldOut;
                TextData text;
                Model model;
                SeriesSet shops;
                Path file;
                Path path;
                Path folder;
                float[] event;
                float[] x;
                float[] truth;
                List<Map<String, Double>> readings;
                double[] losses;
                LabelledCsv form;
                java.time.LocalDateTime date;
            """;

    static Stream<Path> pages() throws IOException {
        return DocumentsTest.documents().filter(page -> page.startsWith(DocumentsTest.ROOT.resolve("docs")));
    }

    /** Those of engines are compiled by the modules that have the engines. */
    static Stream<Path> pagesWithJava() throws IOException {
        return pages().filter(page -> !String.valueOf(page.getFileName()).startsWith("engines"))
                .filter(page -> !snippets(page).isEmpty());
    }

    static List<String> snippets(Path page) {
        return SNIPPET.matcher(text(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("pagesWithJava")
    void javaOfAPageCompiles(Path page, @TempDir Path folder) throws IOException {
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        String[] options = {"-proc:none", "-cp", System.getProperty("java.class.path"), "-d", folder.toString()};
        for (String snippet : snippets(page)) {
            Path source = folder.resolve("Snippet.java");
            Files.writeString(
                    source,
                    IMPORTS + "class Snippet {\n" + FIELDS + "void run() throws Exception {\n" + snippet
                            + "    }\n}\n");
            String[] words = Stream.concat(Stream.of(options), Stream.of(source.toString()))
                    .toArray(String[]::new);
            StringWriter said = new StringWriter();
            PrintWriter writer = new PrintWriter(said);
            int code = compiler.run(writer, writer, words);
            assertThat(code).as("%s:%n%s%n%s", page, snippet, said).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaStandsInBlocksOfJava(Path page) {
        assertThat(STRAY.matcher(text(page).replaceAll("(?s)```.*?```", ""))
                        .results()
                        .map(found -> found.group()))
                .as("%s", page)
                .isEmpty();
    }

    @Test
    void thereAreSuchPieces() throws IOException {
        assertThat(pagesWithJava()).hasSizeGreaterThan(5);
    }
}
