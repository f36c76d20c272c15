package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of CSV files for each class holds sequences of numbers, not texts. */
class CsvFoldersTest {

    private static final SequenceReading READING = new SequenceReading(
            false, Integer.MAX_VALUE, new LabelledCsv(Optional.empty(), Optional.empty(), Optional.empty(), List.of()));

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void eachFileIsASequence() throws IOException {
        write("calm/1.csv", "x,y\n1,2\n3,4\n5,6\n");
        write("calm/2.csv", "x,y\n7,8\n");
        write("wild/1.csv", "y;x\n20;10\n40;NA\n");
        assertThat(READING.readsTexts(folder)).isFalse();
        LabelledSequences all = READING.numbers(folder);
        assertThat(all.classes()).containsExactly("calm", "wild");
        assertThat(all.columns()).containsExactly("x", "y");
        assertThat(all.count()).isEqualTo(3);
        assertThat(all.values(0)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(all.values(1)).containsExactly(7, 8);
        assertThat(all.values(2)).containsExactly(10, 20, Float.NaN, 40);
        assertThat(all.label(2, 0)).isEqualTo(1);
        assertThat(all.name(2)).isEqualTo("wild/1.csv");
    }

    @Test
    void aColumnOfDatesIsLeftOutAndMustAscend() throws IOException {
        write("calm/1.csv", "day,x\n2020-01-01,2\n2020-01-02,4\n");
        write("wild/1.csv", "day,x\n2020-01-01,3\n2020-01-02,5\n");
        assertThat(READING.numbers(folder).columns()).containsExactly("x");
        write("wild/2.csv", "day,x\n2020-01-02,3\n2020-01-01,5\n");
        assertThatThrownBy(() -> READING.numbers(folder)).hasMessageContaining("must ascend");
    }

    @Test
    void otherColumnsAreRefused() throws IOException {
        write("calm/1.csv", "x,y\n1,2\n");
        write("wild/1.csv", "x,y,z\n1,2,3\n");
        assertThatThrownBy(() -> READING.numbers(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected the columns of the other files, [x, y], but found [x, y, z]");
    }

    @Test
    void numbersWithoutAHeaderAreRefusedAndNotLearnedAsCharacters() throws IOException {
        write("calm/1.csv", "1,2\n3,4\n");
        write("wild/1.csv", "5,6\n7,8\n");
        assertThatThrownBy(() -> READING.numbers(folder)).hasMessageContaining("Is the header line missing?");
    }

    @Test
    void textsStayTexts() throws IOException {
        write("good/1.csv", "what,a day\nsunny,and warm\n");
        write("bad/1.txt", "1,2\n3,4\n");
        assertThat(READING.readsTexts(folder)).isTrue();
        assertThat(READING.texts(folder).count()).isEqualTo(2);
    }
}
