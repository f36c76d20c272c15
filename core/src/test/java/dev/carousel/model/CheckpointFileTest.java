package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carousel.model.ModelException.Kind;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import dev.carousel.train.TrainingState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again; what is damaged is called damaged. */
class CheckpointFileTest {

    @TempDir
    Path folder;

    /** The states of a run with dropout, carried windows, an average and an optimiser with two arrays. */
    private static List<TrainingState> states() {
        RandomRun run = new RandomRun(0);
        for (long seed = 1;
                !run.toString().contains("carried, held out") || !run.toString().contains("Exponential");
                seed++) {
            run = new RandomRun(seed);
        }
        List<TrainingState> states = new ArrayList<>();
        run.run(1, UnaryOperator.identity(), new TrainingListener() {
            @Override
            public void resumable(TrainingMoment moment) {
                states.add(moment.state().copy());
            }
        });
        return states;
    }

    @Test
    void everythingComesBackBitForBit() {
        for (TrainingState state : states()) {
            CheckpointFile.save(folder.resolve("last.checkpoint"), state);
            TrainingState read = CheckpointFile.load(folder.resolve("last.checkpoint"));
            assertThat(read.identity()).isEqualTo(state.identity());
            assertThat(read.position()).isEqualTo(state.position());
            assertThat(read.epochs()).isEqualTo(state.epochs());
            assertThat(read.sums()).isEqualTo(state.sums());
            assertThat(read.carried()).isEqualTo(state.carried());
            assertThat(read.weights().now().values())
                    .isEqualTo(state.weights().now().values());
            assertThat(read.weights().now().slices())
                    .isEqualTo(state.weights().now().slices());
            assertThat(read.weights().kept().values())
                    .isEqualTo(state.weights().kept().values());
            assertThat(read.weights().average().orElseThrow().values())
                    .isEqualTo(state.weights().average().orElseThrow().values());
            assertThat(read.optimiser().updates()).isEqualTo(state.optimiser().updates());
            assertThat(read.optimiser().arrays().keySet())
                    .isEqualTo(state.optimiser().arrays().keySet());
            state.optimiser()
                    .arrays()
                    .forEach((name, values) ->
                            assertThat(read.optimiser().arrays().get(name)).isEqualTo(values));
            assertThat(CheckpointFile.toBytes(read)).isEqualTo(CheckpointFile.toBytes(state));
        }
    }

    @Test
    void aTruncatedFileIsRefusedAtEveryLength() {
        byte[] whole = CheckpointFile.toBytes(states().get(2));
        for (int length = 0; length < whole.length; length += 1 + length / 50) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThat(catchThrowableOfType(ModelException.class, () -> CheckpointFile.ofBytes("part", part)))
                    .as("%d of %d bytes", length, whole.length)
                    .isNotNull();
        }
    }

    @Test
    void aChangedByteIsFound() {
        byte[] file = CheckpointFile.toBytes(states().get(2));
        Random random = new Random(4);
        for (int i = 0; i < 3000; i++) {
            int at = random.nextInt(file.length);
            int bit = 1 << random.nextInt(8);
            file[at] ^= (byte) bit;
            assertThat(catchThrowableOfType(ModelException.class, () -> CheckpointFile.ofBytes("changed", file)))
                    .as("bit %d of byte %d", bit, at)
                    .isNotNull();
            file[at] ^= (byte) bit;
        }
    }

    @Test
    void aModelIsNoCheckpointAndACheckpointNoModel() {
        byte[] model = Models.stored().toBytes();
        assertFails(Kind.NOT_A_CHECKPOINT, () -> CheckpointFile.ofBytes("m", model))
                .contains("Is it a model");
        byte[] checkpoint = CheckpointFile.toBytes(states().get(0));
        assertThat(catchThrowableOfType(ModelException.class, () -> Model.ofBytes("c", checkpoint)))
                .hasMessageContaining("metadata lacks");
    }

    @Test
    void aMissingFileIsNamed() {
        assertFails(Kind.NO_FILE, () -> CheckpointFile.load(folder.resolve("none")))
                .contains("none");
    }

    @Test
    void aLaterFormatIsRefused() {
        Image image =
                Image.of(Map.of(Model.CHECKSUM_KEY, Checksum.ZEROS, "carousel.checkpoint", "2"), List.<Image.Part>of());
        Checksum.seal(image);
        assertFails(Kind.NEWER_FORMAT, () -> CheckpointFile.ofBytes("later", image.toBytes()))
                .contains("newer Carousel");
    }

    /** Sealed by someone who knows how: the checksum is right, and what it says is not. */
    @Test
    void nonsenseUnderAGoodChecksumIsRefused() {
        byte[] file = CheckpointFile.toBytes(states().get(2));
        assertNonsense(file, "\\\"epoch\\\":1", "\\\"epoch\\\":0", "Epoch 0");
        assertNonsense(file, "\\\"stopped\\\":", "\\\"stOpped\\\":", "\"stopped\" is missing");
        assertNonsense(file, "\\\"updates\\\":", "\\\"updaTes\\\":", "\"updates\" is missing");
        assertNonsense(file, "\"kept/", "\"kepT/", "kept/");
    }

    private static void assertNonsense(byte[] file, String from, String to, String clue) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        byte[] changed = text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
        SafeTensors opened = SafeTensors.of("sealed", changed);
        String old = opened.metadata().get(Model.CHECKSUM_KEY);
        int at = text.indexOf(old);
        String sum = Checksum.of(opened.bytes(), at);
        System.arraycopy(sum.getBytes(StandardCharsets.US_ASCII), 0, changed, at, sum.length());
        assertFails(Kind.BAD_CHECKPOINT, () -> CheckpointFile.ofBytes("sealed", changed))
                .contains(clue);
    }
}
