package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RESULT;
import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.THE_COMMAND;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** The same training from several seeds. */
final class SeedsOptions {

    private static final int MOST = 1000;

    @Role(value = RESULT, scope = THE_COMMAND)
    @Option(
            order = -55,
            names = "--seeds",
            paramLabel = "N|LIST",
            description = "Train from N seeds, --seed and those after it, or from these: 3,7,11. Prints how far apart"
                    + " the results are, and keeps the model with the lowest held-out loss.")
    String seeds = "";

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(
            order = -55,
            names = "--keep-seeds",
            description = "Keep the model of each of the --seeds too, as MODEL.seed-N.safetensors.")
    boolean keepAll;

    /** Whether there is more than one training. */
    boolean several() {
        return !seeds.isEmpty();
    }

    /** The seeds that were asked for. */
    List<Long> list(Subcommand command, long first) {
        try {
            String[] parts = seeds.split(",", -1);
            if (parts.length > 1) {
                List<Long> list = Arrays.stream(parts)
                        .map(part -> Long.valueOf(part.strip()))
                        .toList();
                if (list.stream().distinct().count() == list.size() && list.size() <= MOST) {
                    return list;
                }
            } else {
                int count = Integer.parseInt(seeds.strip());
                if (count >= 1 && count <= MOST) {
                    return LongStream.range(first, first + count).boxed().toList();
                }
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw command.mistake("--seeds is '" + seeds + "' but must be a number of seeds from 1 to " + MOST
                + ", or a list of different ones: 3,7,11.");
    }
}
