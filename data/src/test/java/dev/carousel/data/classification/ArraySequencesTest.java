package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArraySequencesTest {

    private static final float NAN = Float.NaN;

    /** Two sequences of up to 3 steps of 2 numbers; the second has 2 steps. */
    private static ArraySequences two() {
        return ArraySequences.of("x", new float[] {1, 2, 3, 4, 5, 6, 7, 8, NAN, 10, NAN, NAN}, List.of(2, 3, 2));
    }

    @Test
    void stepsOfNothingButNanAtTheEndArePadding() {
        LabelledSequences all = two().labelled(new int[] {7, 3}, false);
        assertThat(all.length(0)).isEqualTo(3);
        assertThat(all.values(1)).containsExactly(7, 8, NAN, 10);
        assertThat(all.classes()).containsExactly("3", "7");
        assertThat(all.label(0, 0)).isEqualTo(1);
        assertThat(all.label(1, 0)).isZero();
    }

    @Test
    void eachStepMayHaveAClassOrNone() {
        LabelledSequences all = two().labelled(new int[] {5, -1, 9, 9, 5, 5}, true);
        assertThat(all.perStep()).isTrue();
        assertThat(all.classes()).containsExactly("5", "9");
        assertThat(all.label(0, 1)).isEqualTo(LabelledSequences.UNLABELLED);
        assertThat(all.label(1, 0)).isEqualTo(1);
        assertThat(all.label(1, 1)).isZero();
    }

    @Test
    void anArrayOfTwoDimensionsHasOneNumberAStep() {
        LabelledSequences all =
                ArraySequences.of("x", new float[] {1, 2, 3, 4}, List.of(2, 2)).labelled(new int[] {0, 1}, false);
        assertThat(all.size()).isEqualTo(1);
        assertThat(all.length(1)).isEqualTo(2);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> ArraySequences.of("x.npy", new float[4], List.of(4)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x.npy")
                .hasMessageContaining("[4]");
        assertThatThrownBy(() -> ArraySequences.of("x.npy", new float[] {1, NAN}, List.of(2, 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x.npy, sequence 2");
        assertThatThrownBy(() -> two().labelled(new int[] {1}, false))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found 1");
    }

    @Test
    void mistakesComeWithTheMostCertainFirst() {
        LabelledSequences all = two().labelled(new int[] {0, 1}, false);
        List<ClassMistake> mistakes = ClassMistake.of(all, new double[][][] {{{0.4, 0.6}}, {{0.9, 0.1}}});
        assertThat(mistakes)
                .containsExactly(
                        new ClassMistake(1, "x, sequence 2", "1", "0", 0.9, 0.1),
                        new ClassMistake(0, "x, sequence 1", "0", "1", 0.6, 0.4));
        assertThat(ClassMistake.of(all, new double[][][] {{{0.6, 0.4}}, {{0.1, 0.9}}}))
                .isEmpty();
    }

    @Test
    void aModelDrawsItsHeldOutPartAgain() {
        float[] x = new float[40];
        int[] y = new int[20];
        for (int i = 0; i < 20; i++) {
            x[2 * i] = i;
            y[i] = i % 2;
        }
        LabelledSequences all = ArraySequences.of("x", x, List.of(20, 2)).labelled(y, false);
        Task task = HeldOutPart.addTo(Task.of("classification"), 0.3, 1L << 60, Optional.empty());
        NetworkSpec spec = NetworkSpec.of(Dense.head(1, 2));
        Model model = Model.of(Network.initialised(spec, new SplittableRandom(1)), task);
        LabelledSequences again = HeldOutPart.of(model, all);
        int[] drawn = HeldOutPart.split(all, 0.3, 1L << 60, Optional.empty()).heldOut();
        assertThat(HeldOutPart.exists(model)).isTrue();
        assertThat(HeldOutPart.group(model)).isEmpty();
        assertThat(again.count()).isEqualTo(drawn.length).isEqualTo(6);
        assertThat(again.values(0)).isEqualTo(all.values(drawn[0]));
    }
}
