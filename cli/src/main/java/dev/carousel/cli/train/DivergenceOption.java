package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RUN;

import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Format;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.train.Evaluator;
import dev.carousel.train.TrainingResult;
import java.nio.file.Files;
import picocli.CommandLine.Option;

/** What becomes of a model whose training diverged without ever reaching NaN: it is worse than no training. */
public final class DivergenceOption {

    /** So many times the loss of the untrained network is no learning. */
    private static final double WORSE_THAN_FRESH = 10;

    /** So many times the error of a naive forecast is none, however hard the series. */
    private static final double WORSE_THAN_NAIVE = 100;

    @Role(RUN)
    @Option(
            order = -60,
            names = "--keep-diverged",
            description =
                    "Write the model even if its training diverged: if its held-out loss is more than ten times that of"
                            + " the untrained network, or a forecast errs more than a hundred times as much as a naive one."
                            + " Otherwise the old file stays, and the exit code is 1.")
    boolean keep;

    /**
     * Refuses a network that is much worse on held-out data than one that has learned nothing.
     *
     * @param fresh the network before its training
     * @throws FailureException if it is
     */
    void require(TrainCommand command, TrainingJob fit, Network fresh, TrainingResult trained, Team team) {
        if (keep || fit.heldOut().isEmpty()) {
            return;
        }
        double loss = trained.kept().decidingLoss();
        double untrained = Evaluator.of(fresh, fit.loss().judging(), team)
                .meanLoss(fit.heldOut().get());
        if (!(loss <= WORSE_THAN_FRESH * untrained)) {
            throw diverged(
                    command,
                    "the held-out loss is " + Format.figure(loss) + " but that of the untrained network "
                            + Format.figure(untrained));
        }
    }

    /**
     * Refuses a forecaster that errs beyond all measure.
     *
     * @param improvement how much less than the best naive forecast it errs, as a share of that
     * @throws FailureException if it does
     */
    public void requireForecasts(TrainCommand command, double improvement) {
        if (!keep && !(1 - improvement <= WORSE_THAN_NAIVE)) {
            throw diverged(
                    command,
                    "its forecasts err " + Format.figure(1 - improvement) + " times as much as the best naive one");
        }
    }

    private static FailureException diverged(TrainCommand command, String why) {
        return new FailureException("The training diverged: " + why + ". "
                + (Files.exists(command.output)
                        ? command.output + " is still the file that was there before."
                        : "No model was written.")
                + " Take a lower --rate than " + command.training.rate
                + " or a --clip, more --epochs if it has hardly begun to learn, or --keep-diverged to write it all the"
                + " same.");
    }
}
