package dev.carousel.spark;

import dev.carousel.model.CheckpointFile;
import dev.carousel.model.ModelException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Saves a run to a folder of any file system that Hadoop knows, as it goes. Each checkpoint is a file of its own, with a number
 * that grows; the two latest stay. So nothing depends on a file being replaced atomically, which object stores cannot.
 */
final class HadoopCheckpoints implements TrainingListener {

    private static final Pattern NAME = Pattern.compile("(\\d{8,18})\\.checkpoint");
    private static final int KEPT = 2;

    private final HadoopFiles files;
    private final Path folder;
    private final double everySeconds;
    private final Map<String, String> identity;
    private long number;
    private long lastNanos;

    /**
     * Checkpoints in a folder.
     *
     * @param everySeconds also in the middle of an epoch, whenever so many seconds have passed; after each epoch anyway
     * @param identity what tells the run from others, beyond what its state says
     */
    HadoopCheckpoints(HadoopFiles files, String folder, double everySeconds, Map<String, String> identity) {
        this.files = files;
        this.folder = new Path(folder);
        this.everySeconds = everySeconds;
        this.identity = Map.copyOf(identity);
    }

    /**
     * The latest checkpoint that is whole, if there is one.
     *
     * @throws dev.carousel.train.ResumeException if it is of another run
     * @throws ModelException if there are checkpoints, but each is damaged
     */
    Optional<TrainingState> latest() {
        Optional<ModelException> damaged = Optional.empty();
        for (Path path : all()) {
            try {
                TrainingState state = CheckpointFile.ofBytes(path.toString(), files.read(path));
                state.requireIdentity(identity);
                return Optional.of(state);
            } catch (ModelException e) {
                damaged = damaged.or(() -> Optional.of(e));
            }
        }
        if (damaged.isPresent()) {
            throw damaged.get();
        }
        return Optional.empty();
    }

    /** The latest first. */
    private List<Path> all() {
        List<Path> found = new ArrayList<>();
        try {
            if (files.systemOf(folder).exists(folder)) {
                for (FileStatus status : files.systemOf(folder).listStatus(folder)) {
                    if (NAME.matcher(status.getPath().getName()).matches()) {
                        found.add(status.getPath());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": the folder cannot be listed: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparingLong(HadoopCheckpoints::numberOf).reversed());
        return found;
    }

    private static long numberOf(Path path) {
        Matcher name = NAME.matcher(path.getName());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        number = all().stream().findFirst().map(HadoopCheckpoints::numberOf).orElse(0L);
        lastNanos = System.nanoTime();
    }

    @Override
    public void resumable(TrainingMoment moment) {
        if (!moment.epochEnded() && (System.nanoTime() - lastNanos) / 1e9 < everySeconds) {
            return;
        }
        TrainingState state = moment.state().withIdentity(identity);
        number++;
        files.write(new Path(folder, String.format("%08d.checkpoint", number)), CheckpointFile.toBytes(state));
        lastNanos = System.nanoTime();
        List<Path> all = all();
        try {
            for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
                files.systemOf(folder).delete(old, false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": an old checkpoint cannot be removed: " + e.getMessage(), e);
        }
    }
}
