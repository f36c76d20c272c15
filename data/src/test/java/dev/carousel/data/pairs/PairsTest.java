package dev.carousel.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.MadePairs;
import dev.carousel.data.transcription.Alphabet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of pairs, what is held out of them, and what is wrong with them. */
class PairsTest {

    private static Pairs of(String text) {
        return Pairs.of("p.tsv", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesAreInputsAndOutputs(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("p.tsv");
        Files.writeString(file, "\uFEFF1+2\t3\r\n\r\n10 + 1\t11\nz\u00FCrich\tZ\u00DCRICH");
        Pairs pairs = Pairs.read(file);
        assertThat(pairs.inputs()).containsExactly("1+2", "10 + 1", "z\u00FCrich");
        assertThat(pairs.outputs()).containsExactly("3", "11", "Z\u00DCRICH");
        assertThat(pairs.place(1)).isEqualTo(file + ", line 3");
        assertThat(pairs.source().name()).isEqualTo("p.tsv");
        assertThat(Pairs.readInputs(file).inputs()).isEqualTo(pairs.inputs());
        Files.writeString(file, "7+8\n9+9\tignored\n");
        assertThat(Pairs.readInputs(file).inputs()).containsExactly("7+8", "9+9");
        assertThat(pairs.blankLines()).isEqualTo(1);
        assertThat(Pairs.readInputs(file).blankLines()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1+2 3         | 2 | found no TAB in '1+2 3'",
                "1+2~3~4       | 2 | more than one TAB",
                "~3            | 2 | the input, before the TAB, is empty",
                "~             | 2 | the output, behind the TAB, is empty",
                "1+2~          | 2 | the output, behind the TAB, is empty"
            })
    void badLinesAreNamed(String line, int number, String problem) {
        assertThatThrownBy(() -> of("0+0\t0\n" + line.strip().replace('~', '\t') + "\n1+1\t2\n"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("p.tsv, line " + number + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void filesWithoutPairsAreRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> of("\n\n")).hasMessageContaining("there is no pair in it");
        assertThatThrownBy(() -> Pairs.read(folder.resolve("none.tsv"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> Pairs.of("p.tsv", new byte[] {'a', '\t', (byte) 0xFF, '\n'}))
                .hasMessageContainingAll("p.tsv, line 1", "UTF-8");
        assertThatThrownBy(() -> Pairs.ofInput(" ")).hasMessageContaining("input is empty");
    }

    @Test
    void noInputIsOnBothSidesOfASplit() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append(i / 4).append('\t').append(i).append('\n');
        }
        Pairs pairs = of(text.toString());
        Pairs.Split split = pairs.split(0.2, 7);
        assertThat(split.heldOut().count()).isBetween(40, 43);
        assertThat(split.training().count() + split.heldOut().count()).isEqualTo(200);
        assertThat(new HashSet<>(split.training().inputs()))
                .doesNotContainAnyElementsOf(new HashSet<>(split.heldOut().inputs()));
        assertThat(pairs.split(0.2, 7).heldOut().outputs())
                .isEqualTo(split.heldOut().outputs());
        assertThat(pairs.split(0.2, 8).heldOut().outputs())
                .isNotEqualTo(split.heldOut().outputs());
        assertThatThrownBy(() -> of("1\t2\n").split(0.5, 1)).hasMessageContaining("nothing is left to learn from");
    }

    @Test
    void whatAModelCannotKnowIsRefusedWithItsPlace() {
        Pairs pairs = of("1+2\t3\n10+1\t11\n");
        PairSpec spec = PairSpec.fit(pairs, Alphabet.By.CHARACTERS, 10, PairSpec.Search.DEFAULT);
        assertThat(spec.longestInput()).isEqualTo(4);
        assertThat(spec.longestOutput()).isEqualTo(2);
        assertThat(spec.inputIds(pairs)[0]).containsExactly(2, 0, 3);
        assertThat(spec.outputIds(pairs)[1]).containsExactly(1, 1);
        assertThatThrownBy(() -> spec.inputIds(of("1+2\t3\n1-2\t3\n")))
                .hasMessageContainingAll("p.tsv, line 2", "'-' is none of the 4 characters");
        assertThatThrownBy(() -> spec.inputIds(of("11+22\t3\n")))
                .hasMessageContainingAll("p.tsv, line 1", "has 5 characters", "has 4");
        assertThatThrownBy(() -> PairSpec.fit(pairs, Alphabet.By.CHARACTERS, 3, PairSpec.Search.DEFAULT))
                .hasMessageContainingAll("p.tsv, line 2", "the input has 4 characters but may have 3");
        PairSpec words = PairSpec.fit(of("good day\tbon jour\n"), Alphabet.By.WORDS, 10, PairSpec.Search.DEFAULT);
        assertThat(words.inputs().units()).containsExactly("day", "good");
        assertThatThrownBy(() -> words.inputIds(of("good night\tx\n")))
                .hasMessageContaining("'night' is none of the 2 words");
    }

    @Test
    void madePairsAreRightAndComeOnce() {
        Pairs sums = Pairs.of("sums", MadePairs.SUMS.tsv(5000, 1));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < sums.count(); i++) {
            String[] ab = sums.input(i).split("\\+", -1);
            int a = Integer.parseInt(ab[0]);
            int b = Integer.parseInt(ab[1]);
            assertThat(a).isBetween(0, 999);
            assertThat(sums.output(i)).isEqualTo(String.valueOf(a + b));
            assertThat(seen.add(Math.min(a, b) + "+" + Math.max(a, b))).isTrue();
        }
        Pairs dates = Pairs.of("dates", MadePairs.DATES.tsv(5000, 1));
        assertThat(new HashSet<>(dates.inputs())).hasSize(5000);
        List<String> spellings = dates.inputs().stream()
                .map(input -> input.replaceAll("[0-9]+", "0").replaceAll("[A-Z][a-z]+", "A"))
                .distinct()
                .toList();
        assertThat(spellings)
                .contains(
                        "0 A 0",
                        "A 0, 0",
                        "A, 0 A 0",
                        "A A 0 0",
                        "0.0.0",
                        "0/0/0",
                        "0",
                        "0-A-0",
                        "0th of A 0",
                        "0nd of A 0");
        for (int i = 0; i < dates.count(); i++) {
            LocalDate day = LocalDate.parse(dates.output(i));
            assertThat(dates.input(i)).contains(String.valueOf(day.getYear()));
        }
        assertThat(MadePairs.DATES.tsv(100, 2)).isNotEqualTo(MadePairs.DATES.tsv(100, 1));
        assertThatThrownBy(() -> MadePairs.SUMS.tsv(1_000_000, 1)).hasMessageContaining("0 to 200000");
    }

    /** A model finds what was held out of them again, and recipes name figures for them. */
    @ParameterizedTest
    @CsvSource({"SUMS, 1112096069", "DATES, 281984712"})
    void madePairsAreTheSameOnEveryJava(MadePairs made, long checksum) {
        CRC32 crc = new CRC32();
        crc.update(made.tsv(made.count(), 1));
        assertThat(crc.getValue()).isEqualTo(checksum);
    }
}
