package dev.carousel.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.tensor.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFileTest {

    @TempDir
    Path folder;

    @Test
    void rowsAreStepsAndColumnsInputs() throws IOException {
        Path file = Files.writeString(folder.resolve("steps.csv"), "day,a,b\n2020-01-01,1,2\n2020-01-02,3,4.5\n");
        Sequence x = SequenceFile.read(file, 2);
        assertThat(x.steps()).isEqualTo(2);
        assertThat(x.batchSize()).isEqualTo(1);
        assertThat(x.data()).containsExactly(1, 2, 3, 4.5f);
    }

    @Test
    void anotherNumberOfColumnsIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("steps.csv"), "a,b\n1,2\n");
        assertThatThrownBy(() -> SequenceFile.read(file, 3))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected 3 columns of numbers")
                .hasMessageContaining("found 2: [a, b]");
    }
}
