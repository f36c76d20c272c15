package dev.carousel.spark;

import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Runs a network over the sequences of a partition, many at a time.
 *
 * @param name what errors call the model
 * @param model the bytes of its file
 * @param batchSize how many sequences are run together
 */
record SequenceScoring(String name, Broadcast<byte[]> model, int batchSize)
        implements MapPartitionsFunction<Tuple2<Row, SequenceRow>, Tuple2<Row, SequenceRow>> {

    /** So many batches are read ahead, for sequences of similar length to be run together. */
    private static final int AHEAD = 16;

    @Override
    public Iterator<Tuple2<Row, SequenceRow>> call(Iterator<Tuple2<Row, SequenceRow>> rows) {
        return new Scored(rows, Model.ofBytes(name, model.value()).network().pack());
    }

    private final class Scored implements Iterator<Tuple2<Row, SequenceRow>> {

        private final Iterator<Tuple2<Row, SequenceRow>> rows;
        private final PackedNetwork network;
        private final Tape tape;
        private final int inputSize;
        private final ArrayDeque<Tuple2<Row, SequenceRow>> ready = new ArrayDeque<>();
        private float[] numbers = {};

        Scored(Iterator<Tuple2<Row, SequenceRow>> rows, PackedNetwork network) {
            this.rows = rows;
            this.network = network;
            this.tape = network.tape(Team.single());
            this.inputSize = network.spec().readsIds() ? 0 : network.spec().inputSize();
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || rows.hasNext();
        }

        @Override
        public Tuple2<Row, SequenceRow> next() {
            if (ready.isEmpty()) {
                scoreNext();
            }
            Tuple2<Row, SequenceRow> next = ready.poll();
            if (next == null) {
                throw new NoSuchElementException("All rows of the partition have been scored.");
            }
            return next;
        }

        private void scoreNext() {
            List<SequenceRow> sequences = new ArrayList<>();
            while (rows.hasNext() && ready.size() < AHEAD * batchSize) {
                Tuple2<Row, SequenceRow> row = rows.next();
                ready.add(row);
                if (present(row._2())) {
                    sequences.add(row._2());
                }
            }
            sequences.sort(Comparator.comparingInt(this::steps));
            for (int from = 0; from < sequences.size(); from += batchSize) {
                score(sequences.subList(from, Math.min(sequences.size(), from + batchSize)));
            }
        }

        private boolean present(SequenceRow row) {
            return inputSize == 0 ? row.getIds() != null : row.getX() != null;
        }

        private int steps(SequenceRow row) {
            if (inputSize == 0) {
                return row.getIds().length;
            }
            if (row.getX().length % inputSize != 0) {
                throw new IllegalArgumentException("A sequence has " + row.getX().length
                        + " numbers, which are not whole steps of the " + inputSize + " that the network of " + name
                        + " reads.");
            }
            return row.getX().length / inputSize;
        }

        private void score(List<SequenceRow> batch) {
            int N = batch.size();
            int[] lengths = batch.stream().mapToInt(this::steps).toArray();
            int T = lengths[N - 1];
            SequenceBatch x = inputSize == 0 ? ids(batch, T, lengths) : vectors(batch, T, lengths);
            Sequence y = tape.infer(x, network.freshState(N));
            float[] outputs = y.data();
            for (int n = 0; n < N; n++) {
                float[][] of = new float[lengths[n] == 0 ? 0 : y.length(n)][];
                for (int t = 0; t < of.length; t++) {
                    int at = y.offset(t, n);
                    of[t] = Arrays.copyOfRange(outputs, at, at + y.size());
                }
                batch.get(n).setY(of);
            }
        }

        private SequenceBatch vectors(List<SequenceRow> batch, int T, int[] lengths) {
            int N = lengths.length;
            int size = Math.multiplyExact(Math.multiplyExact(T, N), inputSize);
            numbers = numbers.length < size ? new float[size] : numbers;
            for (int n = 0; n < N; n++) {
                float[] x = batch.get(n).getX();
                for (int t = 0; t < lengths[n]; t++) {
                    for (int d = 0; d < inputSize; d++) {
                        float number = x[t * inputSize + d];
                        if (!Float.isFinite(number)) {
                            throw new IllegalArgumentException("Number " + d + " of step " + t + " of a sequence of "
                                    + lengths[n] + " steps is " + number + "; every one must be finite.");
                        }
                        numbers[(t * N + n) * inputSize + d] = number;
                    }
                }
                for (int t = lengths[n]; t < T; t++) {
                    Arrays.fill(numbers, (t * N + n) * inputSize, (t * N + n + 1) * inputSize, 0);
                }
            }
            return Sequence.of(numbers, T, N, inputSize).withLengths(lengths);
        }

        private SequenceBatch ids(List<SequenceRow> batch, int T, int[] lengths) {
            int N = lengths.length;
            int[] all = new int[Math.multiplyExact(T, N)];
            for (int n = 0; n < N; n++) {
                int[] of = batch.get(n).getIds();
                for (int t = 0; t < lengths[n]; t++) {
                    all[t * N + n] = of[t];
                }
            }
            return Tokens.of(all, T, N).withLengths(lengths);
        }
    }
}
