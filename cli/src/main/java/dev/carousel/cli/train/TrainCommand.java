package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.THE_COMMAND;

import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.NetworkSummary;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.command.ThreadsOption;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.kernel.Team;
import dev.carousel.model.Checkpoints;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.ResumeException;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingException;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that train have in common: the seed, the network, the model file and where it came from. */
public abstract class TrainCommand extends Subcommand {

    /** What {@code --seed} is where it is not given: fixed, so that a command alone tells what it made. */
    public static final String DEFAULT_SEED = "1";

    static final String SEED = "--seed";
    static final String OUTPUT = "--output";

    /**
     * Why another value of an option changes what the held-out loss means, where it does so in this training alone, or because
     * of its other options; the end of a sentence.
     *
     * @param option with its dashes
     */
    public Optional<String> changesMeasure(String option) {
        return Optional.empty();
    }

    @Mixin
    public NetworkOptions network = new NetworkOptions();

    @Mixin
    public TrainingOptions training = new TrainingOptions();

    @Mixin
    public CheckpointOptions checkpoint = new CheckpointOptions();

    @Mixin
    ReportOptions seeing = new ReportOptions();

    @Mixin
    public DivergenceOption divergence = new DivergenceOption();

    private final TrainingReports reports = new TrainingReports(this);

    @Role(value = MEASURE, why = "where what is held out is drawn, it draws it")
    @Option(
            order = -60,
            names = SEED,
            paramLabel = "N",
            defaultValue = DEFAULT_SEED,
            description = "The seed of everything random: the initial weights, the order of the data (default:"
                    + " ${DEFAULT-VALUE}).")
    public long seed;

    @Mixin
    public ThreadsOption threads = new ThreadsOption();

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(
            order = -60,
            names = OUTPUT,
            paramLabel = "MODEL",
            description = "The model file to write, replacing an old one (default: ${DEFAULT-VALUE}).")
    public Path output = Path.of("model.safetensors");

    @Mixin
    ConfigOptions config = new ConfigOptions();

    @Mixin
    SeedsOptions several = new SeedsOptions();

    private final Map<String, String> chosen = new LinkedHashMap<>();
    private final List<TrainingListener> followers = new ArrayList<>();
    private Optional<TrainingResult> result = Optional.empty();

    public TrainCommand(Console console) {
        super(console);
    }

    /** Whether {@code --seed} decides what is held out, where {@code --split-seed} does not. */
    public boolean drawsHeldOut() {
        return false;
    }

    /** How many updates a training has at least where --epochs is not given; 0 where the data's size decides nothing. */
    public int leastUpdates() {
        return 0;
    }

    /** This is one of several trainings, to be compared: it draws no picture. */
    public void amongOthers() {}

    /** Trains from one seed or from several. */
    @Override
    public final int work(Figures figures) {
        if (several.several()) {
            requireTrainingOptions();
            return new TrainingsBySeed(this, several.list(this, seed)).run(figures, several.keepAll);
        }
        config.remember();
        return run(figures);
    }

    /** Another listener to the training that is going to be. */
    public final void follow(TrainingListener listener) {
        followers.add(listener);
    }

    /** What the training gave that has been. */
    public final TrainingResult result() {
        return result.orElseThrow(() -> new IllegalStateException("Nothing has been trained yet."));
    }

    /** Refuses options that make no sense, before any file is read. */
    public final void requireTrainingOptions() {
        training.require(this);
        network.require(this);
        seeing.require(this);
        requireThreads(threads.threads);
        checkpoint.require(this);
    }

    /** A network with fresh weights from the seed. */
    public final Network freshNetwork(NetworkSpec spec) {
        try {
            spec.zeroParameters();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw mistake("A network of these sizes is too large: " + e.getMessage());
        }
        return Network.initialised(spec, network.initialisation(), new Seeds(seed).initialisation());
    }

    /** Says what is going to be trained. */
    public final void noteNetwork(Network fresh, Team team) {
        note(NetworkSummary.network(fresh.spec()) + ": "
                + Format.count(fresh.parameters().size()) + " parameters");
        note("seed " + seed + ", " + team.threads() + (team.threads() == 1 ? " thread" : " threads") + ", kernels: "
                + fresh.kernels().name());
        noteSlowKernels();
    }

    /**
     * Trains by the options of every training: the one place in the command where a {@link Trainer} runs.
     *
     * @param view shows how it goes
     * @param more listeners of the command's own
     * @throws FailureException if a loss, a gradient or a parameter turns NaN or infinite
     * @throws dev.carousel.data.DataException if it is to go on from a checkpoint of another training
     */
    public final TrainingResult fit(TrainingJob fit, Team team, TrainingView view, TrainingListener... more) {
        int asked = training.epochs;
        try {
            chooseEpochs(fit);
            training.requireTimeForMean(this);
            TrainingResult trained = trained(fit, team, view, more);
            training.mean(trained).ifPresent(this::note);
            return trained;
        } finally {
            // Another training of this command, as those of a backtest, is not one of this one's data.
            training.epochs = asked;
        }
    }

    private void chooseEpochs(TrainingJob fit) {
        if (given("--epochs")) {
            return;
        }
        chosen.remove("--epochs");
        if (training.growEpochs(fit.training().size(), leastUpdates())) {
            chosen("--epochs", String.valueOf(training.epochs));
            note("note: an epoch has " + fit.training().size() + (fit.training().size() == 1 ? " update" : " updates")
                    + ", so there are " + training.epochs + " epochs; --epochs says another number");
        }
    }

    private TrainingResult trained(TrainingJob fit, Team team, TrainingView view, TrainingListener... more) {
        List<TrainingListener> listeners = new ArrayList<>(List.of(view));
        listeners.addAll(List.of(more));
        training.earlyStopping().ifPresent(listeners::add);
        listeners.addAll(reports.listeners(fit, view));
        listeners.addAll(followers);
        config.noteOtherData(this, fit.data());
        Optional<Checkpoints> checkpoints = checkpoint.of(
                fit,
                (parameters, epochs) ->
                        Model.of(fit.network().spec(), parameters, fit.task(), provenance(fit, epochs)));
        checkpoints.ifPresent(listeners::add);
        Trainer fresh = Trainer.of(fit.network(), training.plan(fit.loss(), seed), team);
        Trainer trainer = checkpoint.goingOn(this, fresh, checkpoints);
        try {
            TrainingListener[] all = listeners.toArray(TrainingListener[]::new);
            return fit.heldOut().isPresent()
                    ? trainer.train(fit.training(), fit.heldOut().get(), all)
                    : trainer.train(fit.training(), all);
        } catch (TrainingException e) {
            throw new FailureException(e.getMessage() + " No model was written" + bestModel(checkpoints), e);
        } catch (ResumeException e) {
            throw CheckpointOptions.refused(checkpoints.orElseThrow().file(), e);
        }
    }

    private static String bestModel(Optional<Checkpoints> checkpoints) {
        return checkpoints
                .map(Checkpoints::best)
                .filter(Files::exists)
                .map(best -> "; that of the best epoch so far is " + best + ".")
                .orElse(".");
    }

    /**
     * Writes the model that a training ended with, and next to it the file that repeats the run.
     *
     * @throws FailureException if the training diverged: then an old file stays as it is
     */
    public final void save(TrainingJob fit, TrainingResult trained, Team team) {
        divergence.require(this, fit, freshNetwork(fit.network().spec()), trained, team);
        result = Optional.of(trained);
        Model model = Model.of(fit.network(), fit.task(), provenance(fit, trained.epochs()));
        model.save(output);
        ConfigFile.write(output, trainedWith(), model.provenance());
        reports.comesFrom(model.provenance());
    }

    /** What an option that was not given is for this data; the run is repeated with it, and the model remembers it. */
    public final void chosen(String option, String value) {
        chosen.put(option, value);
    }

    /** The options, with those that the data chose. */
    private OptionValues trainedWith() {
        OptionValues values = OptionValues.of(spec);
        for (Map.Entry<String, String> one : chosen.entrySet()) {
            values = values.with(one.getKey(), one.getValue());
        }
        return values;
    }

    /** What every training says of itself apart from how good its model is. */
    public final void addRun(Figures figures, TrainingJob fit, TrainingResult trained, Team team) {
        figures.with("kept_epoch", trained.keptEpoch())
                .with("epochs", trained.epochs().size())
                .with("parameters", fit.network().parameters().size())
                .with("seed", seed)
                .with("threads", team.threads())
                .with("kernels", fit.network().kernels().name())
                .with("model", output.toString());
    }

    /**
     * What a report of this command shows apart from the training itself, the most telling first; asked once, after {@link #run},
     * and only if somebody wants to see it.
     */
    public List<Section> sections() {
        return List.of();
    }

    /** Whether a report is written, which shows {@link #sections}. */
    public final boolean writesReport() {
        return seeing.report.isPresent();
    }

    /** What stands before the name of a file that was written; where results stand in columns, as wide as they. */
    public String wrote() {
        return "wrote ";
    }

    @Override
    public final void succeeded(Figures figures) {
        reports.succeeded(figures);
    }

    @Override
    public final void failed(Throwable problem) {
        reports.failed(problem);
    }

    /** Where a model comes from that learned for these epochs. */
    private Provenance provenance(TrainingJob fit, List<EpochFigures> epochs) {
        Provenance provenance = Provenance.of(fit.network().kernels().name())
                .withSeed(seed)
                // The seed is kept separately.
                .withCommand(trainedWith().decisive().without(SEED).command())
                .withLosses(
                        "training",
                        epochs.stream().map(EpochFigures::trainingLoss).toList());
        for (Provenance.Data data : fit.data()) {
            provenance = provenance.withData(data);
        }
        return epochs.stream().allMatch(epoch -> epoch.heldOutLoss().isPresent())
                ? provenance.withLosses(
                        "held_out",
                        epochs.stream()
                                .map(epoch -> epoch.heldOutLoss().getAsDouble())
                                .toList())
                : provenance;
    }

    /**
     * Refuses, before hours of training, a place where no file can be written, or where what is read would be lost.
     *
     * @param file what is to be written
     * @param option the option that names it
     * @param inputs what is read
     */
    public final void requireOutput(Path file, String option, Path... inputs) {
        OutputFile.require(this, file, option, inputs);
        if (option.equals("--output")) {
            OutputFile.require(this, ConfigFile.besideModel(file), "the file next to --output", inputs);
        }
    }
}
