package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {

    private static final List<String> CLASSES = List.of("a", "b");

    /** Sequences whose numbers tell which they are: number 100 i + t at step t of sequence i. */
    private static LabelledSequences numbered(boolean perStep, int... lengths) {
        float[][] values = new float[lengths.length][];
        int[][] labels = new int[lengths.length][];
        for (int i = 0; i < lengths.length; i++) {
            values[i] = new float[lengths[i]];
            labels[i] = new int[perStep ? lengths[i] : 1];
            for (int t = 0; t < lengths[i]; t++) {
                values[i][t] = 100 * i + t;
            }
            Arrays.setAll(labels[i], t -> t % 2);
        }
        return LabelledSequences.of("test", values, 1, labels, CLASSES);
    }

    private static LengthBatches batches(LabelledSequences sequences, int batchSize) {
        return LengthBatches.of(sequences, SequenceScaling.fit(SequenceScaling.Kind.NONE, sequences), batchSize);
    }

    private static int[] randomLengths(int count) {
        SplittableRandom random = new SplittableRandom(5);
        int[] lengths = new int[count];
        Arrays.setAll(lengths, i -> 1 + random.nextInt(60));
        return lengths;
    }

    @Test
    void everyEpochHasEverySequenceOnceWithItsNumbersAndItsPadding() {
        LabelledSequences sequences = numbered(true, randomLengths(101));
        LengthBatches batches = batches(sequences, 8);
        for (int epoch = 0; epoch < 3; epoch++) {
            batches.shuffle(new SplittableRandom(epoch));
            List<Integer> seen = new ArrayList<>();
            for (int b = 0; b < batches.size(); b++) {
                Batch batch = batches.batch(b);
                Sequence x = (Sequence) batch.input();
                Tokens y = batch.target().classes();
                for (int n = 0; n < x.batchSize(); n++) {
                    int which = batches.sequence(b, n);
                    seen.add(which);
                    assertThat(x.length(n)).isEqualTo(sequences.length(which));
                    for (int t = 0; t < x.steps(); t++) {
                        boolean real = t < x.length(n);
                        assertThat(x.get(t, n, 0)).isEqualTo(real ? 100 * which + t : 0);
                        assertThat(y.get(t, n)).isEqualTo(real ? t % 2 : Tokens.IGNORED);
                    }
                }
            }
            assertThat(seen).hasSize(101).doesNotHaveDuplicates();
        }
    }

    @Test
    void littleOfABatchIsPadding() {
        LabelledSequences sequences = numbered(false, randomLengths(1000));
        LengthBatches batches = batches(sequences, 10);
        batches.shuffle(new SplittableRandom(1));
        assertThat((double) batches.paddedSteps() / sequences.steps()).isLessThan(1.15);
    }

    @Test
    void theOrderDependsOnTheGeneratorAlone() {
        LabelledSequences sequences = numbered(false, randomLengths(50));
        LengthBatches once = batches(sequences, 4);
        LengthBatches again = batches(sequences, 4);
        again.shuffle(new SplittableRandom(7));
        once.shuffle(new SplittableRandom(9));
        again.shuffle(new SplittableRandom(9));
        for (int b = 0; b < once.size(); b++) {
            assertThat(again.sequence(b, 0)).isEqualTo(once.sequence(b, 0));
        }
    }

    @Test
    void equalLengthsAreShuffledAsAWhole() {
        LengthBatches batches = batches(equal(200), 200);
        batches.shuffle(new SplittableRandom(1));
        int near = 0;
        for (int n = 1; n < 200; n++) {
            near += batches.sequence(0, n) == batches.sequence(0, n - 1) + 1 ? 1 : 0;
        }
        assertThat(near).isLessThan(10);
    }

    private static LabelledSequences equal(int count) {
        int[] lengths = new int[count];
        Arrays.fill(lengths, 5);
        return numbered(false, lengths);
    }

    @Test
    void batchesOfOneShapeAreOneObjectOverOneBuffer() {
        LengthBatches batches = batches(equal(64), 8);
        Batch first = batches.batch(0);
        float[] buffer = ((Sequence) first.input()).data();
        float before = buffer[0];
        assertThat(batches.batch(3)).isSameAs(first);
        assertThat(buffer[0]).as("filled anew").isNotEqualTo(before);
    }

    @Test
    void theScalingMustBeForTheseDimensions() {
        LabelledSequences two = LabelledSequences.of("two", new float[][] {{1, 2}}, 2, new int[][] {{0}}, CLASSES);
        SequenceScaling one = SequenceScaling.fit(SequenceScaling.Kind.STANDARD, numbered(false, 3));
        assertThatThrownBy(() -> LengthBatches.of(two, one, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 numbers a step");
    }
}
