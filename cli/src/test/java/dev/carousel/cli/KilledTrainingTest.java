package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that is killed again and again, and goes on, gives the model of one that was not, byte for byte. It writes a
 * checkpoint after every update, so that many kills fall into the writing of one. {@code -Dcarousel.kills=20} kills more
 * often than a build has time for.
 */
class KilledTrainingTest {

    private static final int KILLS = Integer.getInteger("carousel.kills", 3);
    private static final long SEED = Long.getLong("carousel.seed", 1);

    @TempDir
    Path folder;

    private Object[] command(Path text, Path model, Object... more) {
        List<Object> words = new ArrayList<>(List.of("train", "text", text, "--output", model));
        words.addAll(List.of("--hidden", 12, "--layers", 2, "--dropout", 0.2, "--window", 10, "--batch", 8));
        words.addAll(List.of("--schedule", "plateau", "--plateau-patience", 1, "--warmup", 20, "--average", 0.95));
        words.addAll(List.of("--accumulate", 2, "--weight-decay", 0.01, "--keep", "best", "--rate", 0.01));
        words.addAll(List.of("--epochs", 5 + 4 * KILLS));
        words.addAll(List.of(more));
        return words.toArray();
    }

    @Test
    void theModelIsThatOfATrainingThatWasNotKilled() throws IOException, InterruptedException {
        Path text = Small.text(folder);
        Path whole = folder.resolve("whole.safetensors");
        Child undisturbed = Child.start(folder, command(text, whole));
        assertThat(undisturbed.end()).as(undisturbed.printed()).isZero();

        SplittableRandom random = new SplittableRandom(SEED);
        Path saved = folder.resolve("saved");
        Path model = folder.resolve("killed.safetensors");
        int early = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Object[] args = command(
                    text,
                    model,
                    "--checkpoint",
                    saved,
                    "--checkpoint-every",
                    "0.001s",
                    "--resume",
                    "--threads",
                    1 + random.nextInt(2));
            Child child = Child.start(folder, args);
            if (random.nextInt(4) == 0) {
                early++;
                Thread.sleep(random.nextInt(300));
            } else {
                waitForACheckpoint(child, saved.resolve(Checkpoints.LAST));
                Thread.sleep(random.nextInt(100));
            }
            assertThat(child.isAlive())
                    .as("it must not end before it is killed\n" + child.printed())
                    .isTrue();
            child.kill();
        }
        assertThat(early).isLessThan(KILLS);
        assertThat(model).doesNotExist();

        Child last = Child.start(folder, command(text, model, "--checkpoint", saved, "--resume"));
        assertThat(last.end()).as(last.printed()).isZero();
        assertThat(last.printed()).contains("goes on from " + saved.resolve(Checkpoints.LAST) + ": ");
        assertThat(model).as("seed " + SEED).hasBinaryContent(Files.readAllBytes(whole));
        assertThat(saved).isDirectoryNotContaining("glob:**.tmp");
    }

    private static void waitForACheckpoint(Child child, Path file) throws IOException, InterruptedException {
        FileTime before = time(file);
        while (child.isAlive() && time(file).equals(before)) {
            Thread.sleep(5);
        }
    }

    private static FileTime time(Path file) throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    }
}
