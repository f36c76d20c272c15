package dev.carousel.cli.pairs;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.MadePairs;
import dev.carousel.data.pairs.Pairs;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Pairs as a command reads them: from a file, or made ones by their name. */
final class PairInput {

    /** What made pairs are drawn from, so that a model finds again what of them was held out. */
    private static final long MADE_SEED = 1;

    private PairInput() {}

    /** A file of that name, or else made pairs of that name. */
    static Pairs read(String input) {
        Optional<MadePairs> made = made(input);
        if (made.isPresent()) {
            return Pairs.of(input, made.get().tsv(made.get().count(), MADE_SEED));
        }
        return Pairs.read(path(input));
    }

    private static Optional<MadePairs> made(String input) {
        return Arrays.stream(MadePairs.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(input) && !exists(input))
                .findFirst();
    }

    /** What is read, of inputs that are a file. */
    static Path[] files(String input) {
        return made(input).isPresent() ? new Path[0] : new Path[] {path(input)};
    }

    /** Whether there is such a file. */
    static boolean exists(String input) {
        try {
            return Files.exists(Path.of(input));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path path(String input) {
        try {
            return Path.of(input);
        } catch (InvalidPathException e) {
            throw new DataException("'" + input + "' cannot be the name of a file: " + e.getMessage(), e);
        }
    }
}
