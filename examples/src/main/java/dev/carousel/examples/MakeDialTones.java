package dev.carousel.examples;

import dev.carousel.data.dataset.DialTones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes made calls as CSV files, to learn from and to be judged by: the keys that were pressed, and what a microphone would hear.
 *
 * <p>{@code MakeDialTones FOLDER [NOISE]} writes {@code calls.csv}, 2000 calls of seed 1, and {@code others.csv}, 500 of seed 2.
 */
public final class MakeDialTones {

    private MakeDialTones() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");
        double noise = args.length > 1 ? Double.parseDouble(args[1]) : 0.15;
        write(folder, new DialTones(noise), 2000, 500);
    }

    /** Writes both files. */
    static void write(Path folder, DialTones tones, int toLearn, int toJudge) throws IOException {
        Files.write(folder.resolve("calls.csv"), tones.csv(toLearn, 1));
        Files.write(folder.resolve("others.csv"), tones.csv(toJudge, 2));
    }
}
