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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Several trainings in this process, as many at a time as there are threads; each is silent and gives what it would give
 * alone. One that fails is an {@link TrainingOutcome}, not the end of the others.
 */
public final class Trainings {

    /**
     * One of them.
     *
     * @param name what it is called while it runs
     * @param words as after {@code carousel}, without threads
     */
    public record One(String name, List<String> words) {

        public One {
            words = List.copyOf(words);
        }
    }

    private final Subcommand command;
    private final int threads;

    /**
     * Trainings that a command makes.
     *
     * @param threads how many of them work in all
     */
    public Trainings(Subcommand command, int threads) {
        this.command = command;
        this.threads = threads;
    }

    /**
     * Runs them all.
     *
     * @param epochs how many epochs they have together, for the bar
     * @param ended told of each as it ends, one at a time, in any order
     * @return what they gave, in their order
     */
    public List<TrainingOutcome> run(List<One> all, long epochs, BiConsumer<Integer, TrainingOutcome> ended) {
        if (all.isEmpty()) {
            return List.of();
        }
        int together = Math.min(threads, all.size());
        int each = Math.max(1, threads / together);
        ExecutorService workers = Executors.newFixedThreadPool(together, Trainings::worker);
        try (Progress progress = command.progress("epochs", epochs)) {
            Follower follower = new Follower(progress);
            List<Future<TrainingOutcome>> running = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                int which = i;
                running.add(workers.submit(() -> {
                    TrainingOutcome outcome = train(all.get(which).words(), each, follower);
                    synchronized (progress) {
                        progress.line(line(all.get(which).name(), outcome));
                        ended.accept(which, outcome);
                    }
                    return outcome;
                }));
            }
            List<TrainingOutcome> outcomes = new ArrayList<>();
            for (Future<TrainingOutcome> one : running) {
                outcomes.add(result(one));
            }
            return outcomes;
        } finally {
            workers.shutdownNow();
        }
    }

    private static Thread worker(Runnable work) {
        Thread thread = new Thread(work, "carousel-training");
        thread.setDaemon(true);
        return thread;
    }

    private static TrainingOutcome result(Future<TrainingOutcome> one) {
        try {
            return one.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("The trainings were interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException inner) {
                throw inner;
            }
            throw new IllegalStateException("A training ended in an unforeseen way: " + e.getCause(), e);
        }
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
        return Objects.requireNonNull(tree.silent().getSubcommands().get("train"))
                .getSubcommands();
    }

    /** Reads a command as it would be run, without running it. */
    public static TrainCommand parsed(CommandTree tree, List<String> words) {
        ParseResult parsed = tree.silent().parseArgs(ConfigOptions.expanded(tree, words.toArray(String[]::new)));
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        if (parsed.commandSpec().userObject() instanceof TrainCommand training) {
            return training;
        }
        throw new DataException("'carousel " + String.join(" ", words) + "' is no training.");
    }

    private TrainingOutcome train(List<String> words, int threads, TrainingListener follower) {
        long begun = System.nanoTime();
        String problem;
        try {
            List<String> all = new ArrayList<>(words);
            all.add("--threads=" + threads);
            all.add("--quiet");
            TrainCommand training = parsed(command.tree(), all);
            Figures figures = new Figures();
            training.follow(follower);
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
    private static final class Follower implements TrainingListener {

        private final Progress progress;

        Follower(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void epochEnded(EpochFigures figures) {
            synchronized (progress) {
                progress.advance(1, Double.NaN);
            }
        }
    }
}
