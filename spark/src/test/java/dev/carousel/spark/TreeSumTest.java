package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeSumTest {

    private static final int SHARDS = 16;

    private static float[] gradientOf(int shard) {
        Random random = new Random(shard);
        float[] gradient = new float[100];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
        }
        return gradient;
    }

    private static TreeSum of(int shard) {
        Random random = new Random(shard);
        TreeSum.Part part =
                new TreeSum.Part(gradientOf(shard), random.nextDouble() * 1e9, random.nextDouble(), shard, 1);
        return new TreeSum().with(shard, SHARDS, part, "scalar");
    }

    @Test
    void bitsDoNotDependOnWhichPartsComeTogetherFirst() {
        TreeSum inOrder = new TreeSum();
        for (int s = 0; s < SHARDS; s++) {
            inOrder.merge(of(s));
        }
        assertThat(inOrder.nodes()).isEqualTo(1);
        TreeSum.Part expected = inOrder.total();
        assertThat(expected.replicas()).isEqualTo(SHARDS);
        assertThat(expected.steps()).isEqualTo(120);
        Random random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            List<TreeSum> sums = new ArrayList<>();
            for (int s = 0; s < SHARDS; s++) {
                sums.add(of(s));
            }
            while (sums.size() > 1) {
                Collections.shuffle(sums, random);
                sums.add(sums.remove(0).merge(sums.remove(0)));
            }
            TreeSum.Part total = sums.get(0).total();
            assertThat(total.gradient()).isEqualTo(expected.gradient());
            assertThat(total.loss()).isEqualTo(expected.loss());
            assertThat(total.weight()).isEqualTo(expected.weight());
        }
    }

    @Test
    void everyShardCountsOnce() {
        double[] plain = new double[100];
        TreeSum tree = new TreeSum();
        for (int s = 0; s < SHARDS; s++) {
            float[] g = gradientOf(s);
            for (int i = 0; i < g.length; i++) {
                plain[i] += g[i];
            }
            tree.merge(of(s));
        }
        for (int i = 0; i < plain.length; i++) {
            assertThat((double) tree.total().gradient()[i]).isCloseTo(plain[i], within(16.0));
        }
    }

    @Test
    void aShardThatIsMissingOrComesTwiceIsNoticed() {
        TreeSum sum = of(0).merge(of(1)).merge(of(2));
        assertThatThrownBy(sum::total).isInstanceOf(IllegalStateException.class).hasMessageContaining("not the root");
        assertThatThrownBy(() -> sum.merge(of(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void neighboursAreSentAsOneNode() {
        assertThat(new ShardPartitioner(8, 1).nodes()).isEqualTo(1);
        assertThat(new ShardPartitioner(8, 2).nodes()).isEqualTo(2);
        assertThat(new ShardPartitioner(8, 8).nodes()).isEqualTo(8);
        // Shards 0 1 2, 3 4 5, 6 7.
        assertThat(new ShardPartitioner(8, 3).nodes()).isEqualTo(2 + 2 + 1);
    }
}
