package dev.carousel.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.decoding.EditDistance.Pair;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The distance against its recursive definition, and the changes it names. */
class EditDistanceTest {

    private static int[] ids(String text) {
        return text.chars().toArray();
    }

    private static int recursive(int[] a, int[] b) {
        if (a.length == 0 || b.length == 0) {
            return a.length + b.length;
        }
        int[] shorterA = Arrays.copyOf(a, a.length - 1);
        int[] shorterB = Arrays.copyOf(b, b.length - 1);
        int same = a[a.length - 1] == b[b.length - 1] ? 0 : 1;
        return Math.min(
                recursive(shorterA, shorterB) + same, 1 + Math.min(recursive(shorterA, b), recursive(a, shorterB)));
    }

    @Test
    void kittenBecomesSittingByThreeChanges() {
        EditDistance distance = EditDistance.between(ids("kitten"), ids("sitting"));
        assertThat(distance.errors()).isEqualTo(3);
        assertThat(distance.substitutions()).isEqualTo(2);
        assertThat(distance.insertions()).isEqualTo(1);
        assertThat(distance.deletions()).isZero();
        assertThat(distance.pairs()).contains(new Pair('k', 's'), new Pair('t', 't'));
        assertThat(EditDistance.between(ids("abc"), ids("ac")).deletions()).isEqualTo(1);
        assertThat(EditDistance.between(ids(""), ids("")).errors()).isZero();
    }

    @Test
    void isTheFewestChangesAndItsPairsAreBothSequences() {
        Random random = new Random(2);
        for (int i = 0; i < 2000; i++) {
            int[] a = random.ints(random.nextInt(6), 0, 3).toArray();
            int[] b = random.ints(random.nextInt(6), 0, 3).toArray();
            EditDistance distance = EditDistance.between(a, b);
            assertThat(distance.errors())
                    .as(Arrays.toString(a) + " and " + Arrays.toString(b))
                    .isEqualTo(recursive(a, b));
            assertThat(distance.pairs().stream()
                            .mapToInt(Pair::truth)
                            .filter(k -> k != EditDistance.NOTHING)
                            .toArray())
                    .containsExactly(a);
            assertThat(distance.pairs().stream()
                            .mapToInt(Pair::found)
                            .filter(k -> k != EditDistance.NOTHING)
                            .toArray())
                    .containsExactly(b);
        }
    }
}
