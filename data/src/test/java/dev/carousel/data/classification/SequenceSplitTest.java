package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceSplitTest {

    /** Sequences of one step of the given classes. */
    private static LabelledSequences of(int... labels) {
        float[][] values = new float[labels.length][1];
        int[][] each =
                Arrays.stream(labels).mapToObj(label -> new int[] {label}).toArray(int[][]::new);
        return LabelledSequences.of("test", values, 1, each, List.of("a", "b", "c"));
    }

    private static int[] labels(int a, int b, int c) {
        return IntStream.range(0, a + b + c)
                .map(i -> i < a ? 0 : i < a + b ? 1 : 2)
                .toArray();
    }

    @Test
    void eachClassGivesItsShare() {
        LabelledSequences all = of(labels(20, 10, 5));
        SequenceSplit split = SequenceSplit.stratified(all, 0.2, 1);
        assertThat(all.select(split.heldOut()).countsOfClasses()).containsExactly(4, 2, 1);
        assertThat(all.select(split.training()).countsOfClasses()).containsExactly(16, 8, 4);
    }

    @Test
    void aClassOfOneSequenceStaysForTraining() {
        LabelledSequences all = of(labels(10, 1, 2));
        SequenceSplit split = SequenceSplit.stratified(all, 0.5, 1);
        assertThat(all.select(split.training()).countsOfClasses()).containsExactly(5, 1, 1);
    }

    @Test
    void theSeedDecides() {
        LabelledSequences all = of(labels(50, 50, 50));
        assertThat(SequenceSplit.stratified(all, 0.3, 4).heldOut())
                .containsExactly(SequenceSplit.stratified(all, 0.3, 4).heldOut())
                .isNotEqualTo(SequenceSplit.stratified(all, 0.3, 5).heldOut());
    }

    @Test
    void anEmptyPartIsAnError() {
        assertThatThrownBy(() -> SequenceSplit.stratified(of(0, 1, 2), 0.2, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("3 for training and 0 held out");
        assertThatThrownBy(() -> SequenceSplit.stratified(of(0, 0), 1.0, 1)).isInstanceOf(DataException.class);
    }

    @Test
    void aGroupIsNeverCut() {
        LabelledSequences all = of(labels(12, 12, 12));
        List<String> groups =
                IntStream.range(0, 36).mapToObj(i -> "person " + i % 6).toList();
        SequenceSplit split = SequenceSplit.byGroup(all, groups, 0.3, 2);
        List<String> held =
                Arrays.stream(split.heldOut()).mapToObj(groups::get).distinct().toList();
        assertThat(held).hasSize(2);
        assertThat(Arrays.stream(split.training()).mapToObj(groups::get)).doesNotContainAnyElementsOf(held);
    }

    @Test
    void everySequenceIsHeldOutInOneFold() {
        LabelledSequences all = of(labels(10, 10, 10));
        List<Integer> held = new ArrayList<>();
        for (SequenceSplit fold : SequenceSplit.folds(all, 5, 3)) {
            assertThat(all.select(fold.heldOut()).countsOfClasses()).containsExactly(2, 2, 2);
            assertThat(fold.training()).hasSize(24);
            Arrays.stream(fold.heldOut()).forEach(held::add);
        }
        assertThat(held).hasSize(30).doesNotHaveDuplicates();
        assertThatThrownBy(() -> SequenceSplit.folds(all, 31, 1)).isInstanceOf(DataException.class);
    }
}
