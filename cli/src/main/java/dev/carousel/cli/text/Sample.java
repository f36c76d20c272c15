package dev.carousel.cli.text;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.TextWriter;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.stream.Sampler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel sample}: a text model writes. */
@Command(
        name = "sample",
        header = "Generate text with a text model.",
        description = {
            "The model reads the prime, then draws a character (or byte, or word, as it was trained) from what it"
                    + " predicts, reads it, and so on. The text goes to standard output as it is drawn; the seed goes"
                    + " to standard error."
        },
        footer = {
            "  carousel sample text.safetensors",
            "  carousel sample text.safetensors --prime 'ROMEO:' --length 500 --top-k 20",
            "  carousel sample text.safetensors --seed 7 > text.txt",
            "      the same text every time"
        })
public final class Sample extends Subcommand {

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
            description = "How many characters, bytes or words it writes (default: ${DEFAULT-VALUE}).")
    int length;

    @Option(
            order = -100,
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.8",
            description = "Temperature: 1 draws as it predicts, less is safer, more is wilder, 0 always takes the"
                    + " likeliest (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(
            order = -100,
            names = "--top-k",
            paramLabel = "K",
            description = "Draw only from the K likeliest (default: from all).")
    Optional<Integer> topK = Optional.empty();

    @Option(
            order = -100,
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Write the text there instead of printing it, and nothing else: a model of characters or words"
                            + " writes UTF-8, one of bytes the bytes themselves.")
    Optional<Path> output = Optional.empty();

    @Option(
            order = -100,
            names = "--seed",
            paramLabel = "N",
            description = "The seed of the draws (default: a new one every time; it is printed).")
    Optional<Long> seed = Optional.empty();

    public Sample(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireAtLeast("--length", 0, length);
        output.ifPresent(path -> OutputFile.require(this, path, "--output", file));
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw mistake("--temperature is " + temperature + " but must be a number of at least 0.");
        }
        topK.ifPresent(k -> requireAtLeast("--top-k", 1, k));
        Model model = ImportChoices.withTask(file, "sample");
        TextUnits units = TextTask.units(model);
        TextWriter writer =
                TextWriter.of(Network.of(model.spec(), model.parameters()).pack(), units);
        // A drawn seed is short, so that it can be typed again.
        long drawn = seed.orElseGet(() -> System.nanoTime() & 0xffff);
        note("seed " + drawn);
        noteSlowKernels();

        long begun = System.nanoTime();
        String start = prime.orElse("");
        if (start.isEmpty()) {
            writer.begin();
        } else {
            read(writer, start);
        }
        Sampler sampler = new Sampler(temperature, topK.orElse(Sampler.ALL));
        RandomGenerator random = new SplittableRandom(drawn);
        long characters = output.isPresent()
                ? toFile(output.get(), start, () -> writer.nextBytes(sampler, random))
                : toConsole(start, units, writer, sampler, random);
        double seconds = (System.nanoTime() - begun) / 1e9;
        figures.with(units.name() + "s", length)
                .with("characters", characters)
                .with("seed", drawn)
                .with("temperature", temperature)
                .with("chars_per_second", characters / Math.max(1e-9, seconds));
        return ExitCode.OK;
    }

    /** The whole text as a file; how many characters were drawn. */
    private long toFile(Path path, String start, Supplier<byte[]> next) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(start.getBytes(StandardCharsets.UTF_8));
        long characters = 0;
        for (int i = 0; i < length; i++) {
            byte[] bytes = next.get();
            characters += characters(bytes);
            text.writeBytes(bytes);
        }
        OutputFile.write(path, text.toByteArray());
        return characters;
    }

    /** Sends what there is, and ends when nobody reads any more. */
    private long toConsole(String start, TextUnits units, TextWriter writer, Sampler sampler, RandomGenerator random) {
        boolean raw = units instanceof ByteUnits;
        console.out().print(start);
        long characters = 0;
        for (int i = 0; i < length && !console.out().checkError(); i++) {
            if (raw) {
                byte[] bytes = writer.nextBytes(sampler, random);
                characters += characters(bytes);
                console.out().write(bytes, 0, bytes.length);
            } else {
                String next = writer.next(sampler, random);
                characters += next.codePointCount(0, next.length());
                console.out().print(next);
            }
        }
        console.out().println();
        return characters;
    }

    /** How many characters of UTF-8 begin among some bytes. */
    private static long characters(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .filter(i -> ByteUnits.INSTANCE.characters(bytes[i] & 0xFF) > 0)
                .count();
    }

    private static void read(TextWriter writer, String start) {
        try {
            writer.read(start);
        } catch (DataException e) {
            throw new DataException("--prime: " + e.getMessage(), e);
        }
    }
}
