package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.cli.command.Role;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What decides which part of the data is held out, for commands that draw it. */
public final class SplitSeedOption {

    static final String NAME = "--split-seed";

    @Role(value = MEASURE, why = "it draws what is held out")
    @Option(
            order = -60,
            names = NAME,
            paramLabel = "N",
            description = "The seed that decides what is held out, if that is random, so that several --seeds are"
                    + " judged by the same data (default: --seed).")
    Optional<Long> given = Optional.empty();

    /** The seed of the draw. */
    public long or(long seed) {
        return given.orElse(seed);
    }
}
