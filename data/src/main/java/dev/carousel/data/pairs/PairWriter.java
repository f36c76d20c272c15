package dev.carousel.data.pairs;

import dev.carousel.data.DataException;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.decoding.BeamSearch;
import dev.carousel.decoding.BeamSearch.Written;
import dev.carousel.kernel.Team;
import dev.carousel.network.EncoderDecoderTape;
import dev.carousel.network.PackedNetwork;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network that writes a text for a text.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("pairs.safetensors"));
 * PairWriter writer = PairWriter.of(model.network().pack(), PairSpec.of(model));
 * writer.write(Pairs.ofInput("535+61"), team).get(0).text();               // "596"
 * }</pre>
 *
 * <p>Immutable; any number of threads may use it.
 */
public final class PairWriter {

    /** Inputs read side by side; it changes the speed and nothing else. */
    private static final int SIDE_BY_SIDE = 64;

    private final PackedNetwork network;
    private final PairSpec spec;
    private final boolean attention;

    private PairWriter(PackedNetwork network, PairSpec spec, boolean attention) {
        this.network = network;
        this.spec = spec;
        this.attention = attention;
    }

    /** A writer of a network and what its texts are. */
    public static PairWriter of(PackedNetwork network, PairSpec spec) {
        return new PairWriter(network, spec, false);
    }

    /** The same, whose texts have their attention: of all texts together it may be much larger than they are. */
    public PairWriter withAttention() {
        return new PairWriter(network, spec, true);
    }

    /** What its texts are. */
    public PairSpec spec() {
        return spec;
    }

    /**
     * What it writes for each input, in their order.
     *
     * @throws DataException with the place, if a unit of an input is unknown, or an input is longer than any that was learned from
     */
    public List<PairText> write(Pairs pairs, Team team) {
        int[][] ids = spec.inputIds(pairs);
        Integer[] byLength = IntStream.range(0, ids.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> ids[i].length))
                .toArray(Integer[]::new);
        EncoderDecoderTape tape = EncoderDecoderTape.of(network, team);
        BeamSearch search = new BeamSearch(spec.search().beam(), spec.search().power(), spec.mostSteps());
        BeamSearch greedy = BeamSearch.greedy(spec.mostSteps());
        PairText[] all = new PairText[ids.length];
        for (int from = 0; from < ids.length; from += SIDE_BY_SIDE) {
            Integer[] some = Arrays.copyOfRange(byLength, from, Math.min(ids.length, from + SIDE_BY_SIDE));
            Tokens inputs =
                    Tokens.ofBatchFirst(Arrays.stream(some).map(i -> ids[i]).toArray(int[][]::new));
            List<List<Written>> found = search.search(tape, inputs);
            List<List<Written>> best = search.width() == 1 ? found : greedy.search(tape, inputs);
            for (int n = 0; n < some.length; n++) {
                Written text = found.get(n).get(0);
                all[some[n]] = text(pairs.input(some[n]), text, best.get(n).get(0));
            }
        }
        return Arrays.asList(all);
    }

    private PairText text(String input, Written text, Written greedy) {
        List<String> units = Arrays.stream(text.ids())
                .mapToObj(id -> spec.outputs().units().get(id - 1))
                .toList();
        return new PairText(
                spec.outputs().decode(text.ids()),
                spec.outputs().decode(greedy.ids()),
                Math.exp(text.logProbability()),
                text.ended(),
                Alphabet.cut(input, spec.inputs().by()),
                units,
                attention ? text.attention() : new float[text.attention().length][0]);
    }
}
