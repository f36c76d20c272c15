package dev.carousel.data.pairs;

import dev.carousel.data.DataException;
import dev.carousel.data.text.TextLines;
import dev.carousel.model.Provenance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Texts and what should be written for them, as a file has them: a line for each pair, the input, a TAB, the output. An immutable
 * value.
 *
 * <pre>{@code
 * 535+61	596
 * 7+88	95
 *
 * Pairs pairs = Pairs.read(Path.of("sums.tsv"));
 * pairs.input(0);                                    // "535+61"
 * Pairs.Split split = pairs.split(0.1, 1);
 * }</pre>
 *
 * <p>Files are UTF-8, with or without a byte order mark; lines without anything but blanks are left out.
 */
public final class Pairs {

    private static final char TAB = '\t';

    /** One pair, and the line that it stands in. */
    private record Pair(String input, String output, long line) {}

    private final String name;
    private final Provenance.Data source;
    private final List<Pair> all;
    private final int blankLines;

    private Pairs(String name, Provenance.Data source, List<Pair> all, int blankLines) {
        this.name = name;
        this.source = source;
        this.all = List.copyOf(all);
        this.blankLines = blankLines;
    }

    /** Which pairs are for learning, and which are not: none of the latter has an input that one of the former has. */
    public record Split(Pairs training, Pairs heldOut) {}

    /**
     * Reads a file.
     *
     * @throws DataException if it cannot be read, or with the line if one has no TAB, more than one, or an empty side
     */
    public static Pairs read(Path file) {
        return of(file.toString(), bytes(file), true);
    }

    /**
     * Reads a file of inputs alone: a line each. Where lines have a TAB, what stands behind it is not looked at.
     *
     * @throws DataException if it cannot be read, or with the line if an input is empty
     */
    public static Pairs readInputs(Path file) {
        return of(file.toString(), bytes(file), false);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DataException(
                    file + (Files.exists(file) ? ": cannot be read: " + e.getMessage() : ": no such file."), e);
        }
    }

    /**
     * Pairs as a file would hold them.
     *
     * @param name what messages call them
     * @param file the bytes of the file
     * @throws DataException with the line if one has no TAB, more than one, or an empty side
     */
    public static Pairs of(String name, byte[] file) {
        return of(name, file, true);
    }

    /**
     * One input alone, without an output.
     *
     * @throws DataException if it is empty
     */
    public static Pairs ofInput(String input) {
        if (input.isBlank()) {
            throw new DataException(
                    DataException.Kind.MISSING_VALUE,
                    "The input is empty, so there is nothing to write an output for.");
        }
        return new Pairs("the input", data("the input", new byte[0]), List.of(new Pair(input, "", 1)), 0);
    }

    private static Pairs of(String name, byte[] file, boolean outputs) {
        TextLines lines = TextLines.of(name, new ByteArrayInputStream(file));
        List<Pair> all = new ArrayList<>();
        int blankLines = 0;
        for (Optional<TextLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            String text = line.get().text();
            long number = line.get().number();
            if (text.isBlank() && text.indexOf(TAB) < 0) {
                blankLines++;
            } else {
                try {
                    all.add(outputs ? pair(text, number) : new Pair(input(text), "", number));
                } catch (DataException e) {
                    throw lines.refused(number, e.kind(), String.valueOf(e.getMessage()));
                }
            }
        }
        if (all.isEmpty()) {
            throw new DataException(name + ": there is no " + (outputs ? "pair" : "input") + " in it.");
        }
        return new Pairs(name, data(name, file), all, blankLines);
    }

    private static Provenance.Data data(String name, byte[] file) {
        String last = String.valueOf(Path.of(name).getFileName());
        return Provenance.Data.of(last, file);
    }

    private static Pair pair(String line, long number) {
        int tab = line.indexOf(TAB);
        if (tab < 0) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    "expected an input, a TAB and an output but found no TAB in '" + shortened(line)
                            + "'. Are there blanks in its place?");
        }
        int second = line.indexOf(TAB, tab + 1);
        if (second >= 0) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    "expected an input, a TAB and an output but found more than one TAB in '" + shortened(line)
                            + "'. Does the file have further columns?");
        }
        String output = line.substring(tab + 1);
        if (output.isBlank()) {
            throw new DataException(
                    DataException.Kind.MISSING_VALUE,
                    "the output, behind the TAB, is empty. Every input needs something to be written for it; leave the"
                            + " line out if there is nothing.");
        }
        return new Pair(input(line), output, number);
    }

    private static String input(String line) {
        int tab = line.indexOf(TAB);
        String input = tab < 0 ? line : line.substring(0, tab);
        if (input.isBlank()) {
            throw new DataException(
                    DataException.Kind.MISSING_VALUE,
                    "the input, before the TAB, is empty, so there is nothing to write an output for.");
        }
        return input;
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{C}", " ");
        return plain.length() <= 60 ? plain : plain.substring(0, 57) + "...";
    }

    /** What messages call them. */
    public String name() {
        return name;
    }

    /** What they were read from, as a model remembers it. */
    public Provenance.Data source() {
        return source;
    }

    /** How many there are. */
    public int count() {
        return all.size();
    }

    /** How many lines of the file were left out because they are blank; of a part of the pairs none. */
    public int blankLines() {
        return blankLines;
    }

    /** The text that is read. */
    public String input(int i) {
        return all.get(i).input();
    }

    /** The text that should be written; empty if only inputs were read. */
    public String output(int i) {
        return all.get(i).output();
    }

    /** Where a pair stands, for messages: the file and the line. */
    public String place(int i) {
        return name + ", line " + all.get(i).line();
    }

    /** All inputs. */
    public List<String> inputs() {
        return all.stream().map(Pair::input).toList();
    }

    /** All outputs. */
    public List<String> outputs() {
        return all.stream().map(Pair::output).toList();
    }

    /**
     * Draws which pairs are held out, by their inputs: pairs of equal inputs stay together.
     *
     * @param share of the pairs, above 0 and below 1
     * @param seed draws; the same for the same seed
     * @throws DataException if either part would be empty
     */
    public Split split(double share, long seed) {
        Map<String, List<Pair>> byInput = new LinkedHashMap<>();
        all.forEach(pair -> byInput.computeIfAbsent(pair.input(), input -> new ArrayList<>())
                .add(pair));
        List<String> inputs = new ArrayList<>(byInput.keySet());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = inputs.size() - 1; i > 0; i--) {
            Collections.swap(inputs, i, random.nextInt(i + 1));
        }
        long wanted = Math.max(1, Math.round(share * all.size()));
        long drawn = 0;
        Map<String, Boolean> held = new LinkedHashMap<>();
        for (String input : inputs) {
            boolean out = drawn < wanted;
            held.put(input, out);
            drawn += out ? byInput.getOrDefault(input, List.of()).size() : 0;
        }
        List<Pair> training = all.stream()
                .filter(pair -> !held.getOrDefault(pair.input(), false))
                .toList();
        List<Pair> heldOut = all.stream()
                .filter(pair -> held.getOrDefault(pair.input(), false))
                .toList();
        if (training.isEmpty()) {
            throw new DataException(name + ": of " + all.size() + " pairs with " + inputs.size()
                    + " different inputs nothing is left to learn from when " + share
                    + " of them are held out. Hold out fewer, or none.");
        }
        return new Split(new Pairs(name, source, training, 0), new Pairs(name, source, heldOut, 0));
    }
}
