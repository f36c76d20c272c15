package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.ONE_TRAINING;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.DataException;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Provenance;
import dev.carousel.train.ResumeException;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether a training is saved as it goes, and goes on from where it was left. */
public final class CheckpointOptions {

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -65,
            names = "--checkpoint",
            paramLabel = "FOLDER",
            description =
                    "Save the training to this folder as it goes: " + Checkpoints.LAST + ", from which --resume goes"
                            + " on, and " + Checkpoints.BEST + ", a model of the best epoch so far.")
    public Optional<Path> folder = Optional.empty();

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -65,
            names = "--checkpoint-every",
            paramLabel = "TIME",
            defaultValue = "1",
            converter = EveryText.class,
            description =
                    "How often: every N epochs (3), or whenever this much time has passed (30s, 10m, 1h), even in the"
                            + " middle of an epoch (default: ${DEFAULT-VALUE}).")
    Every every = new Every(1, 0);

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -65,
            names = "--resume",
            description =
                    "Continue from the folder's last checkpoint, bit for bit as if the training had never stopped, with"
                            + " the same command; if there is none yet, start.")
    boolean resume;

    /**
     * How often.
     *
     * @param epochs so many epochs, or 0
     * @param seconds so many seconds, or 0
     */
    record Every(int epochs, double seconds) {}

    /** From {@code 3}, {@code 30s}, {@code 10m} or {@code 1h}. */
    static final class EveryText implements ITypeConverter<Every> {

        private static final Pattern TEXT = Pattern.compile("(\\d{1,6}|\\d{1,6}\\.\\d{1,6})([smh]?)");

        @Override
        public Every convert(String value) {
            Matcher text = TEXT.matcher(value);
            if (text.matches()) {
                double number = Double.parseDouble(text.group(1));
                boolean whole = number == Math.rint(number);
                if (number > 0 && text.group(2).isEmpty() && whole) {
                    return new Every((int) number, 0);
                }
                if (number > 0 && !text.group(2).isEmpty()) {
                    double unit = text.group(2).equals("s") ? 1 : text.group(2).equals("m") ? 60 : 3600;
                    return new Every(0, number * unit);
                }
            }
            throw new TypeConversionException(
                    "'" + value + "' must be a number of epochs above 0, such as 3, or a time, such as 30s, 10m or 1h");
        }
    }

    /** Refuses what makes no sense, and a folder that holds what another training still needs. */
    public void require(Subcommand command) {
        if (folder.isEmpty()) {
            if (resume) {
                throw command.mistake("--resume needs --checkpoint FOLDER, which says from where.");
            }
            return;
        }
        command.requireFolderName(
                "--checkpoint", folder.get(), "How often to save is said by --checkpoint-every " + folder.get() + ".");
        if (!resume && Files.exists(Checkpoints.inFolder(folder.get()).file())) {
            throw command.mistake("--checkpoint " + folder.get() + " holds the checkpoint of an earlier training. Add"
                    + " --resume to go on from it, or name another folder");
        }
    }

    /** What saves a training, if it is to be saved. */
    public Optional<Checkpoints> of(TrainingJob fit, Checkpoints.ModelOf best) {
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Checkpoints checkpoints = Checkpoints.inFolder(folder.get()).withBest(best);
        checkpoints = every.epochs() > 0
                ? checkpoints.everyEpochs(every.epochs())
                : checkpoints.everySeconds(every.seconds());
        for (Provenance.Data data : fit.data()) {
            checkpoints =
                    checkpoints.withIdentity("the file " + data.name(), data.bytes() + " bytes, " + data.sha256());
        }
        return Optional.of(checkpoints);
    }

    /**
     * The trainer that goes on from where the training was left, if it is to.
     *
     * @throws DataException if the last checkpoint is of another training
     */
    public Trainer goingOn(Subcommand command, Trainer trainer, Optional<Checkpoints> checkpoints) {
        if (!resume || checkpoints.isEmpty()) {
            return trainer;
        }
        Path file = checkpoints.get().file();
        try {
            Optional<TrainingState> state = checkpoints.get().latest();
            command.note(state.map(found -> "goes on from " + file + ": " + where(found))
                    .orElse("no checkpoint in " + file.getParent() + " yet: begins"));
            return state.map(trainer::resuming).orElse(trainer);
        } catch (ResumeException e) {
            throw refused(file, e);
        }
    }

    /** The error of a checkpoint from which this training cannot go on. */
    public static DataException refused(Path file, ResumeException e) {
        return new DataException(file + ": " + e.getMessage(), e);
    }

    private static String where(TrainingState state) {
        TrainingState.Position position = state.position();
        return position.batch() > 0
                ? "epoch " + position.epoch() + ", after " + position.batch() + " batches"
                : "after epoch " + (position.epoch() - 1) + (position.stopped() ? ", where it had ended" : "");
    }
}
