package dev.carousel.interop.numpy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.fuzz.Fuzzed;

/** Whatever bytes an .npy or .npz file has, it is read or refused. */
class NumpyFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void npy(byte[] file) {
        Fuzzed.read(file, () -> {
            NumpyArray array = NpyFile.ofBytes("fuzz.npy", file);
            array.floats();
            array.doubles();
            array.ints();
        });
    }

    @FuzzTest(maxDuration = "10m")
    void npz(byte[] file) {
        Fuzzed.read(file, ".npz", path -> NpzFile.read(path).values().forEach(NumpyArray::floats));
    }
}
