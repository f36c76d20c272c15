package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.data.BinaryAddition;
import dev.carousel.data.DataException;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.Split;
import dev.carousel.data.TextData;
import dev.carousel.data.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.train.Evaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel evaluate}: how good a model is. */
@Command(
        name = "evaluate",
        header = "Judge a model on data.",
        description = {
            "What DATA is, and what is printed, depends on the task of the model:",
            "",
            "  forecast   a CSV file or 'births'; the mean absolute error beside naive forecasts",
            "  text       a text file; the loss in nats a character",
            "  addition   nothing; how many of all pairs it adds right"
        },
        footer = {
            "  carousel evaluate births.safetensors births",
            "      the same figures as at the end of the training",
            "  carousel evaluate text.safetensors other.txt",
            "  carousel evaluate addition.safetensors"
        })
final class Evaluate extends Subcommand {

    /** The state goes from window to window, so that their length changes nothing. */
    private static final int WINDOW = 50;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Parameters(index = "1", arity = "0..1", paramLabel = "DATA", description = "What to judge it on; see above.")
    Optional<String> data = Optional.empty();

    @Option(
            order = -100,
            names = "--part",
            paramLabel = "PART",
            description =
                    "Which part of the data: ${COMPLETION-CANDIDATES} (default: held_out if the model was trained on"
                            + " this very file, else all).")
    Optional<Part> part = Optional.empty();

    @Mixin
    ThreadsOption threads = new ThreadsOption();

    /** Which part of the data counts. */
    enum Part {
        held_out,
        all
    }

    Evaluate(Console console) {
        super(console);
    }

    @Override
    int run(Figures figures) {
        requireThreads(threads.threads);
        Model model = Model.load(file);
        Network network = Network.of(model.spec(), model.parameters());
        noteSlowKernels();
        figures.with("task", model.task().kind());
        try (Team team = Team.of(threads.threads)) {
            switch (model.task().kind()) {
                case ForecastTask.KIND -> forecast(model, network, team, figures);
                case TextTask.KIND -> text(model, network, team, figures);
                case AdditionTest.KIND -> addition(model, network, team, figures);
                default ->
                    throw new DataException(model.name() + ": this command cannot judge the task \""
                            + model.task().kind() + "\". Was the model written by a later version?");
            }
        }
        return Main.OK;
    }

    private String data(String what) {
        return data.orElseThrow(() -> mistake("A model for this task needs DATA to be judged on: " + what + "."));
    }

    /** The part that was asked for, or what suits the data. */
    private Part part(Model model, String sha256) {
        boolean known = DataFile.trainedOn(model, sha256);
        if (part.isPresent() && part.get() == Part.held_out && !known) {
            throw new DataException(data.orElse("") + ": this is not the file that " + model.name()
                    + " was trained on, so nothing of it is held out. Use --part all.");
        }
        return part.orElse(known ? Part.held_out : Part.all);
    }

    private void forecast(Model model, Network network, Team team, Figures figures) {
        ForecastSpec spec = ForecastTask.spec(model);
        ForecastData source = ForecastData.named(data("a CSV file"), model, spec);
        TimeSeries series = source.series();
        series.note().ifPresent(text -> note("note: " + text));
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Part chosen = part(model, source.file().sha256());
        int from = 0;
        if (chosen == Part.held_out) {
            Split split = ForecastTask.split(model, series.length());
            from = split.validationEnd();
        }
        int[] origins = windows.origins(from, series.length());
        boolean births =
                source.file().sha256().equals(ForecastData.births().file().sha256());
        List<Baseline> baselines = births
                ? Baseline.OF_BIRTHS
                : Baseline.of(
                        series, new Split(origins[0], origins[0], series.length()), spec.horizon(), spec.season());
        double[][] forecasts = new Forecaster(network, team).forecasts(windows, origins);
        ForecastScores scores = ForecastScores.of(series, origins, forecasts, baselines);
        console.line(Format.count(origins.length) + " forecasts of " + ForecastNames.row(series, origins[0]) + " to "
                + ForecastNames.row(series, series.length() - 1) + (chosen == Part.held_out ? ", held out" : ""));
        console.line("");
        scores.table(ForecastNames.steps(series)).forEach(console::line);
        console.line("");
        console.line(scores.verdict());
        figures.with("part", chosen.name());
        scores.addTo(figures);
    }

    private void text(Model model, Network network, Team team, Figures figures) {
        TextData text = TextData.read(Path.of(data("a text file")), TextTask.vocabulary(model));
        Part chosen = part(model, text.sha256());
        TextData.Part judged = chosen == Part.held_out ? text.heldOut(TextTask.trainingShare(model)) : text.whole();
        double loss = Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), team)
                .meanLoss(TextWindows.toJudge(judged, TextTask.streams(model), WINDOW));
        console.line(Format.fixed(loss, 4) + " nats a character (" + Format.fixed(loss / Math.log(2), 4) + " bits) on "
                + Format.count(judged.length()) + " characters" + (chosen == Part.held_out ? ", held out" : ""));
        figures.with("part", chosen.name()).with("loss", loss).with("characters", judged.length());
        if (chosen == Part.held_out) {
            figures.with("held_out", loss);
        }
    }

    private void addition(Model model, Network network, Team team, Figures figures) {
        BinaryAddition addition = AdditionTest.of(model);
        if (data.isPresent()) {
            throw mistake("A model for addition is tested on every pair there is and takes no DATA, but found '"
                    + data.get() + "'.");
        }
        long correct = new AdditionTest(addition).correct(network, team);
        console.line(Format.count(correct) + " of " + Format.count(addition.pairs()) + " sums right");
        figures.with("correct", correct).with("of", addition.pairs());
    }
}
