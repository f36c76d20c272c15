package dev.carousel.data.transcription;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.LengthBatches;
import dev.carousel.decoding.CtcDecoder;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.CtcLoss;
import dev.carousel.loss.Target;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;

/**
 * A network that writes: whole sequences in, texts out.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("transcribe.safetensors"));
 * Transcriber transcriber = Transcriber.of(model.network().pack(), TranscriberSpec.of(model));
 * for (Transcript one : transcriber.transcripts(sequences, team)) {
 *     String text = transcriber.spec().alphabet().decode(one.beam());
 * }
 * }</pre>
 *
 * <p>Immutable; any number of threads may use it.
 */
public final class Transcriber {

    /** Sequences read side by side; it changes the speed and nothing else. */
    private static final int SIDE_BY_SIDE = 64;

    private final PackedNetwork network;
    private final TranscriberSpec spec;

    private Transcriber(PackedNetwork network, TranscriberSpec spec) {
        this.network = network;
        this.spec = spec;
    }

    /** A transcriber of a network and what its inputs and outputs are. */
    public static Transcriber of(PackedNetwork network, TranscriberSpec spec) {
        return new Transcriber(network, spec);
    }

    /** What its inputs and outputs are. */
    public TranscriberSpec spec() {
        return spec;
    }

    /**
     * What it writes of each sequence, in their order.
     *
     * @throws DataException if the sequences do not fit the network
     */
    public List<Transcript> transcripts(LabelledSequences sequences, Team team) {
        LengthBatches batches = spec.inputs(sequences, SIDE_BY_SIDE);
        Tape tape = network.tape(team);
        Transcript[] all = new Transcript[sequences.count()];
        for (int i = 0; i < batches.size(); i++) {
            int batch = i;
            var input = batches.batch(i).input();
            int N = input.batchSize();
            Sequence y = tape.infer(input, network.freshState(N));
            team.run((part, parts) -> {
                for (int n = Team.cut(N, part, parts); n < Team.cut(N, part + 1, parts); n++) {
                    all[batches.sequence(batch, n)] = transcript(y, n);
                }
            });
        }
        return Arrays.asList(all);
    }

    /** How probable some labels are, all their paths together. */
    private static double probability(Sequence y, int n, int[] labels) {
        int T = y.length(n);
        Sequence one = Sequence.zeros(T, 1, y.size());
        for (int t = 0; t < T; t++) {
            for (int v = 0; v < y.size(); v++) {
                one.set(t, 0, v, y.get(t, n, v));
            }
        }
        return Math.exp(-BatchLoss.of(new CtcLoss(Alphabet.BLANK, CtcLoss.Unfit.REFUSE))
                .evaluate(one, Target.of(Tokens.ofBatchFirst(new int[][] {labels}))));
    }

    private Transcript transcript(Sequence y, int n) {
        CtcDecoder decoder = CtcDecoder.of(Alphabet.BLANK);
        int[] greedy = decoder.greedy(y, n);
        if (spec.beam() == 1) {
            return new Transcript(greedy, greedy, probability(y, n, greedy));
        }
        CtcDecoder.Hypothesis best = decoder.beam(y, n, spec.beam()).get(0);
        return new Transcript(greedy, best.labels(), Math.exp(best.logProbability()));
    }
}
