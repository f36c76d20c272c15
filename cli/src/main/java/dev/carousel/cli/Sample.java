package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.data.Vocabulary;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.stream.Session;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel sample}: a text model writes. */
@Command(
        name = "sample",
        header = "Let a text model write, character by character.",
        description = {
            "The model reads the prime, then draws a character from what it foretells, reads it, and so on. The text"
                    + " goes to standard output as it comes; the seed goes to standard error."
        },
        footer = {
            "  carousel sample text.safetensors",
            "  carousel sample text.safetensors --prime 'ROMEO:' --length 500 --temperature 0.7",
            "  carousel sample text.safetensors --seed 7 > text.txt        the same text every time"
        })
final class Sample extends Subcommand {

    @Parameters(paramLabel = "MODEL", description = "A model of 'carousel train text'.")
    Path file = Path.of("");

    @Option(
            order = -100,
            names = "--prime",
            paramLabel = "TEXT",
            description = "What the text begins with (default: nothing; the model begins as after the end of a line).")
    Optional<String> prime = Optional.empty();

    @Option(
            order = -100,
            names = "--length",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many characters it writes (default: ${DEFAULT-VALUE}).")
    int length;

    @Option(
            order = -100,
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.8",
            description = "How bold it is: 1 draws as it foretells, less is safer, more is wilder, 0 always takes the"
                    + " likeliest character (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(
            order = -100,
            names = "--seed",
            paramLabel = "N",
            description = "Decides what is drawn (default: another every time; it is printed).")
    Optional<Long> seed = Optional.empty();

    Sample(Console console) {
        super(console);
    }

    @Override
    int run(Figures figures) {
        requireAtLeast("--length", 0, length);
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw mistake("--temperature is " + temperature + " but must be a number of at least 0.");
        }
        Model model = Model.load(file);
        Vocabulary vocabulary = TextTask.vocabulary(model);
        String start = prime.orElse("");
        int[] ids = encoded(start.isEmpty() ? beginning(vocabulary) : start, vocabulary);
        // A drawn seed is short, so that it can be typed again.
        long drawn = seed.orElseGet(() -> System.nanoTime() & 0xffff);
        note("seed " + drawn);
        noteSlowKernels();

        Session session =
                Session.of(Network.of(model.spec(), model.parameters()).pack());
        float[] scores = new float[vocabulary.size()];
        long begun = System.nanoTime();
        for (int id : ids) {
            session.step(id, scores);
        }
        console.out().print(start);
        write(session, scores, vocabulary, new SplittableRandom(drawn));
        console.out().println();
        double seconds = (System.nanoTime() - begun) / 1e9;
        figures.with("characters", length)
                .with("seed", drawn)
                .with("temperature", temperature)
                .with("chars_per_second", (length + ids.length) / Math.max(1e-9, seconds));
        return Main.OK;
    }

    private void write(Session session, float[] scores, Vocabulary vocabulary, RandomGenerator random) {
        // Sends what there is, and ends when nobody reads any more.
        for (int i = 0; i < length && !console.out().checkError(); i++) {
            int id = Draw.fromScores(scores, temperature, random);
            console.out().print(vocabulary.decode(id));
            session.step(id, scores);
        }
    }

    private int[] encoded(String text, Vocabulary vocabulary) {
        try {
            return vocabulary.encode(text);
        } catch (DataException e) {
            throw new DataException("--prime: " + e.getMessage(), e);
        }
    }

    /** What a text is begun with that has no prime: the end of a line, or the first character there is. */
    private static String beginning(Vocabulary vocabulary) {
        return vocabulary.id('\n') >= 0 ? "\n" : vocabulary.decode(0);
    }
}
