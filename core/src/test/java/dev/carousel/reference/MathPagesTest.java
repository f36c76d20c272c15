package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of {@code docs/math} quote lines of this package; a quoted line that is no longer there fails. */
class MathPagesTest {

    private static final Pattern QUOTE = Pattern.compile("`([^`]+)`");

    private static String sources() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/carousel/reference"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                text.append(Files.readString(file));
            }
        }
        return withoutSpace(text.toString());
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rnn",
                "lstm",
                "gru",
                "indrnn",
                "mgu",
                "mingru",
                "minlstm",
                "sru",
                "slstm",
                "rglru",
                "lnlstm",
                "noise",
                "embedding",
                "ctc",
                "crf",
                "attention",
                "distributions",
                "adaptive-softmax",
                "awd",
                "rtrl"
            })
    void quotedLinesAreInTheCode(String page) throws IOException {
        String sources = sources();
        List<String> lines = Files.readAllLines(Path.of("../docs/math/" + page + ".md"));
        List<String> table = lines.stream()
                .dropWhile(line -> !line.equals("## Where each line lives"))
                .takeWhile(line -> !line.startsWith("The engine"))
                .filter(line -> line.startsWith("| ") && !line.startsWith("| formula"))
                .toList();
        assertThat(table).hasSizeGreaterThan(7);
        for (String row : table) {
            // The part after the formula; in a quote, "..." stands for what is left out.
            Matcher quotes = QUOTE.matcher(row.substring(row.indexOf('|', 1)));
            while (quotes.find()) {
                String quote = quotes.group(1).replaceFirst("^[A-Z]\\w+\\.", "");
                for (String piece : quote.split("\\.\\.\\.", -1)) {
                    assertThat(sources.contains(withoutSpace(piece)))
                            .as("docs/math/%s.md quotes `%s`", page, quotes.group(1))
                            .isTrue();
                }
            }
        }
    }
}
