package dev.carousel.data.transcription;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.LengthBatches;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.random.RandomGenerator;

/** {@link LengthBatches} with the labels of the texts as the target, as many of each sequence as its text has. */
public final class TranscriptBatches implements Batches {

    private final LengthBatches inputs;
    private final int[][] labels;

    private TranscriptBatches(LengthBatches inputs, int[][] labels) {
        this.inputs = inputs;
        this.labels = labels;
    }

    /**
     * Batches of sequences.
     *
     * @throws DataException if they have other dimensions than those that the scaling was fitted on, or a text has something
     *     that is not of the alphabet
     */
    static TranscriptBatches of(LabelledSequences sequences, TranscriberSpec spec, int batchSize) {
        int[][] labels = new int[sequences.count()][];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = spec.labels(sequences, i);
        }
        return new TranscriptBatches(spec.inputs(sequences, batchSize), labels);
    }

    @Override
    public int size() {
        return inputs.size();
    }

    @Override
    public void shuffle(RandomGenerator random) {
        inputs.shuffle(random);
    }

    @Override
    public Batch batch(int i) {
        Batch batch = inputs.batch(i);
        int[][] some = new int[batch.input().batchSize()][];
        for (int n = 0; n < some.length; n++) {
            some[n] = labels[inputs.sequence(i, n)];
        }
        return Batch.of(batch.input(), Target.of(Tokens.ofBatchFirst(some)));
    }
}
