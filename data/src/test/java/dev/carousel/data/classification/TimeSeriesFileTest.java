package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.file.FileText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeSeriesFileTest {

    private static final String HEADER = """
            # two dimensions
            @problemName Small
            @timeStamps false
            @missing false
            @univariate false
            @dimensions 2
            @equalLength true
            @seriesLength 3
            @classLabel true up down
            @data
            """;

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("small.ts"), text);
    }

    private void refused(String text, String... parts) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> TimeSeriesFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining(file.toString());
    }

    @Test
    void valuesComeStepByStepWithTheirClass() throws IOException {
        LabelledSequences read = TimeSeriesFile.read(file(HEADER + "1,2,3:-4,5e-1,6:up\n\n7,8,9:1,1,1:down\n"));
        assertThat(read.count()).isEqualTo(2);
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.classes()).containsExactly("up", "down");
        assertThat(read.values(0)).containsExactly(1, -4, 2, 0.5f, 3, 6);
        assertThat(read.label(0, 0)).isZero();
        assertThat(read.label(1, 0)).isEqualTo(1);
        assertThat(read.place(1)).endsWith("small.ts, line 13");
        assertThat(read.source().name()).isEqualTo("small.ts");
        assertThat(read.source().sha256()).isEqualTo(FileText.sha256(Files.readAllBytes(folder.resolve("small.ts"))));
    }

    @Test
    void sequencesMayDifferInLengthAndLackValues() throws IOException {
        String header = HEADER.replace("@equalLength true\n@seriesLength 3\n", "@equalLength false\n");
        LabelledSequences read = TimeSeriesFile.read(file(header + "1,?,3,4:1,2,NaN,?:up\n5,?,?:6,?,NaN:down\n"));
        assertThat(read.length(0)).isEqualTo(4);
        assertThat(read.values(0)).containsExactly(1, 1, Float.NaN, 2, 3, Float.NaN, 4, Float.NaN);
        assertThat(read.length(1))
                .as("steps at the end without a value are padding")
                .isEqualTo(1);
        assertThat(read.missing()).isEqualTo(3);
    }

    @Test
    void oneDimensionNeedsNoCount() throws IOException {
        LabelledSequences read =
                TimeSeriesFile.read(file("@univariate true\n@classLabel true a b\n@data\n1,2:a\n3,4,5:b\n"));
        assertThat(read.size()).isEqualTo(1);
        assertThat(read.longest()).isEqualTo(3);
    }

    @Test
    void whatIsToBeClassifiedNeedsNoClasses() throws IOException {
        LabelledSequences read =
                TimeSeriesFile.readUnlabelled(file("@dimensions 2\n@classLabel false\n@data\n1,2:3,4\n"));
        assertThat(read.values(0)).containsExactly(1, 3, 2, 4);
        assertThat(read.label(0, 0)).isEqualTo(LabelledSequences.UNLABELLED);
    }

    @Test
    void aWrongNumberOfDimensionsIsAnErrorWithItsPlace() throws IOException {
        refused(HEADER + "1,2,3:4,5,6:up\n1,2,3:up\n", "line 12, column 6", "expected 2 dimensions", "found 1");
    }

    @Test
    void dimensionsThatDifferFromTheFirstSequenceAreAnError() throws IOException {
        refused("@classLabel true a\n@data\n1,2:3,4:a\n1,2:a\n", "line 4", "as the first sequence has");
    }

    @Test
    void unequalLengthsAreAnErrorWhereTheHeaderSaysEqual() throws IOException {
        refused(HEADER + "1,2:4,5:up\n", "line 11", "2 values", "@seriesLength 3");
        refused(
                HEADER.replace("@seriesLength 3\n", "") + "1,2:4,5:up\n1,2,3:4,5,6:up\n",
                "line 11",
                "3 values but the first one has 2",
                "@equalLength true");
    }

    @Test
    void dimensionsOfUnequalLengthAreAnError() throws IOException {
        refused(HEADER + "1,2,3:4,5:up\n", "line 11, column 7", "dimension 2 has 2 values but dimension 1 has 3");
    }

    @Test
    void aSequenceWithoutValuesIsAnError() throws IOException {
        refused(HEADER + ":1,2,3:up\n", "line 11, column 1", "dimension 1 has no values");
        refused(HEADER + "?,?,?:?,?,?:up\n", "line 11", "every value of the sequence is missing");
    }

    @Test
    void aFieldThatIsNoNumberIsAnErrorWithLineAndColumn() throws IOException {
        refused(HEADER + "1,2,3:4,x,6:up\n", "line 11, column 9 (dimension 2, value 2)", "'x'");
        refused(HEADER + "1,,3:4,5,6:up\n", "line 11, column 3 (dimension 1, value 2)", "found nothing");
        refused(HEADER + "1,inf,3:4,5,6:up\n", "line 11, column 3", "finite");
        refused(HEADER + "(0,1),(1,2):4,5,6:up\n", "line 11, column 1", "time stamp");
    }

    @Test
    void anUnknownClassIsAnErrorThatNamesTheNearest() throws IOException {
        refused(HEADER + "1,2,3:4,5,6:dowm\n", "line 11, column 13", "'dowm'", "Is 'down' meant?");
        refused(HEADER + "1,2,3:4,5,6:\n", "line 11, column 13", "found nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@classLabel true a b | line 1, column 1 | @data",
                "1,2:a | line 1 | expected a tag",
                "@clasLabel true a | line 1 | Is @classlabel meant?",
                "@timeStamps true | line 1 | time stamps",
                "@univariate maybe | line 1 | true or false",
                "@dimensions none | line 1 | whole number above 0",
                "@classLabel true a a | line 1 | each class once",
                "@classLabel true | line 1 | names of the classes",
                "@classLabel false | line 1 | nothing to learn",
                "@targetLabel true | line 1 | belong to numbers",
            })
    void aWrongHeaderIsAnErrorWithItsLine(String line, String place, String part) throws IOException {
        Path file = file(line + "\n");
        if (part.equals("@data")) {
            refused(line + "\n", "expected a line @data");
        } else {
            refused(line + "\n@data\n", place, part);
        }
        assertThat(file).exists();
    }

    @Test
    void aHeaderWithoutClassesOrWithoutSequencesIsAnError() throws IOException {
        refused("@dimensions 1\n@data\n1,2:a\n", "line 2", "@classLabel true");
        refused("@univariate true\n@dimensions 3\n@classLabel true a\n@data\n", "@univariate true but @dimensions 3");
        refused(HEADER, "expected sequences after @data but found none");
        refused("", "empty");
    }

    @Test
    void bytesThatAreNoTextAreAnErrorWithTheirLine() throws IOException {
        Path file = Files.write(
                folder.resolve("latin.ts"), (HEADER + "1,2,3:4,5,6:\u00fcp\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TimeSeriesFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("line 11", "0xfc", "UTF-8");
    }

    @Test
    void aClassWithoutASequenceIsAnErrorForTraining() throws IOException {
        LabelledSequences read = TimeSeriesFile.read(file(HEADER + "1,2,3:4,5,6:up\n"));
        assertThatThrownBy(read::requireEveryClass)
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("[down]", "no sequence");
    }

    @Test
    void aLabelThatTrainingLacksIsAnErrorWithItsLine() throws IOException {
        LabelledSequences read = TimeSeriesFile.read(file(HEADER + "1,2,3:4,5,6:up\n1,2,3:4,5,6:down\n"));
        assertThatThrownBy(() -> read.withClasses(List.of("up", "dawn")))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("line 12", "'down'", "[up, dawn]", "Is 'dawn' meant?");
        assertThat(read.withClasses(List.of("down", "up")).label(0, 0)).isEqualTo(1);
    }
}
