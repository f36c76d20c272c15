package dev.carousel.examples;

import dev.carousel.data.dataset.MadeNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes made sentences with names of persons, places and firms and the tags of their words, to learn from and to be judged by.
 *
 * <p>{@code MakeNames FOLDER} writes {@code names.conll}, 400 sentences of seed 1, and {@code others.conll}, 2000 of seed 2.
 */
public final class MakeNames {

    /** The probability that a word says of which type its name is. */
    private static final double CUE = 0.35;

    private MakeNames() {}

    public static void main(String[] args) throws IOException {
        write(Path.of(args.length > 0 ? args[0] : "."), 400, 2000);
    }

    /** Writes both files. */
    static void write(Path folder, int toLearn, int toJudge) throws IOException {
        Files.write(folder.resolve("names.conll"), MadeNames.lines(toLearn, CUE, 1));
        Files.write(folder.resolve("others.conll"), MadeNames.lines(toJudge, CUE, 2));
    }
}
