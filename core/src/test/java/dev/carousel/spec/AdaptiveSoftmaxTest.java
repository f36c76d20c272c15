package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Output layers of large vocabularies: their sizes, and what is wrong with some. */
class AdaptiveSoftmaxTest {

    private static long[] zipf(int classes) {
        return IntStream.rangeClosed(1, classes)
                .mapToLong(rank -> 1 + 1_000_000L / rank)
                .toArray();
    }

    @Test
    void parametersHaveTheNamesAndShapesOfPyTorch() {
        Parameters parameters =
                NetworkSpec.of(AdaptiveSoftmax.of(64, 1000, List.of(100, 300))).zeroParameters();
        assertThat(parameters.slices().stream().map(slice -> slice.name() + " " + slice.shape()))
                .containsExactly(
                        "out.head.weight [102, 64]",
                        "out.tail.0.0.weight [16, 64]",
                        "out.tail.0.1.weight [200, 16]",
                        "out.tail.1.0.weight [4, 64]",
                        "out.tail.1.1.weight [700, 4]");
    }

    @Test
    void aFileHasItAndATiedLayer() {
        NetworkSpec adaptive = NetworkSpec.of(
                new Embedding("embedding", 1000, 8),
                Recurrent.lstm(8, 12),
                new AdaptiveSoftmax("out", 12, 1000, List.of(100, 300), 3));
        assertThat(SpecJson.ofJson(SpecJson.toJson(adaptive))).isEqualTo(adaptive);
        assertThat(adaptive.adaptive()).isTrue();
        Embedding table = new Embedding("embedding", 50, 8);
        NetworkSpec tied = NetworkSpec.of(table, Recurrent.lstm(8, 8), TiedDense.to(table));
        assertThat(SpecJson.ofJson(SpecJson.toJson(tied))).isEqualTo(tied);
        assertThat(tied.adaptive()).isFalse();
        assertThat(tied.zeroParameters().has("out.weight")).isFalse();
    }

    @Test
    void cutoffsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> AdaptiveSoftmax.of(8, 100, List.of()))
                .hasMessageContaining("AdaptiveSoftmax out: there is no cutoff");
        assertThatThrownBy(() -> AdaptiveSoftmax.of(8, 100, List.of(20, 20)))
                .hasMessageContaining("the cutoffs are [20, 20] but must ascend");
        assertThatThrownBy(() -> AdaptiveSoftmax.of(8, 100, List.of(30, 20)))
                .hasMessageContaining("the cutoffs are [30, 20] but must ascend");
        assertThatThrownBy(() -> AdaptiveSoftmax.of(8, 100, List.of(0)))
                .hasMessageContaining("the cutoffs are [0] but must ascend from at least 1");
        assertThatThrownBy(() -> AdaptiveSoftmax.of(8, 100, List.of(20, 100)))
                .hasMessageContaining("the cutoffs are [20, 100] but there are only 100 classes")
                .hasMessageContaining("Is the vocabulary smaller than expected?");
        assertThatThrownBy(() -> new AdaptiveSoftmax("out", 8, 100, List.of(20), 0))
                .hasMessageContaining("AdaptiveSoftmax out: divisor");
        String json = SpecJson.toJson(NetworkSpec.of(AdaptiveSoftmax.of(8, 100, List.of(20))));
        assertThatThrownBy(() -> SpecJson.ofJson(json.replace("[20]", "[20,\"a\"]")))
                .hasMessageContaining("\"cutoffs\" must be a list of whole numbers from 1 to 2147483647");
        assertThatThrownBy(() -> SpecJson.ofJson(json.replace("[20]", "[200]")))
                .hasMessageContaining("there are only 100 classes");
    }

    @Test
    void aTiedLayerNeedsTheTableThatItNames() {
        Embedding table = new Embedding("embedding", 50, 8);
        assertThatThrownBy(
                        () -> NetworkSpec.of(table, Recurrent.lstm(8, 12), new TiedDense("out", "embedding", 12, 50)))
                .hasMessageContaining(
                        "shares the table of the embedding embedding, which is [50, 8], but needs one of [50, 12]");
        assertThatThrownBy(() -> NetworkSpec.of(table, Recurrent.lstm(8, 8), new TiedDense("out", "words", 8, 50)))
                .hasMessageContaining(
                        "shares the table of the embedding words, but the network's first layer is Embedding");
        assertThatThrownBy(() -> NetworkSpec.of(Recurrent.lstm(8, 8), new TiedDense("out", "embedding", 8, 50)))
                .hasMessageContaining("but the network's first layer is Recurrent");
    }

    @Test
    void defaultCutoffsNeedFewerMultiplicationsThanOthers() {
        long[] counts = zipf(50_000);
        List<Integer> cutoffs = Cutoffs.of(256, 4, counts);
        assertThat(cutoffs.size()).isBetween(2, 3);
        assertThat(cutoffs.get(0)).isBetween(2_000, 8_000);
        double best = multiplications(cutoffs, counts);
        for (List<Integer> others : List.of(
                List.of(4_000),
                List.of(4_000, 10_000),
                List.of(20_000),
                List.of(5_000, 40_000),
                List.of(5_000, 8_000, 20_000))) {
            assertThat(best).as(others.toString()).isLessThanOrEqualTo(1.001 * multiplications(others, counts));
        }
        // A full softmax needs this many for each step.
        assertThat(best).isLessThan(0.15 * 256 * 50_000);
        double share = Arrays.stream(counts).limit(cutoffs.get(0)).sum()
                / (double) Arrays.stream(counts).sum();
        assertThat(share).isBetween(0.75, 0.8);
        long[] equal = new long[1_000];
        Arrays.fill(equal, 3);
        assertThat(Cutoffs.of(256, 4, equal))
                .allSatisfy(cutoff -> assertThat(cutoff).isBetween(750, 900));
    }

    private static double multiplications(List<Integer> cutoffs, long[] counts) {
        AdaptiveSoftmax layer = AdaptiveSoftmax.of(256, counts.length, cutoffs);
        double all = Arrays.stream(counts).sum();
        double sum = 256.0 * (layer.shortList() + layer.clusters());
        for (int i = 0; i < layer.clusters(); i++) {
            double share = Arrays.stream(counts)
                            .skip(layer.first(i))
                            .limit(layer.classes(i))
                            .sum()
                    / all;
            sum += share * layer.projected(i) * (256 + layer.classes(i));
        }
        return sum;
    }

    @Test
    void aVocabularyTooSmallForClustersIsRefused() {
        assertThat(Cutoffs.of(16, 4, zipf(200))).containsExactly(100);
        assertThatThrownBy(() -> Cutoffs.of(16, 4, zipf(199)))
                .hasMessageContaining("Cutoffs: there are 199 classes, too few");
        assertThatThrownBy(() -> Cutoffs.of(16, 4, new long[500]))
                .hasMessageContaining("none of the 500 classes occurs");
    }
}
