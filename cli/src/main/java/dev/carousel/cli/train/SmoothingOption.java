package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.loss.SoftmaxCrossEntropy;
import picocli.CommandLine.Option;

/** Label smoothing, for commands whose networks choose among classes. */
public final class SmoothingOption {

    @Role(RESULT)
    @Option(
            order = -75,
            names = "--label-smoothing",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the target that training spreads over all classes (all characters, bytes or words of a"
                            + " text), from 0 to below 1, against overconfidence; held-out loss is computed without it"
                            + " (default: ${DEFAULT-VALUE}).")
    double smoothing;

    /** Refuses what makes no sense. */
    public void require(Subcommand command) {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw command.mistake("--label-smoothing is " + smoothing + " but must be at least 0 and below 1.");
        }
    }

    /** Whether there is any. */
    public boolean smooths() {
        return smoothing > 0;
    }

    /** The loss with it. */
    public SoftmaxCrossEntropy on(SoftmaxCrossEntropy loss) {
        return loss.withSmoothing(smoothing);
    }
}
