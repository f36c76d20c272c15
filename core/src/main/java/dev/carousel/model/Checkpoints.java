package dev.carousel.model;

import dev.carousel.kernel.OneThread;
import dev.carousel.model.ModelException.Kind;
import dev.carousel.spec.Parameters;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingMoment;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingState;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Saves a run to a folder as it goes: {@link #LAST}, from which it resumes bit for bit, and {@link #BEST}, a model of
 * the best epoch so far. Both are replaced whole, so a process that is killed at any moment leaves good files.
 *
 * <pre>{@code
 * Checkpoints checkpoints = Checkpoints.inFolder(folder).withBest((parameters, epochs) -> Model.of(spec, parameters, task, p));
 * Trainer trainer = Trainer.of(network, plan, team);
 * Trainer goingOn = checkpoints.latest().map(trainer::resuming).orElse(trainer);
 * goingOn.train(training, heldOut, checkpoints);
 * }</pre>
 *
 * <p>A checkpoint that cannot be written ends the training with a {@link ModelException}; the one before it stays. It
 * serves one run at a time, and only one run may use the folder.
 */
public final class Checkpoints implements TrainingListener {

    /** The checkpoint that was written last, in the folder. */
    public static final String LAST = "last.checkpoint";

    /** The model of the best epoch so far, in the folder. */
    public static final String BEST = "best.safetensors";

    private static final Pattern TEMPORARY = Pattern.compile("\\.carousel-(\\d{1,18})-\\d+\\.tmp");

    /** Makes a model of the parameters of an epoch. */
    @FunctionalInterface
    public interface ModelOf {

        /**
         * The model.
         *
         * @param parameters of the best epoch
         * @param epochs the figures so far; that epoch is the last
         */
        Model of(Parameters parameters, List<EpochFigures> epochs);
    }

    private final Path folder;
    private final int everyEpochs;
    private final double everySeconds;
    private final Map<String, String> identity;
    private final Optional<ModelOf> bestModel;

    private int epochs;
    private long lastNanos;
    private final OneThread one = new OneThread("Checkpoints");

    private Checkpoints(
            Path folder,
            int everyEpochs,
            double everySeconds,
            Map<String, String> identity,
            Optional<ModelOf> bestModel) {
        this.folder = folder;
        this.everyEpochs = everyEpochs;
        this.everySeconds = everySeconds;
        this.identity = identity;
        this.bestModel = bestModel;
    }

    /** Checkpoints in a folder, after every epoch; the folder is made when the first is written. */
    public static Checkpoints inFolder(Path folder) {
        Objects.requireNonNull(folder, "Checkpoints: folder is null");
        return new Checkpoints(folder, 1, Double.POSITIVE_INFINITY, Map.of(), Optional.empty());
    }

    /**
     * The same, after every N epochs and after the last.
     *
     * @throws IllegalArgumentException if that is not 1 at least
     */
    public Checkpoints everyEpochs(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Checkpoints: every " + count + " epochs; it must be 1 at least.");
        }
        return new Checkpoints(folder, count, Double.POSITIVE_INFINITY, identity, bestModel);
    }

    /**
     * The same, whenever this many seconds have passed, also in the middle of an epoch, and after the last epoch.
     *
     * @throws IllegalArgumentException if that is not above 0
     */
    public Checkpoints everySeconds(double seconds) {
        if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Checkpoints: every " + seconds + " seconds; it must be above 0.");
        }
        return new Checkpoints(folder, Integer.MAX_VALUE, seconds, identity, bestModel);
    }

    /** The same, writing the best model too. */
    public Checkpoints withBest(ModelOf model) {
        Objects.requireNonNull(model, "Checkpoints: model is null");
        return new Checkpoints(folder, everyEpochs, everySeconds, identity, Optional.of(model));
    }

    /** The same with more to tell the run from others, such as the checksum of a file that it learns from. */
    public Checkpoints withIdentity(String name, String text) {
        Objects.requireNonNull(name, "Checkpoints: name is null");
        Objects.requireNonNull(text, "Checkpoints: text is null");
        Map<String, String> more = new LinkedHashMap<>(identity);
        more.put(name, text);
        return new Checkpoints(folder, everyEpochs, everySeconds, more, bestModel);
    }

    /** The file of the last checkpoint, whether it is there or not. */
    public Path file() {
        return folder.resolve(LAST);
    }

    /** The file of the best model, whether it is there or not. */
    public Path best() {
        return folder.resolve(BEST);
    }

    /**
     * The last checkpoint, if there is one.
     *
     * @throws ModelException if it is damaged
     * @throws dev.carousel.train.ResumeException if it is of another run, as far as {@link #withIdentity} tells
     */
    public Optional<TrainingState> latest() {
        if (!Files.exists(file())) {
            return Optional.empty();
        }
        TrainingState state = CheckpointFile.load(file());
        state.requireIdentity(identity);
        return Optional.of(state);
    }

    /**
     * Makes the folder if need be, checks that checkpoints can be written there, so that a long training does not end in an
     * error, and takes away what killed processes left behind.
     *
     * @throws ModelException if they cannot
     */
    public void prepare() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ModelException(
                    Kind.NOT_WRITTEN,
                    folder.toString(),
                    "the folder for checkpoints cannot be made: " + reason(e) + ".",
                    e);
        }
        Model.requireWritable(file());
        sweep();
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "what is there is no folder";
        }
        if (e instanceof AccessDeniedException) {
            return "there is no permission to write where it should be";
        }
        return e instanceof FileSystemException system && system.getReason() != null
                ? system.getFile() + ": " + system.getReason()
                : String.valueOf(e.getMessage());
    }

    private void sweep() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".carousel-*.tmp")) {
            for (Path file : files) {
                Matcher name = TEMPORARY.matcher(String.valueOf(file.getFileName()));
                if (name.matches()
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // What is left behind takes room and harms nothing.
        }
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        one.enterAfterAnother();
        try {
            prepare();
            epochs = 0;
            lastNanos = System.nanoTime();
        } finally {
            one.leave();
        }
    }

    @Override
    public void resumable(TrainingMoment moment) {
        boolean another = one.enterAfterAnother();
        try {
            if (another) {
                throw new IllegalStateException(
                        "These Checkpoints in " + folder + " are those of one training at a time,"
                                + " and another training is using them. Give each its own folder.");
            }
            write(moment);
        } finally {
            one.leave();
        }
    }

    private void write(TrainingMoment moment) {
        if (moment.epochBest() && bestModel.isPresent()) {
            bestModel.get().of(moment.judged(), moment.state().epochs()).save(best());
        }
        if (due(moment)) {
            TrainingState state = moment.state();
            // An update that was too large shows at the next batch; what it left is not worth keeping.
            if (finite(state.weights().now())) {
                CheckpointFile.save(file(), state.withIdentity(identity));
            }
            epochs = 0;
            lastNanos = System.nanoTime();
        }
    }

    private boolean due(TrainingMoment moment) {
        if (moment.epochEnded()) {
            epochs++;
        }
        return moment.runEnded()
                || (moment.epochEnded() && epochs >= everyEpochs)
                || (System.nanoTime() - lastNanos) / 1e9 >= everySeconds;
    }

    private static boolean finite(Parameters parameters) {
        for (float value : parameters.values()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
