package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.model.ModelException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDamageTest {

    private static AbstractStringAssert<?> assertBad(Kind kind, byte[] file) {
        return assertFails(kind, () -> Model.ofBytes("bad.safetensors", file));
    }

    @Test
    void everyFlippedBitOfAFileIsDetected() {
        byte[] file = Models.stored().toBytes();
        for (int i = 0; i < file.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                file[i] ^= (byte) (1 << bit);
                assertThat(catchThrowableOfType(ModelException.class, () -> Model.ofBytes("flipped", file)))
                        .as("bit %d of byte %d", bit, i)
                        .isNotNull();
                file[i] ^= (byte) (1 << bit);
            }
        }
        assertThat(Model.ofBytes("whole again", file).toBytes()).isEqualTo(file);
    }

    @Test
    void everyByteReplacedByAnotherIsDetected() {
        byte[] file = Models.stored().toBytes();
        for (int i = 0; i < file.length; i++) {
            byte whole = file[i];
            for (byte other : new byte[] {0, ' ', '"', '\\', '0', '9', 'A', '{', '}', -1}) {
                if (other != whole) {
                    file[i] = other;
                    assertThat(catchThrowableOfType(ModelException.class, () -> Model.ofBytes("changed", file)))
                            .as("byte %d changed to %d", i, other)
                            .isNotNull();
                }
            }
            file[i] = whole;
        }
    }

    @Test
    void truncationAtEveryLengthIsDetected() {
        byte[] whole = Models.stored().toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThat(catchThrowableOfType(ModelException.class, () -> Model.ofBytes("part", part)))
                    .as("%d bytes of %d", length, whole.length)
                    .isNotNull();
        }
    }

    @Test
    void mutatedMetadataUnderARightChecksumAreRefusedOrRead() {
        Random random = new Random(7);
        String[] keys = {"carousel.format", "carousel.spec", "carousel.task", "carousel.provenance"};
        String alphabet = "{}[]\":,.-+eE0123456789truefalsnk \\u\u0000\u00e4";
        int refused = 0;
        for (int draw = 0; draw < 4000; draw++) {
            String key = keys[random.nextInt(keys.length)];
            StringBuilder text = new StringBuilder(Models.metadata(key));
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                String piece = String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
                text.replace(at, Math.min(text.length(), at + random.nextInt(3)), piece);
            }
            byte[] file = Models.with(key, text.toString());
            try {
                Model.ofBytes("mutated", file);
            } catch (ModelException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed 7, draw " + draw + ": " + key + " " + text, e);
            }
        }
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void appendedBytesAreDetected() {
        byte[] whole = Models.stored().toBytes();
        assertBad(Kind.TRAILING_BYTES, Arrays.copyOf(whole, whole.length + 1));
    }

    @Test
    void changedNumberIsCalledDamage() {
        byte[] file = Models.stored().toBytes();
        file[file.length - 1] ^= 1;
        assertBad(Kind.WRONG_CHECKSUM, file).contains("SHA-256 should be").contains("copy or download it again");
    }

    @Test
    void changedMetadataAreCalledDamageBeforeTheyAreMisunderstood() {
        byte[] file = new String(Models.stored().toBytes(), StandardCharsets.ISO_8859_1)
                .replace("one-hot", "two-hot")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertBad(Kind.WRONG_CHECKSUM, file).contains("damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "A123456789012345678901234567890123456789012345678901234567890123"})
    void checksumMustBeDigits(String digits) {
        Map<String, String> metadata = Models.metadata();
        metadata.put("carousel.sha256", digits);
        assertBad(
                        Kind.WRONG_CHECKSUM,
                        SafeTensors.toBytes(metadata, Models.stored().parameters()))
                .contains("64 lower-case hexadecimal digits");
    }
}
