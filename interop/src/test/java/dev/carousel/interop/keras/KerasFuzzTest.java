package dev.carousel.interop.keras;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.FuzzCost;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever bytes a file holds, it is read, or refused by an {@code InteropException}, soon and without much memory.
 *
 * <p>The build tries the seeds and past findings in {@code KerasFuzzTestInputs}. To look for new ones, for ten minutes:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl interop -am test -Dtest='KerasFuzzTest#hdf5' -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class KerasFuzzTest {

    @TempDir
    static Path folder;

    /** An .h5 file of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void hdf5(byte[] content) {
        read("fuzz.h5", content);
    }

    /** A .keras archive of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void archive(byte[] content) {
        read("fuzz.keras", content);
    }

    /** A sound .keras archive with a configuration of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void configuration(byte[] content) {
        Map<String, byte[]> entries = KerasTestFiles.entries(KerasTestFiles.bytes("stack.keras"));
        entries.put("config.json", content);
        read("fuzz.keras", KerasTestFiles.zip(entries));
    }

    /** A sound .keras archive with weights of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void weights(byte[] content) {
        Map<String, byte[]> entries = KerasTestFiles.entries(KerasTestFiles.bytes("own_lstm.keras"));
        entries.put("model.weights.h5", content);
        read("fuzz.keras", KerasTestFiles.zip(entries));
    }

    private static void read(String name, byte[] content) {
        Path file = KerasTestFiles.write(folder, name, content);
        FuzzCost.assertBounded(content.length, () -> KerasFiles.read(file));
    }
}
