package dev.carousel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.train.ResumeException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When checkpoints are written, and what becomes of a run that cannot write them. */
class CheckpointsTest {

    @TempDir
    Path folder;

    /** Eight batches an epoch, an update each, five epochs, nothing that ends it early. */
    private static RandomRun run() {
        long seed = 0;
        while (!new RandomRun(seed).toString().matches(".*held out, patience 0.*accumulate=1, .*keepBest=true.*")) {
            seed++;
        }
        return new RandomRun(seed);
    }

    /** At which epochs a checkpoint was written, as the time of the file tells. */
    private List<String> written(Checkpoints checkpoints) {
        List<String> moments = new ArrayList<>();
        run().run(1, UnaryOperator.identity(), checkpoints, new TrainingListener() {
            @Override
            public void resumable(TrainingMoment moment) {
                if (Files.exists(checkpoints.file())) {
                    moments.add(moment.epoch() + (moment.epochEnded() ? "" : " " + moment.batch()));
                    assertThat(checkpoints.latest().orElseThrow().position().epoch())
                            .isEqualTo(moment.epochEnded() ? moment.epoch() + 1 : moment.epoch());
                    checkpoints.file().toFile().delete();
                }
            }
        });
        return moments;
    }

    @Test
    void checkpointsComeAfterEveryEpochOrEverySoManyAndAfterTheLast() {
        assertThat(written(Checkpoints.inFolder(folder.resolve("deep/er")))).containsExactly("1", "2", "3", "4", "5");
        assertThat(written(Checkpoints.inFolder(folder).everyEpochs(2))).containsExactly("2", "4", "5");
        assertThat(written(Checkpoints.inFolder(folder).everyEpochs(9))).containsExactly("5");
        assertThat(written(Checkpoints.inFolder(folder).everySeconds(3600))).containsExactly("5");
    }

    @Test
    void checkpointsByTheClockComeInTheMiddleOfEpochsToo() {
        assertThat(written(Checkpoints.inFolder(folder).everySeconds(1e-9))).contains("1 1", "1 2", "1", "2 1", "5");
    }

    @Test
    void theBestModelIsThatOfTheBestEpoch() {
        RandomRun run = run();
        Checkpoints checkpoints = Checkpoints.inFolder(folder)
                .withBest((parameters, epochs) -> Model.of(
                        run.spec(), parameters, Task.of("test").with("epoch", epochs.size()), Provenance.of("scalar")));
        RandomRun.End end = run.run(1, UnaryOperator.identity(), checkpoints);
        Model best = Model.load(folder.resolve(Checkpoints.BEST));
        assertThat(best.parameters().values()).isEqualTo(end.parameters());
        assertThat(best.task().integer("epoch")).isEqualTo(end.result().bestEpoch());
    }

    @Test
    void aCheckpointOfOtherFilesIsRefused() {
        Checkpoints mine = Checkpoints.inFolder(folder).withIdentity("the file a.csv", "1");
        run().run(1, UnaryOperator.identity(), mine);
        assertThat(mine.latest()).isPresent();
        assertThatThrownBy(() -> Checkpoints.inFolder(folder)
                        .withIdentity("the file a.csv", "2")
                        .latest())
                .isInstanceOf(ResumeException.class)
                .hasMessageContaining("the file a.csv was 1 and is now 2");
    }

    @Test
    void whereNothingCanBeWrittenTheRunDoesNotBegin() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        assertThatThrownBy(() -> run().run(1, UnaryOperator.identity(), Checkpoints.inFolder(file)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("folder for checkpoints cannot be made");
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Assumptions.assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "not as root");
        assertThatThrownBy(() -> run().run(1, UnaryOperator.identity(), Checkpoints.inFolder(locked)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no permission to write");
    }

    @Test
    void whatCannotBeReplacedStaysAndTheRunEnds() throws IOException {
        Checkpoints checkpoints = Checkpoints.inFolder(folder);
        byte[][] old = new byte[1][];
        TrainingListener vandal = new TrainingListener() {
            @Override
            public void resumable(TrainingMoment moment) {
                if (moment.epochEnded() && moment.epoch() == 2) {
                    try {
                        old[0] = Files.readAllBytes(checkpoints.file());
                        Files.move(checkpoints.file(), folder.resolve("aside"));
                        Files.createDirectory(checkpoints.file());
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        };
        assertThatThrownBy(() -> run().run(1, UnaryOperator.identity(), checkpoints, vandal))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll("could not be written", "is a folder", "unchanged");
        assertThat(folder.resolve("aside")).hasBinaryContent(old[0]);
    }

    @Test
    void whatAKilledProcessLeftIsSweptAway() throws IOException {
        Path dead = Files.createFile(folder.resolve(".carousel-999999999-0.tmp"));
        Path alive = Files.createFile(
                folder.resolve(".carousel-" + ProcessHandle.current().pid() + "-7.tmp"));
        Path other = Files.createFile(folder.resolve(".carousel-notes.tmp"));
        Checkpoints.inFolder(folder).prepare();
        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(other).exists();
    }

    @Test
    void intervalsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Checkpoints.inFolder(folder).everyEpochs(0)).hasMessageContaining("1 at least");
        assertThatThrownBy(() -> Checkpoints.inFolder(folder).everySeconds(0)).hasMessageContaining("above 0");
    }
}
