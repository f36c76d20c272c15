package dev.carousel.cli.train;

import dev.carousel.cli.command.CommandTree;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.Progress;
import dev.carousel.data.DataException;
import dev.carousel.model.ModelException;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingException;
import dev.carousel.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * How a command makes one of several trainings: silent, with what it would give alone, and with a bar for all of them. One that
 * fails is a {@link TrainingOutcome}, not the end of the others. Several threads may train at once.
 */
public final class Trainings implements AutoCloseable {

    private final Subcommand command;
    private Optional<Progress> progress = Optional.empty();

    /** Trainings that a command makes. */
    public Trainings(Subcommand command) {
        this.command = command;
    }

    /**
     * Begins a bar, in place of the one before.
     *
     * @param epochs how many epochs the trainings have together that follow; none to show no bar
     */
    public synchronized void begin(long epochs) {
        close();
        progress = epochs == 0 ? Optional.empty() : Optional.of(command.progress("epochs", epochs));
    }

    /** Ends the bar, if there is one. */
    @Override
    public synchronized void close() {
        progress.ifPresent(Progress::close);
        progress = Optional.empty();
    }

    /** Says what a training gave. */
    public synchronized void ended(String name, TrainingOutcome outcome) {
        progress.ifPresent(bar -> bar.line(line(name, outcome)));
    }

    private synchronized void epochEnded() {
        progress.ifPresent(bar -> bar.advance(1, Double.NaN));
    }

    private static String line(String name, TrainingOutcome outcome) {
        return name + "  "
                + (outcome.ended()
                        ? "held out " + Format.fixed(outcome.heldOut(), 4) + ", epoch " + outcome.keptEpoch() + " of "
                                + outcome.epochs()
                        : brief(outcome.problem()))
                + "  " + Format.clock(outcome.seconds());
    }

    /** The first sentence. */
    public static String brief(String problem) {
        int end = problem.indexOf(". ");
        return end < 0 ? problem : problem.substring(0, end + 1);
    }

    /** What can be trained, by name. */
    public static Map<String, CommandLine> commands(CommandTree tree) {
        return Objects.requireNonNull(tree.silent("train").getSubcommands().get("train"))
                .getSubcommands();
    }

    /** Reads a command as it would be run, without running it. */
    public static TrainCommand parsed(CommandTree tree, List<String> words) {
        String[] typed = words.toArray(String[]::new);
        ParseResult parsed = tree.silent(typed).parseArgs(ConfigOptions.expanded(tree, typed));
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        if (parsed.commandSpec().userObject() instanceof TrainCommand training) {
            return training;
        }
        throw new DataException("'carousel " + String.join(" ", words) + "' is no training.");
    }

    /**
     * Trains.
     *
     * @param words as after {@code carousel}, without threads
     * @param threads how many it may use
     */
    public TrainingOutcome train(List<String> words, int threads) {
        long begun = System.nanoTime();
        String problem;
        try {
            List<String> all = new ArrayList<>(words);
            all.add("--threads=" + threads);
            all.add("--quiet");
            TrainCommand training = parsed(command.tree(), all);
            Figures figures = new Figures();
            training.follow(new Follower());
            training.amongOthers();
            training.run(figures);
            return TrainingOutcome.of(training.result(), (System.nanoTime() - begun) / 1e9, figures.toMap());
        } catch (FailureException e) {
            problem = e.getCause() instanceof TrainingException diverged
                    ? "diverged in epoch " + diverged.epoch() + ": " + e.getMessage()
                    : String.valueOf(e.getMessage());
        } catch (ParameterException | DataException | ModelException e) {
            problem = String.valueOf(e.getMessage());
        } catch (OutOfMemoryError e) {
            problem = "needs more memory than Java may use here. Take fewer --threads, which train at a time.";
        } catch (RuntimeException e) {
            problem = "an internal error, " + e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        return TrainingOutcome.failed(problem, (System.nanoTime() - begun) / 1e9);
    }

    /** Moves the bar on with every epoch of any of them. */
    private final class Follower implements TrainingListener {

        @Override
        public void epochEnded(EpochFigures figures) {
            Trainings.this.epochEnded();
        }
    }
}
