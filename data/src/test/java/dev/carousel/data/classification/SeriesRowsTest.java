package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesRowsTest {

    private static final String ARFF = """
            % waves
            @relation waves
            @attribute att0 numeric
            @ATTRIBUTE 'a b' real
            @attribute target {2,-1}

            @data
            0.5,1.5,2
            ?,-2e-1,'-1'
            """;

    @TempDir
    Path folder;

    private LabelledSequences read(String name, String text) throws IOException {
        return SeriesRows.read(Files.writeString(folder.resolve(name), text));
    }

    @Test
    void theClassComesFirstInFilesOfTheUcrArchive() throws IOException {
        for (String separator : List.of("\t", ",", "  ")) {
            String text = "  10 0.5 1.5 NaN\n-1 3 NaN 4\n1.0000000e+00 1e-1 2 3\n".replace(" ", separator);
            LabelledSequences all = read("a.tsv", separator.equals("  ") ? text : text.replaceFirst("^\\W+10", "10"));
            assertThat(all.classes()).containsExactly("-1", "1", "10");
            assertThat(all.columns()).hasSize(1);
            assertThat(all.values(0)).containsExactly(0.5f, 1.5f);
            assertThat(all.values(1)).containsExactly(3, Float.NaN, 4);
            assertThat(List.of(all.label(0, 0), all.label(1, 0), all.label(2, 0)))
                    .containsExactly(2, 0, 1);
            assertThat(all.place(2)).endsWith("line 3");
        }
    }

    @Test
    void theClassIsTheLastAttributeOfAnArffFile() throws IOException {
        LabelledSequences all = read("a.arff", ARFF);
        assertThat(all.classes()).containsExactly("2", "-1");
        assertThat(all.values(0)).containsExactly(0.5f, 1.5f);
        assertThat(all.values(1)).containsExactly(Float.NaN, -0.2f);
        assertThat(all.label(1, 0)).isEqualTo(1);
    }

    @Test
    void aTabMayStandBetweenTheNameAndTheTypeOfAnAttribute() throws IOException {
        LabelledSequences all = read("a.arff", ARFF.replace("att0 numeric", "att0\tNUMERIC"));
        assertThat(all.values(0)).containsExactly(0.5f, 1.5f);
    }

    private void refused(String name, String text, String... clues) {
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(DataException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(clues));
    }

    @Test
    void badFilesAreRefusedWithTheirLine() {
        refused("a.tsv", "1\t2\t3\n1\t2\tx\n", "line 2, value 2", "'x'");
        refused("a.txt", "It was a dark and stormy night.\n", "line 1");
        refused("a.txt", "word\n", "Is it a text?");
        refused("a.tsv", "1\tNaN\tNaN\n", "every value of the series is missing");
        refused("a.arff", ARFF.replace("0.5,1.5,2", "0.5,2"), "line 8", "expected 3 values");
        refused("a.arff", ARFF.replace("0.5,1.5,2", "0.5,1.5,3"), "line 8", "'3'");
        refused("a.arff", ARFF.replace("att0 numeric", "att0 relational"), "line 3", ".ts files");
        refused("a.arff", ARFF.replace("@attribute target {2,-1}", ""), "braces");
        refused("a.arff", ARFF.replace("@data", "data"), "expected @relation");
    }
}
