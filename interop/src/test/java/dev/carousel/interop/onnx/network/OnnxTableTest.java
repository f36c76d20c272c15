package dev.carousel.interop.onnx.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of what becomes a layer, in docs/interop.md. */
class OnnxTableTest {

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    @Test
    void theTableHasEveryOperatorThatIsReadAndNoOther() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/interop.md"));
        int first = lines.indexOf("| ONNX | becomes |");
        assertThat(first).as("the table's first line").isPositive();
        Set<String> named = new TreeSet<>();
        for (int i = first + 2; lines.get(i).startsWith("|"); i++) {
            Matcher names = NAME.matcher(lines.get(i).substring(1, lines.get(i).indexOf('|', 1)));
            while (names.find()) {
                named.add(names.group(1));
            }
        }
        assertThat(named).isEqualTo(new TreeSet<>(ChainReader.operators()));
    }
}
