package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.loss.Allocation;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowsTest {

    private static final int[] TEXT = IntStream.range(100, 124).toArray();

    /** The ids of all windows, window by window, each row by row. */
    private static List<List<Integer>> ids(Windows windows, boolean target) {
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            Batch batch = windows.batch(i);
            SequenceBatch values = target ? batch.target().values() : batch.input();
            Tokens tokens = (Tokens) values;
            all.add(IntStream.of(tokens.ids())
                    .limit((long) tokens.steps() * tokens.batchSize())
                    .boxed()
                    .toList());
        }
        return all;
    }

    @Test
    void textBecomesStreamsSideBySideAndItsTargetsAreTheIdsAfter() {
        // 24 ids, 2 streams: 11 steps each; the last id is a target only.
        Windows windows = Windows.ofText(TEXT, 2, 4, Windows.Tail.KEEP);
        assertThat(ids(windows, false))
                .containsExactly(
                        List.of(100, 111, 101, 112, 102, 113, 103, 114),
                        List.of(104, 115, 105, 116, 106, 117, 107, 118),
                        List.of(108, 119, 109, 120, 110, 121));
        assertThat(ids(windows, true))
                .containsExactly(
                        List.of(101, 112, 102, 113, 103, 114, 104, 115),
                        List.of(105, 116, 106, 117, 107, 118, 108, 119),
                        List.of(109, 120, 110, 121, 111, 122));
    }

    @Test
    void incompleteLastWindowIsLeftOutForTraining() {
        assertThat(Windows.ofText(TEXT, 2, 4, Windows.Tail.DROP).size()).isEqualTo(2);
        assertThat(Windows.ofText(TEXT, 2, 11, Windows.Tail.DROP).size()).isEqualTo(1);
        assertThat(Windows.ofText(TEXT, 2, 11, Windows.Tail.KEEP).size()).isEqualTo(1);
        assertThat(Windows.ofText(TEXT, 2, 100, Windows.Tail.KEEP)
                        .batch(0)
                        .input()
                        .steps())
                .isEqualTo(11);
    }

    @Test
    void onlyTheFirstWindowBeginsAnew() {
        Windows windows = Windows.ofText(TEXT, 2, 4, Windows.Tail.KEEP);
        assertThat(IntStream.range(0, 3).mapToObj(i -> windows.batch(i).carried()))
                .containsExactly(false, true, true);
        assertThat(windows.batch(0).carried()).isFalse();
    }

    @Test
    void vectorsAreCutAsIdsAre() {
        float[] x = new float[5 * 2 * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        Windows windows =
                Windows.of(Sequence.of(x, 5, 2, 3), Sequence.of(new float[10], 5, 2, 1), 2, Windows.Tail.KEEP);
        Sequence middle = (Sequence) windows.batch(1).input();
        assertThat(middle.steps()).isEqualTo(2);
        assertThat(middle.get(0, 0, 0)).isEqualTo(12);
        assertThat(middle.get(1, 1, 2)).isEqualTo(23);
        Sequence tail = (Sequence) windows.batch(2).input();
        assertThat(tail.steps()).isEqualTo(1);
        assertThat(tail.get(0, 1, 2)).isEqualTo(29);
    }

    @Test
    void sequencesOfDifferentLengthEndInTheirOwnWindow() {
        Tokens input = Tokens.of(new int[14], 7, 2).withLengths(7, 4);
        Windows windows = Windows.of(input, Tokens.of(new int[14], 7, 2), 3, Windows.Tail.KEEP);
        List<List<Integer>> lengths = IntStream.range(0, 3)
                .mapToObj(i -> windows.batch(i).input())
                .map(batch -> List.of(batch.length(0), batch.length(1)))
                .toList();
        assertThat(lengths).containsExactly(List.of(3, 3), List.of(3, 1), List.of(1, 0));
    }

    @Test
    void windowsInTheMiddleAllocateNothing() {
        Windows windows = Windows.ofText(TEXT, 2, 2, Windows.Tail.KEEP);
        Allocation.assertNone(() -> {
            windows.batch(1);
            windows.batch(2);
        });
    }

    @Test
    void tooLittleDataIsNamed() {
        assertThatThrownBy(() -> Windows.ofText(TEXT, 24, 4, Windows.Tail.KEEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("24 ids", "24 streams", "25 at least");
        assertThatThrownBy(() -> Windows.ofText(TEXT, 2, 12, Windows.Tail.DROP))
                .hasMessageContainingAll("11 steps", "window of 12");
        assertThatThrownBy(() -> Windows.ofText(TEXT, 0, 4, Windows.Tail.DROP)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> Windows.of(Tokens.ignored(4, 2), Tokens.ignored(3, 2), 1, Windows.Tail.DROP))
                .hasMessageContainingAll("Tokens[4, 2]", "Tokens[3, 2]");
        assertThatThrownBy(() -> Windows.ofText(TEXT, 2, 4, Windows.Tail.DROP).batch(2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
