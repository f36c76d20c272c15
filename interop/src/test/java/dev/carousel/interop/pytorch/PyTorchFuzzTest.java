package dev.carousel.interop.pytorch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.fuzz.Fuzzed;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whatever bytes a file of weights has, it is read or refused. */
class PyTorchFuzzTest {

    /** The whole archive. */
    @FuzzTest(maxDuration = "10m")
    void archive(byte[] file) {
        Fuzzed.read(file, ".pt", path -> PyTorchFiles.read(path, ImportOptions.defaults()));
    }

    /** The pickle of a sound archive, which checksums keep a changed archive from reaching. */
    @FuzzTest(maxDuration = "10m")
    void weights(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("fuzz/data.pkl", pickle);
        for (int i = 0; i < 4; i++) {
            entries.put("fuzz/data/" + i, new byte[256]);
        }
        Fuzzed.read(new byte[0], ".pt", path -> {
            Made.archive(path, entries);
            PyTorchFiles.read(path, ImportOptions.defaults());
        });
    }

    /** The pickle alone. */
    @FuzzTest(maxDuration = "10m")
    void pickle(byte[] pickle) {
        Fuzzed.read(
                pickle,
                () -> PickleReader.read("fuzz.pkl", pickle, pickle.length, new TorchObjects("fuzz.pkl", Zeros::new)));
    }

    /** A state_dict in safetensors. */
    @FuzzTest(maxDuration = "10m")
    void safetensors(byte[] file) {
        Fuzzed.read(file, ".safetensors", path -> PyTorchFiles.read(path, ImportOptions.defaults()));
    }

    /** A storage that is never looked into. */
    private record Zeros(String key, long size) implements TorchTensor.Storage {

        @Override
        public byte[] bytes() {
            return new byte[0];
        }

        @Override
        public ByteOrder order() {
            return ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        public void charge(long bytes) {
            // Nothing is allocated.
        }

        @Override
        public String file() {
            return "fuzz.pkl";
        }
    }
}
