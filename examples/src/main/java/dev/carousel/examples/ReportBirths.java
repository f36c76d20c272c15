package dev.carousel.examples;

import dev.carousel.cell.Gru;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastBatches;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.Steps;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.report.TrainingHistory;
import dev.carousel.report.task.ForecastSections;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A page about a training, as {@code carousel train births --report births.html} writes it: forecasts with their intervals
 * against the truth, the error by horizon, and the course of the training.
 */
public final class ReportBirths {

    /** Rows to learn from: four years, so that it runs in seconds. */
    private static final int LEARNED = 4 * 365;

    /** The page, and how good the forecasts on it are. */
    record Outcome(Report page, ForecastSkill skill) {}

    private ReportBirths() {}

    /** Runs the example; the page goes to a file that is named, or to a temporary one. */
    public static void main(String[] args) throws IOException {
        run(args.length > 0 ? Path.of(args[0]) : Files.createTempFile("births", ".html"));
    }

    static Outcome run(Path file) throws IOException {
        TimeSeries series = Births.series();
        Split split = Births.split();
        ForecastSpec spec = ForecastFit.of(series, split)
                .withSeason(Births.SEASON)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .fit(35, 14);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Network network = Network.initialised(
                spec.network(RecurrentArchitecture.of(Gru.STANDARD, 24)),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new Pinball(spec.quantiles(), Steps.last(spec.horizon())))
                .withOptimiser(new Adam(0.01))
                .withSchedule(Schedule.cosine(0))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(5);
        ForecastStretch learned = windows.stretch(split.trainingEnd() - LEARNED, split.trainingEnd());
        ForecastStretch choosing = windows.stretch(split.trainingEnd(), split.validationEnd());
        List<ForecastStretch> test = List.of(windows.stretch(split.validationEnd(), split.end()));

        // The history follows the training, and changes nothing of it.
        TrainingHistory history = new TrainingHistory("forecasts", spec.steps());
        try (Team team = Team.ofAllProcessors()) {
            Trainer.of(network, plan, team)
                    .train(
                            ForecastBatches.of(List.of(learned), 32),
                            ForecastBatches.of(List.of(choosing), 32),
                            history);
            Forecaster forecaster = Forecaster.of(network.pack(), team);
            ForecastSkill skill = ForecastSkill.of(forecaster, test, Baseline.OF_BIRTHS, split.trainingEnd());
            Report page = Report.ofTraining("Births", history, ForecastSections.of(forecaster, test, skill))
                    .with(Section.Facts.of(
                            Provenance.of(network.kernels().name()).withSeed(1)));
            page.write(file);
            System.out.printf(
                    "%d forecasts, %.1f %% below %s%nwrote %s%n",
                    skill.forecasts(),
                    100 * skill.improvement(),
                    skill.bestNaive().baseline().label(),
                    file);
            return new Outcome(page, skill);
        }
    }
}
