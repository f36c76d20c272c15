package dev.carousel.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Both kinds of batch: where their elements stand, which of them count, and what is refused. */
class SequenceBatchTest {

    @Test
    void sequenceIsTimeMajor() {
        Sequence x = Sequence.zeros(3, 2, 4);
        x.set(2, 1, 3, 7);
        assertThat(x.data()[((2 * 2) + 1) * 4 + 3]).isEqualTo(7);
        assertThat(x.get(2, 1, 3)).isEqualTo(7);
        assertThat(x.offset(2, 1)).isEqualTo(20);
        assertThat(x.step(2).get(1, 3)).isEqualTo(7);
        x.step(0).set(1, 0, 8);
        assertThat(x.get(0, 1, 0)).isEqualTo(8);
    }

    @Test
    void stepsBeyondTheBatchAreRefusedAlsoWhereTheArrayIsLonger() {
        Sequence x = Sequence.of(new float[100], 3, 2, 4);
        for (int t : new int[] {-1, 3}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> x.step(t));
        }
    }

    @Test
    void tokensAreTimeMajor() {
        Tokens ids = Tokens.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2);
        assertThat(ids.get(2, 0)).isEqualTo(5);
        ids.set(2, 0, 9);
        assertThat(ids.ids()).containsExactly(1, 2, 3, 4, 9, 6);
        assertThat(Tokens.ignored(2, 1).ids()).containsExactly(-1, -1);
    }

    @Test
    void viewsShareTheNumbersOfTheirOwner() {
        float[] data = new float[10];
        Sequence x = Sequence.of(data, 2, 2, 2);
        Sequence ragged = x.withLengths(2, 1);
        data[3] = 5;
        assertThat(x.get(0, 1, 1)).isEqualTo(5);
        assertThat(ragged.get(0, 1, 1)).isEqualTo(5);
        int[] ids = new int[4];
        Tokens tokens = Tokens.of(ids, 2, 2).withLengths(0, 2);
        ids[3] = 6;
        assertThat(tokens.get(1, 1)).isEqualTo(6);
    }

    @Test
    void lengthsSayWhatCounts() {
        Sequence x = Sequence.zeros(4, 3, 1);
        assertThat(x.ragged()).isFalse();
        assertThat(x.validSteps()).isEqualTo(12);
        Sequence ragged = x.withLengths(4, 0, 3);
        assertThat(ragged.ragged()).isTrue();
        assertThat(ragged.length(2)).isEqualTo(3);
        assertThat(ragged.validSteps()).isEqualTo(7);
        assertThat(ragged).hasToString("Sequence[4, 3, 1] ragged");
        assertThat(x.withLengths(4, 4, 4).ragged()).isFalse();
        assertThat(Tokens.ignored(4, 2).withLengths(4, 1)).hasToString("Tokens[4, 2] ragged");
    }

    @Test
    void lengthsAreCopied() {
        int[] lengths = {1, 2};
        Sequence x = Sequence.zeros(2, 2, 1).withLengths(lengths);
        lengths[0] = 2;
        assertThat(x.length(0)).isEqualTo(1);
    }

    @Test
    void shapedLikeTakesOverStepsAndLengths() {
        Tokens ids = Tokens.ignored(3, 2).withLengths(1, 3);
        Sequence x = Sequence.shapedLike(ids, new float[30], 5);
        assertThat(x).hasToString("Sequence[3, 2, 5] ragged");
        assertThat(x.length(0)).isEqualTo(1);
        assertThat(x.hasLengthsOf(ids)).isTrue();
        assertThat(x.hasLengthsOf(Tokens.ignored(3, 2).withLengths(1, 3))).isFalse();
    }

    @Test
    void emptyBatchesAreBatches() {
        assertThat(Sequence.zeros(0, 3, 2).validSteps()).isZero();
        assertThat(Sequence.zeros(3, 0, 2).ragged()).isFalse();
        assertThat(Tokens.ignored(0, 0).validSteps()).isZero();
    }

    @Test
    void wrongLengthsAreRefused() {
        Sequence x = Sequence.zeros(4, 2, 1);
        Tokens ids = Tokens.ignored(4, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> x.withLengths(4))
                .withMessage("Got 1 lengths for a batch of 2 sequences.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.withLengths(4, 4, 4))
                .withMessage("Got 3 lengths for a batch of 2 sequences.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> x.withLengths(4, 5))
                .withMessage("Length of sequence 1 is 5 but must lie between 0 and the batch's 4 steps.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.withLengths(-1, 4))
                .withMessage("Length of sequence 0 is -1 but must lie between 0 and the batch's 4 steps.");
    }

    @Test
    void negativeSizesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.of(new float[4], -1, 2, 2))
                .withMessage("steps is -1 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.of(new float[4], 1, -2, 2))
                .withMessage("batchSize is -2 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.of(new float[4], 1, 2, -2))
                .withMessage("size is -2 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokens.of(new int[4], 1, -2))
                .withMessage("batchSize is -2 but must not be negative.");
    }

    @Test
    void arraysThatAreTooShortAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.of(new float[11], 2, 3, 2))
                .withMessage("A Sequence of shape [2, 3, 2] needs 12 numbers but the array holds 11.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokens.of(new int[5], 2, 3))
                .withMessage("Tokens of shape [2, 3, 1] needs 6 numbers but the array holds 5.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.of(new float[4], 1 << 16, 1 << 16, 1))
                .withMessageContaining("needs 4294967296 numbers but the array holds 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.zeros(1 << 16, 1 << 16, 2))
                .withMessageContaining("Sequence of shape [65536, 65536, 2]: an array holds no more than 2147483647");
    }

    @Test
    void stepsAndSequencesInTheWrongOrderAreRefused() {
        Sequence x = Sequence.zeros(50, 8, 3);
        x.set(49, 7, 2, 5);
        assertThat(x.get(49, 7, 2)).isEqualTo(5);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> x.set(7, 49, 2, 5))
                .withMessageContaining("Sequence[50, 8, 3]: there is no step 7 of sequence 49")
                .withMessageContaining("The step comes first, then the sequence: are they in the other order?");
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> x.get(0, 0, 3))
                .withMessageContaining("there is no number 3 of a step; they go from 0 to 2");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> x.get(-1, 0, 0));
        Tokens ids = Tokens.ignored(50, 8);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ids.set(7, 49, 1));
        Matrix matrix = Matrix.zeros(2, 3);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> matrix.set(0, 3, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> matrix.row(2));
    }

    @Test
    void sequencesOneAfterTheOtherBecomeABatchAndComeBack() {
        float[][][] sequences = {{{1, 2}, {3, 4}, {5, 6}}, {}, {{7, 8}}};
        Sequence x = Sequence.ofBatchFirst(sequences);
        assertThat(x).hasToString("Sequence[3, 3, 2] ragged");
        assertThat(x.get(2, 0, 1)).isEqualTo(6);
        assertThat(x.get(0, 2, 0)).isEqualTo(7);
        assertThat(x.length(1)).isZero();
        assertThat(x.toBatchFirst()).isDeepEqualTo(sequences);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sequence.ofBatchFirst(new float[][][] {{{1, 2}}, {{1, 2}, {3}}}))
                .withMessageContaining("step 1 of sequence 1 has 1 numbers but the first step has 2");
        Tokens ids = Tokens.ofBatchFirst(new int[][] {{4, 5}, {6}});
        assertThat(ids.ids()).containsExactly(4, 6, 5, Tokens.IGNORED);
        assertThat(ids.length(1)).isEqualTo(1);
    }

    @Test
    void aCopyIsIndependentAndHasNoMoreThanItsNumbers() {
        float[] room = new float[20];
        Sequence view = Sequence.of(room, 2, 1, 3).withLengths(1);
        Sequence copy = view.copy();
        room[0] = 9;
        assertThat(copy.get(0, 0, 0)).isZero();
        assertThat(copy.data()).hasSize(6);
        assertThat(copy.length(0)).isEqualTo(1);
    }

    @Test
    void aViewThatOutlivedItsLeaseSaysSo() {
        Lease lease = new Lease("the next pass of its tape");
        Sequence view = Sequence.zeros(1, 1, 2).lent(lease);
        view.set(0, 0, 1, 4);
        Sequence kept = view.copy();
        lease.end();
        for (Runnable use : List.<Runnable>of(
                () -> view.get(0, 0, 0),
                () -> view.set(0, 0, 0, 1),
                view::data,
                view::copy,
                view::toBatchFirst,
                () -> view.step(0),
                () -> view.withLengths(1).data())) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(use::run)
                    .withMessageContaining("valid until the next pass of its tape");
        }
        assertThat(kept.get(0, 0, 1)).isEqualTo(4);
    }
}
