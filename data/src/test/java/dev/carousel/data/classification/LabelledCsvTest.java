package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledCsvTest {

    private static final LabelledCsv FORM =
            new LabelledCsv(Optional.of("ride"), Optional.of("second"), Optional.of("mood"), List.of());

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("rides.csv"), text);
    }

    private void refused(LabelledCsv form, boolean perStep, String text, String... parts) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> form.read(file, perStep))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts);
    }

    @Test
    void rowsOfASequenceMayStandApart() throws IOException {
        LabelledSequences read = FORM.read(
                file("ride,second,speed,angle,mood\nb,0,1,2,wild\na,0,3,4,calm\nb,1.5,5,NA,wild\na,1,6,7,calm\n"),
                false);
        assertThat(read.count()).isEqualTo(2);
        assertThat(read.columns()).containsExactly("speed", "angle");
        assertThat(read.classes()).as("in the order of the alphabet").containsExactly("calm", "wild");
        assertThat(read.name(0)).isEqualTo("b");
        assertThat(read.values(0)).containsExactly(1, 2, 5, Float.NaN);
        assertThat(read.label(0, 0)).isEqualTo(1);
        assertThat(read.place(1)).contains("'a'", "line 3");
    }

    @Test
    void decimalCommasAreToldByTheFirstRows() throws IOException {
        LabelledSequences read =
                FORM.read(file("ride;second;speed;angle;mood\na;0;1,5;1.234,5;calm\na;1;2;NA;calm\n"), false);
        assertThat(read.values(0)).containsExactly(1.5f, 1234.5f, 2, Float.NaN);
        refused(
                FORM,
                false,
                "ride;second;speed;mood\na;0;1,5;calm\na;1;2.25;calm\n",
                "line 2, column 'speed'",
                "'1,5'");
    }

    @Test
    void eachStepMayHaveItsClass() throws IOException {
        LabelledCsv form = new LabelledCsv(Optional.empty(), Optional.empty(), Optional.of("state"), List.of("x"));
        LabelledSequences read = form.read(file("x,other,state\n1,9,on\n2,9,\n3,9,off\n"), true);
        assertThat(read.count()).isEqualTo(1);
        assertThat(read.values(0)).containsExactly(1, 2, 3);
        assertThat(read.label(0, 0)).isEqualTo(1);
        assertThat(read.label(0, 1)).isEqualTo(LabelledSequences.UNLABELLED);
        assertThat(read.label(0, 2)).isZero();
    }

    @Test
    void whatIsToBeClassifiedNeedsNoColumnOfClasses() throws IOException {
        LabelledSequences read = FORM.readUnlabelled(file("ride,second,speed\na,0,1\na,1,2\n"), false);
        assertThat(read.values(0)).containsExactly(1, 2);
    }

    @Test
    void twoClassesInOneSequenceAreAnErrorWithBothLines() throws IOException {
        refused(
                FORM,
                false,
                "ride,second,speed,mood\na,0,1,calm\na,1,1,wild\n",
                "line 3, column 'mood'",
                "'wild'",
                "'calm' in line 2",
                "train tag");
    }

    @Test
    void aSequenceWithoutAClassIsAnError() throws IOException {
        refused(FORM, false, "ride,second,speed,mood\na,0,1,\n", "line 2, column 'mood'", "empty field");
    }

    @Test
    void timesMustAscendWithinASequence() throws IOException {
        String head = "ride,second,speed,mood\na,5,1,calm\nb,1,1,calm\n";
        refused(FORM, false, head + "a,5,1,calm\n", "line 4, column 'second'", "twice");
        refused(FORM, false, head + "a,4,1,calm\n", "line 4, column 'second'", "before the row above");
        refused(FORM, false, head + "a,late,1,calm\n", "line 4, column 'second'", "'late'");
        LabelledSequences dated = FORM.read(
                file("ride,second,speed,mood\na,2024-02-28 10:00,1,calm\na,2024-02-29 09:00,2,calm\n"), false);
        assertThat(dated.length(0)).isEqualTo(2);
    }

    @Test
    void mixedTypesAreAnErrorWithLineAndColumn() throws IOException {
        refused(FORM, false, "ride,second,speed,mood\na,0,1,calm\na,1,fast,calm\n", "line 3, column 'speed'", "'fast'");
        refused(FORM, false, "ride,second,speed,mood\na,0,inf,calm\n", "line 2, column 'speed'", "finite");
    }

    @Test
    void columnsThatAreNotThereAreAnErrorWithTheNearest() throws IOException {
        refused(FORM, false, "rides,second,speed,mood\na,0,1,calm\n", "'ride'", "Did you mean 'rides'?");
        refused(FORM, false, "ride,second,mood\na,0,calm\n", "no column of numbers");
    }

    @Test
    void whichColumnsAreWhatMustBeSaid() throws IOException {
        LabelledCsv none = new LabelledCsv(Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        refused(none, true, "x,y\n1,2\n", "It has no label");
        LabelledCsv noId = new LabelledCsv(Optional.empty(), Optional.empty(), Optional.of("y"), List.of());
        refused(noId, false, "x,y\n1,2\n", "It has no id");
    }

    @Test
    void aFileWithoutRowsOrOfAnotherEncodingIsAnError() throws IOException {
        refused(FORM, false, "ride,second,speed,mood\n", "rows below the header");
        Path file = Files.write(
                folder.resolve("latin.csv"),
                "ride,second,speed,mood\na,0,1,m\u00fcde\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> FORM.read(file, false))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("line 2", "0xfc");
    }
}
