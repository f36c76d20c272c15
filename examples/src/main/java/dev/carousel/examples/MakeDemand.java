package dev.carousel.examples;

import dev.carousel.data.dataset.MadeDemand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes made sales of spare parts, most of them few or none, to be forecast as counts.
 *
 * <p>{@code MakeDemand FOLDER} writes {@code parts.csv}, 10 parts of 1000 days each, of seed 1.
 */
public final class MakeDemand {

    private MakeDemand() {}

    public static void main(String[] args) throws IOException {
        write(Path.of(args.length > 0 ? args[0] : "."), 10, 1000);
    }

    /** Writes the file. */
    static void write(Path folder, int parts, int days) throws IOException {
        Files.write(folder.resolve("parts.csv"), MadeDemand.csv(parts, days, 1));
    }
}
