package dev.carousel.interop;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.fuzz.Fuzzed;
import dev.carousel.interop.pytorch.StateFile;
import dev.carousel.model.Model;
import dev.carousel.model.SafeTensors;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whatever bytes a file of Carousel's own has, it is read or refused. */
class ModelFuzzTest {

    private static final String CHECKSUM = "\"carousel.sha256\":\"";
    private static final int DIGITS = 64;

    /** A model file, whose checksum is put right so that what it guards is reached. */
    @FuzzTest(maxDuration = "10m")
    void model(byte[] file) {
        seal(file);
        Fuzzed.read(file, () -> Model.ofBytes("fuzz.safetensors", file));
    }

    private static void seal(byte[] file) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(CHECKSUM) + CHECKSUM.length();
        if (at < CHECKSUM.length() || at + DIGITS > file.length) {
            return;
        }
        put(file, at, "0".repeat(DIGITS));
        try {
            put(
                    file,
                    at,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }

    private static void put(byte[] file, int at, String digits) {
        System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, file, at, DIGITS);
    }

    /** Any file of tensors. */
    @FuzzTest(maxDuration = "10m")
    void tensors(byte[] file) {
        Fuzzed.read(file, () -> {
            SafeTensors tensors = SafeTensors.of("fuzz.safetensors", file);
            tensors.tensors().keySet().forEach(tensors::floats);
        });
    }

    /** The state of a batch. */
    @FuzzTest(maxDuration = "10m")
    void state(byte[] file) {
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(3, 4).withLayers(2).withProjectionSize(2));
        Fuzzed.read(file, ".safetensors", path -> StateFile.read(path, spec, 2));
    }
}
