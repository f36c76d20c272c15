package dev.carousel.check;

import dev.carousel.cell.StatePart;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How far two networks are from being the same function, measured on random inputs.
 *
 * <pre>{@code
 * NetworkDifference difference = NetworkDifference.of(model.network(), other.network(), 100, 1);
 * difference.largest();     // 2.4E-7
 * difference.where();       // y of input 17, step 3, sequence 0, number 5: 0.1234 and 0.1235
 * }</pre>
 *
 * <p>Each input is a batch of 1 to 8 sequences of 1 to 30 steps, not all of one length, with a random initial state.
 * The outputs of all valid steps and the final states are compared.
 *
 * @param largest the largest difference of two numbers; infinite where one of them is NaN or the steps are not as many
 * @param where the place of that difference and both numbers; empty where nothing differs
 * @param states whether states are of the same shapes; if not, they begin fresh, and outputs alone are compared
 */
public record NetworkDifference(double largest, String where, boolean states) {

    private static final int MOST_STEPS = 30;
    private static final int MOST_SEQUENCES = 8;

    /** The largest difference so far, and where it was. */
    private static final class Worst {

        double difference;
        String where = "";

        void see(float a, float b, String what) {
            // Equal infinities differ by nothing, and what is no number by everything.
            double found = a == b ? 0 : Math.abs((double) a - b);
            if (!(found <= difference)) {
                difference = Double.isNaN(found) ? Double.POSITIVE_INFINITY : found;
                where = what + ": " + a + " and " + b;
            }
        }
    }

    /**
     * Runs two networks on the same random inputs.
     *
     * @param inputs how many, at least 1
     * @param seed the seed of the inputs and of the initial states
     * @throws IllegalArgumentException if the networks do not read and give the same, or there is no input
     */
    public static NetworkDifference of(Network a, Network b, int inputs, long seed) {
        if (inputs < 1) {
            throw new IllegalArgumentException(
                    "NetworkDifference: expected at least 1 input but found " + inputs + ".");
        }
        if (!comparable(a.spec(), b.spec())) {
            throw new IllegalArgumentException(
                    "NetworkDifference: expected networks that read and give the same, but one"
                            + " reads " + reads(a.spec()) + " and gives "
                            + a.spec().outputSize() + " numbers a step, the other"
                            + " reads " + reads(b.spec()) + " and gives "
                            + b.spec().outputSize() + ".");
        }
        boolean states = sameStates(a.freshState(1), b.freshState(1));
        Worst worst = new Worst();
        SplittableRandom random = new SplittableRandom(seed);
        PackedNetwork packedA = a.pack();
        PackedNetwork packedB = b.pack();
        for (int i = 0; i < inputs; i++) {
            compare(packedA, packedB, states, random, "input " + i, worst);
        }
        return new NetworkDifference(worst.difference, worst.where, states);
    }

    /** Whether two networks read the same inputs and give as many numbers, so that they can be compared. */
    public static boolean comparable(NetworkSpec a, NetworkSpec b) {
        return a.readsIds() == b.readsIds()
                && a.inputSize() == b.inputSize()
                && a.outputSize() == b.outputSize()
                && inputsOfPairs(a).equals(inputsOfPairs(b));
    }

    /** How many kinds of id the input of pairs has, of a network that writes a sequence for a sequence. */
    private static Optional<Integer> inputsOfPairs(NetworkSpec spec) {
        return spec.encoderDecoder().map(pair -> pair.encoder().inputSize());
    }

    private static String reads(NetworkSpec spec) {
        return spec.inputSize() + (spec.readsIds() ? " kinds of id" : " numbers");
    }

    private static boolean sameStates(State a, State b) {
        if (a.parts() != b.parts()) {
            return false;
        }
        for (int part = 0; part < a.parts(); part++) {
            if (!namesAndSizes(a, part).equals(namesAndSizes(b, part))) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Integer> namesAndSizes(State state, int part) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        state.named(part).forEach(named -> sizes.put(named.name(), named.size()));
        return sizes;
    }

    private static void compare(
            PackedNetwork a, PackedNetwork b, boolean states, RandomGenerator random, String input, Worst worst) {
        SequenceBatch x = input(a.spec(), random);
        State stateA = a.freshState(x.batchSize());
        State stateB = b.freshState(x.batchSize());
        if (states) {
            for (int i = 0; i < stateA.values().length; i++) {
                stateA.values()[i] = (float) random.nextGaussian();
            }
            stateB.copyFrom(stateA);
        }
        Sequence yA = a.tape(Team.single()).forward(x, stateA);
        Sequence yB = b.tape(Team.single()).forward(x, stateB);
        for (int t = 0; t < Math.min(yA.steps(), yB.steps()); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                for (int d = 0; d < yA.size() && t < yA.length(n); d++) {
                    worst.see(
                            yA.get(t, n, d),
                            yB.get(t, n, d),
                            "y of " + input + ", step " + t + ", sequence " + n + ", number " + d);
                }
            }
        }
        if (yA.steps() != yB.steps()) {
            worst.see(Float.NaN, 0, "steps of y of " + input + " " + yA.steps() + " and " + yB.steps());
        }
        for (int part = 0; states && part < stateA.parts(); part++) {
            for (StatePart named : stateA.named(part)) {
                String name = named.name();
                see(stateA.get(part, name), stateB.get(part, name), name + " of " + input + ", part " + part, worst);
            }
        }
    }

    private static void see(Matrix a, Matrix b, String what, Worst worst) {
        for (int n = 0; n < a.rows(); n++) {
            for (int j = 0; j < a.cols(); j++) {
                worst.see(a.get(n, j), b.get(n, j), what + ", sequence " + n + ", unit " + j);
            }
        }
    }

    private static Tokens pairs(EncoderDecoder spec, int N, RandomGenerator random) {
        int[][] pairs = new int[N][];
        for (int n = 0; n < N; n++) {
            int[] input = new int[random.nextInt(1, MOST_STEPS + 1)];
            Arrays.setAll(input, i -> random.nextInt(spec.encoder().inputSize()));
            boolean writes = spec.decoder().inputSize() > 1;
            int[] output = new int[writes ? random.nextInt(MOST_STEPS) : 0];
            Arrays.setAll(output, i -> random.nextInt(1, spec.decoder().inputSize()));
            pairs[n] = spec.join(input, output);
        }
        return Tokens.ofBatchFirst(pairs);
    }

    private static SequenceBatch input(NetworkSpec spec, RandomGenerator random) {
        int T = random.nextInt(1, MOST_STEPS + 1);
        int N = random.nextInt(1, MOST_SEQUENCES + 1);
        int[] lengths = new int[N];
        Arrays.setAll(lengths, n -> n == 0 ? T : random.nextInt(1, T + 1));
        if (spec.encoderDecoder().isPresent()) {
            return pairs(spec.encoderDecoder().get(), N, random);
        }
        if (spec.readsIds()) {
            int[] ids = new int[T * N];
            Arrays.setAll(ids, i -> random.nextInt(spec.inputSize()));
            return Tokens.of(ids, T, N).withLengths(lengths);
        }
        float[] x = new float[T * N * spec.inputSize()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        ColumnEmbedding.drawIds(spec, x, random);
        return Sequence.of(x, T, N, spec.inputSize()).withLengths(lengths);
    }
}
