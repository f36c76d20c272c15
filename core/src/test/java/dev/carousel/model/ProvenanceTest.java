package dev.carousel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {

    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void jsonIsReadBack() {
        Provenance provenance = Provenance.of("scalar")
                .withSeed(Long.MIN_VALUE)
                .withCommand("train births")
                .withData(Provenance.Data.of("a.csv", new byte[0]))
                .withData(Provenance.Data.of("b.csv", new byte[] {1}))
                .withLosses("training", List.of(2.5, 1.0e-17))
                .withLosses("heldOut", List.of());
        assertThat(Provenance.ofJson("file", provenance.toJson())).isEqualTo(provenance);
    }

    @Test
    void seedMayBeUnknownAndLaterKeysAreIgnored() {
        Provenance provenance = Provenance.of("scalar");
        assertThat(provenance.toJson()).doesNotContain("seed");
        String later = provenance.toJson().replaceFirst("\\{", "{\"later\":[true],");
        assertThat(Provenance.ofJson("file", later)).isEqualTo(provenance);
    }

    @Test
    void dataAreDescribedByNameSizeAndSha256(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("abc.txt"), "abc");
        Provenance.Data expected = new Provenance.Data("abc.txt", 3, SHA_OF_ABC);
        assertThat(Provenance.Data.of(file)).isEqualTo(expected);
        assertThat(Provenance.Data.of("abc.txt", "abc".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(expected);
    }

    @Test
    void versionOfTheLibraryIsFound() {
        assertThat(Provenance.Software.current("scalar").carousel()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(Provenance.Software.current("scalar").java())
                .isEqualTo(Runtime.version().toString());
    }

    @Test
    void nothingInItChangesFromRunToRun() {
        assertThat(Provenance.of("scalar").withSeed(1).toJson())
                .isEqualTo(Provenance.of("scalar").withSeed(1).toJson());
    }

    @Test
    void lossesMustBeFinite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Provenance.of("scalar").withLosses("training", List.of(1.0, Double.NaN)))
                .withMessageContaining("training");
    }
}
