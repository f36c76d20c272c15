package dev.carousel.data.pairs;

import dev.carousel.data.DataException;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.spec.EncoderDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How pairs of texts come to a network and what it writes. An immutable value, which goes into a model file as its {@link Task} and
 * comes back from there.
 *
 * <pre>{@code
 * PairSpec spec = PairSpec.fit(pairs, Alphabet.By.CHARACTERS, 400, PairSpec.Search.DEFAULT);
 * EncoderDecoder network = ...;                      // reads spec.inputs().units().size() ids, writes spec.outputs().size()
 * PairBatches batches = spec.batches(pairs, network, 64);
 * }</pre>
 *
 * @param inputs what inputs are written in; unit i is id i
 * @param outputs what outputs are written in; unit i is id i + 1, since 0 begins and ends them
 * @param longestInput units of the longest input that was learned from; of longer ones it knows nothing
 * @param longestOutput units of the longest output
 * @param search how outputs are written
 */
public record PairSpec(Alphabet inputs, Alphabet outputs, int longestInput, int longestOutput, Search search) {

    /** The task of such a model. */
    public static final String KIND = "pairs";

    /** Until what is written is this many times as long as the longest output that was learned from. */
    private static final int TIMES_LONGEST = 2;

    /**
     * How outputs are written.
     *
     * @param beam how many beginnings of an output are followed, at least 1
     * @param power of the length, by which the logarithm of the probability is divided, at least 0
     */
    public record Search(int beam, double power) {

        /** Five beginnings, and the mean over the units of an output. */
        public static final Search DEFAULT = new Search(5, 1);

        /** Checks the numbers. */
        public Search {
            if (beam < 1 || !(power >= 0 && power < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("The beam is " + beam + " wide and the power of the length " + power
                        + "; they must be at least 1 and 0.");
            }
        }
    }

    /** Checks that both sides are cut alike. */
    public PairSpec {
        if (inputs.by() != outputs.by() || longestInput < 1 || longestOutput < 1) {
            throw new IllegalArgumentException("PairSpec: inputs are cut by " + inputs.by() + " and outputs by "
                    + outputs.by() + ", the longest have " + longestInput + " and " + longestOutput
                    + " units; they must be cut alike and have one unit at least.");
        }
    }

    /**
     * Fits alphabets and lengths. Both are taken from all pairs, so that a rare character in the held-out part stops no training;
     * nothing else of that part is looked at.
     *
     * @param longest the most units of an input or an output
     * @throws DataException with the place, if one has more
     */
    public static PairSpec fit(Pairs all, Alphabet.By by, int longest, Search search) {
        Alphabet inputs = Alphabet.of(all.inputs(), by);
        Alphabet outputs = Alphabet.of(all.outputs(), by);
        int longestInput = 0;
        int longestOutput = 0;
        for (int i = 0; i < all.count(); i++) {
            longestInput = Math.max(longestInput, length(all, i, "input", all.input(i), by, longest));
            longestOutput = Math.max(longestOutput, length(all, i, "output", all.output(i), by, longest));
        }
        return new PairSpec(inputs, outputs, longestInput, longestOutput, search);
    }

    private static int length(Pairs all, int i, String side, String text, Alphabet.By by, int longest) {
        int length = Alphabet.cut(text, by).size();
        if (length > longest) {
            throw new DataException(
                    DataException.Kind.TOO_LARGE,
                    all.place(i) + ": the " + side + " has " + length + " "
                            + by.name().toLowerCase(Locale.ROOT)
                            + " but may have " + longest
                            + ". Memory and time grow with the longest; allow longer ones, or leave the line out.");
        }
        return length;
    }

    /** What a unit is called, in the plural. */
    public String unit() {
        return inputs.by().name().toLowerCase(Locale.ROOT);
    }

    /** How many units an output may have before it is given up. */
    int mostSteps() {
        return (int) Math.min(Integer.MAX_VALUE / 2, (long) TIMES_LONGEST * longestOutput);
    }

    /** Texts to ids, by a table that is made once for many of them. */
    private static final class Encoder {

        private final Alphabet alphabet;
        private final Map<String, Integer> ids = new HashMap<>();

        /** To unit i belongs the id {@code first + i}. */
        Encoder(Alphabet alphabet, int first) {
            this.alphabet = alphabet;
            for (int i = 0; i < alphabet.units().size(); i++) {
                ids.put(alphabet.units().get(i), first + i);
            }
        }

        int[] ids(String text, String place) {
            List<String> units = Alphabet.cut(text, alphabet.by());
            int[] found = new int[units.size()];
            for (int i = 0; i < found.length; i++) {
                Integer id = ids.get(units.get(i));
                if (id == null) {
                    throw unknown(units.get(i), place);
                }
                found[i] = id;
            }
            return found;
        }

        private DataException unknown(String unit, String place) {
            int count = alphabet.units().size();
            return new DataException(
                    DataException.Kind.UNKNOWN_UNIT,
                    place + ": '" + unit.replaceAll("\\p{C}", "?") + "' is none of the " + count + " "
                            + alphabet.by().name().toLowerCase(Locale.ROOT) + " that the model was trained with: "
                            + (count <= 60 ? alphabet.units() : alphabet.units().subList(0, 60) + " and so on")
                            + ". Train with it, or leave it out.");
        }
    }

    /**
     * The ids of all inputs.
     *
     * @throws DataException with the place, if a unit is unknown, or an input is longer than any that was learned from
     */
    int[][] inputIds(Pairs pairs) {
        Encoder encoder = new Encoder(inputs, 0);
        int[][] all = new int[pairs.count()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = encoder.ids(pairs.input(i), pairs.place(i));
            if (all[i].length > longestInput) {
                throw new DataException(
                        DataException.Kind.TOO_LARGE,
                        pairs.place(i) + ": the input has " + all[i].length + " " + unit()
                                + " but the longest that the model was trained with has " + longestInput
                                + ", and what it writes for longer ones means nothing. Train with inputs of this length.");
            }
        }
        return all;
    }

    /**
     * The ids of all outputs, without an end.
     *
     * @throws DataException with the place, if a unit is unknown
     */
    int[][] outputIds(Pairs pairs) {
        Encoder encoder = new Encoder(outputs, 1);
        int[][] all = new int[pairs.count()][];
        for (int i = 0; i < all.length; i++) {
            all[i] = encoder.ids(pairs.output(i), pairs.place(i));
        }
        return all;
    }

    /**
     * Batches to learn from, or to be judged by.
     *
     * @throws DataException with the place, if a unit is unknown, or an input too long
     */
    public PairBatches batches(Pairs pairs, EncoderDecoder network, int batchSize) {
        requireFits("The network", network);
        return PairBatches.of(inputIds(pairs), outputIds(pairs), network, batchSize);
    }

    private void requireFits(String name, EncoderDecoder network) {
        int reads = network.encoder().inputSize();
        if (reads != inputs.units().size() || network.outputSize() != outputs.size()) {
            throw new DataException(
                    name + ": expected a network that reads " + inputs.units().size()
                            + " kinds of id and writes " + outputs.size() + ", but found one that reads " + reads
                            + " and writes "
                            + network.outputSize() + ". Was the file put together from two models?");
        }
    }

    /** What a model file says. */
    public Task task() {
        return Task.of(KIND)
                .withTexts("input_alphabet", inputs.units())
                .withTexts("output_alphabet", outputs.units())
                .with("units", unit())
                .with("longest_input", longestInput)
                .with("longest_output", longestOutput)
                .with("beam", search.beam())
                .with("length_power", search.power());
    }

    /**
     * Back from a model file.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task, or something is missing
     * @throws DataException if the description makes no sense or does not fit the network
     */
    public static PairSpec of(Model model) {
        Task task = model.requireTask(KIND).task();
        PairSpec spec;
        try {
            Alphabet.By by = Alphabet.By.valueOf(task.text("units").toUpperCase(Locale.ROOT));
            spec = new PairSpec(
                    new Alphabet(task.texts("input_alphabet"), by),
                    new Alphabet(task.texts("output_alphabet"), by),
                    task.integer("longest_input"),
                    task.integer("longest_output"),
                    new Search(task.integer("beam"), task.number("length_power")));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    model.name() + ": the model's description of its texts makes no sense. " + e.getMessage(), e);
        }
        EncoderDecoder network = model.spec()
                .encoderDecoder()
                .orElseThrow(() -> new DataException(model.name()
                        + ": expected an encoder and a decoder, but found other layers. Was the file put together from"
                        + " two models?"));
        spec.requireFits(model.name(), network);
        return spec;
    }
}
