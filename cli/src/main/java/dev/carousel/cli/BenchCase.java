package dev.carousel.cli;

import dev.carousel.cell.Cell;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.cli.timing.Clock;
import dev.carousel.cli.timing.Shape;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.stream.SessionBatch;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * One thing to time: a recurrent layer, what it does, and its shape.
 *
 * @param cell the cell
 * @param mode what it does
 * @param shape its sizes
 * @param segment how many steps are kept at a time, as many as there are or fewer
 */
record BenchCase(Cell cell, Mode mode, Shape shape, int segment) {

    private static final double WARM_UP_ROUND_SECONDS = 0.5;

    /** What part of Java's memory a whole sequence may fill. */
    private static final int MEMORY_PART = 2;

    /** What a layer does. */
    enum Mode {
        INFER,
        TRAIN,
        STEP
    }

    /** A case; where no segment is given, the whole sequence is kept if it fits. */
    static BenchCase of(Cell cell, Mode mode, Shape shape, Optional<Integer> segment) {
        if (mode != Mode.TRAIN) {
            return new BenchCase(cell, mode, shape, shape.steps());
        }
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, shape.inputSize(), shape.hiddenSize()));
        long inAndOut = (long) Float.BYTES * (shape.inputSize() + shape.hiddenSize());
        long bytes = (SegmentedTape.bytesPerStep(spec) + inAndOut) * shape.steps() * shape.batchSize();
        boolean fits = bytes <= Runtime.getRuntime().maxMemory() / MEMORY_PART;
        int most = segment.orElse(fits ? shape.steps() : SegmentedTape.segmentFor(shape.steps()));
        return new BenchCase(cell, mode, shape, Math.min(most, shape.steps()));
    }

    /** Whether fewer steps are kept than there are. */
    boolean segmented() {
        return segment < shape.steps();
    }

    /** What was measured: the median of the runs, and operations of the products in that time. */
    record Timing(double medianMillis, double gflops) {}

    /** Warms up, then takes the median of all runs within so many seconds. */
    Timing time(Team team, double seconds) {
        Runnable run = work(team);
        Clock.warmUp(run, WARM_UP_ROUND_SECONDS);
        double median = Clock.medianNanos(run, seconds) * 1e-6;
        double operations = 2.0 * shape.steps() * shape.batchSize() * multiplyAdds() * (mode == Mode.TRAIN ? 3 : 1);
        return new Timing(median, operations / median * 1e-6);
    }

    /** Of the products of one step of one sequence: those with W, and those with R of a cell that has it. */
    private double multiplyAdds() {
        double sum = 0;
        for (WeightPart part : cell.weights(shape.inputSize(), shape.hiddenSize(), shape.hiddenSize())) {
            sum += part.role() == Role.INPUT || part.role() == Role.RECURRENT ? part.size() : 0;
        }
        return sum;
    }

    private Runnable work(Team team) {
        Random random = new Random(1);
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, shape.inputSize(), shape.hiddenSize()));
        Network network = Network.initialised(spec, Initialisation.uniform(), random);
        Sequence x = normal(shape.steps(), shape.inputSize(), random);
        State state = network.freshState(shape.batchSize());
        if (mode == Mode.TRAIN) {
            Sequence dY = normal(segment, shape.hiddenSize(), random);
            Parameters gradient = network.parameters().zerosLike();
            Tape tape = network.tape(team);
            if (segmented()) {
                SegmentedTape segments = SegmentedTape.of(spec, tape, segment);
                Cuts cuts = new Cuts(x, dY, segment, tape);
                return () -> {
                    state.clear();
                    Arrays.fill(gradient.values(), 0);
                    segments.run(shape.steps(), cuts, state, random, gradient);
                };
            }
            return () -> {
                state.clear();
                Arrays.fill(gradient.values(), 0);
                tape.forward(x, state);
                tape.backward(dY, gradient);
                tape.inputGradient();
            };
        }
        PackedNetwork packed = network.pack();
        if (mode == Mode.STEP && shape.batchSize() > 1) {
            return together(SessionBatch.of(packed, shape.batchSize(), team), random);
        }
        if (mode == Mode.STEP) {
            Tape steps = packed.tape(Team.single());
            State own = steps.freshState(1);
            float[] output = new float[shape.hiddenSize()];
            return () -> steps.forward(x, own, output);
        }
        Tape tape = packed.tape(team);
        return () -> {
            state.clear();
            tape.forward(x, state);
        };
    }

    /** A step of many sessions at once: an event in and an output out for each. */
    private Runnable together(SessionBatch sessions, Random random) {
        float[][] events = new float[shape.batchSize()][shape.inputSize()];
        float[] output = new float[shape.hiddenSize()];
        for (float[] event : events) {
            sessions.add();
            for (int i = 0; i < event.length; i++) {
                event[i] = (float) random.nextGaussian();
            }
        }
        return () -> {
            for (int i = 0; i < events.length; i++) {
                sessions.put(i, events[i]);
            }
            sessions.step();
            for (int i = 0; i < events.length; i++) {
                sessions.output(i, output);
            }
        };
    }

    /**
     * The segments of a long sequence: its input is there whole, the gradients of output and input a segment at a time.
     */
    private static final class Cuts implements SegmentedTape.Segments {
        private final Sequence x;
        private final Sequence dY;
        private final Sequence part;
        private final Tape tape;

        Cuts(Sequence x, Sequence dY, int segment, Tape tape) {
            this.x = x;
            this.dY = dY;
            this.part = Sequence.zeros(segment, x.batchSize(), x.size());
            this.tape = tape;
        }

        @Override
        public SequenceBatch input(int first, int steps) {
            int row = x.batchSize() * x.size();
            System.arraycopy(x.data(), first * row, part.data(), 0, steps * row);
            return steps == part.steps() ? part : Sequence.of(part.data(), steps, x.batchSize(), x.size());
        }

        @Override
        public Sequence outputGradient(int first, Sequence y) {
            return y.steps() == dY.steps() ? dY : Sequence.of(dY.data(), y.steps(), y.batchSize(), y.size());
        }

        @Override
        public void done(int first) {
            tape.inputGradient();
        }
    }

    private Sequence normal(int steps, int size, Random random) {
        Sequence sequence = Sequence.zeros(steps, shape.batchSize(), size);
        for (int i = 0; i < sequence.data().length; i++) {
            sequence.data()[i] = (float) random.nextGaussian();
        }
        return sequence;
    }
}
