package dev.carousel.interop.keras;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.fuzz.Fuzzed;
import java.util.Map;

/** Whatever bytes a file of Keras has, it is read or refused. */
class KerasFuzzTest {

    /** An .h5 file of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void hdf5(byte[] file) {
        Fuzzed.read(file, ".h5", KerasFiles::read);
    }

    /** A .keras archive of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void archive(byte[] file) {
        Fuzzed.read(file, ".keras", KerasFiles::read);
    }

    /** A sound .keras archive with a configuration of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void configuration(byte[] json) {
        with("stack.keras", "config.json", json);
    }

    /** A sound .keras archive with weights of any bytes. */
    @FuzzTest(maxDuration = "10m")
    void weights(byte[] hdf5) {
        with("own_lstm.keras", "model.weights.h5", hdf5);
    }

    private static void with(String archive, String entry, byte[] content) {
        Map<String, byte[]> entries = KerasTestFiles.entries(KerasTestFiles.bytes(archive));
        entries.put(entry, content);
        Fuzzed.read(KerasTestFiles.zip(entries), ".keras", KerasFiles::read);
    }
}
