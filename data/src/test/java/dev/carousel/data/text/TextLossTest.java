package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextLossTest {

    @Test
    void allMeasuresSayTheSame() {
        TextData text = TextData.of("x", "a\u00E9bc");
        TextLoss loss = TextLoss.of(2 * Math.log(2), text.whole());
        assertThat(loss.units()).isEqualTo(3);
        assertThat(loss.bits()).isCloseTo(2, within(1e-12));
        assertThat(loss.perplexity()).isCloseTo(4, within(1e-12));
        assertThat(loss.bitsPerCharacter()).isCloseTo(2, within(1e-12));
        assertThat(loss.bitsPerByte()).isCloseTo(2 * 3 / 4.0, within(1e-12));
    }

    @Test
    void countsPredictAsTheirFormulasSay() {
        // Learned from "aabab", asked for "b" after "a" and "a" after "b".
        TextData text = TextData.of("x", "aababaaaba");
        TextBaselines found = TextBaselines.of(new TextData.Part(text, 0, 5), new TextData.Part(text, 7, 10));
        double a = 4.0 / 7;
        double b = 3.0 / 7;
        assertThat(found.unigram()).isCloseTo(-(Math.log(a) + Math.log(b)) / 2, within(1e-12));
        // After a: once a, twice b. After b: once a.
        double bAfterA = (2 + 2 * b) / 5;
        double aAfterB = (1 + a) / 2;
        assertThat(found.bigram()).isCloseTo(-(Math.log(bAfterA) + Math.log(aAfterB)) / 2, within(1e-12));
    }

    @Test
    void whatWasNeverSeenIsUnlikelyButPossible() {
        TextData text = TextData.of("x", "aaaabcb");
        TextBaselines found = TextBaselines.of(new TextData.Part(text, 0, 4), new TextData.Part(text, 4, 7));
        assertThat(found.unigram()).isFinite().isGreaterThan(1);
        assertThat(found.bigram()).isEqualTo(found.unigram());
    }

    /** The formula of {@link TextBaselines}, counted anew for every unit. */
    private static double p(int[] seen, int[] asked, int i, int k, int V) {
        int w = asked[i];
        if (k == 1) {
            return (Arrays.stream(seen).filter(id -> id == w).count() + 1.0) / (seen.length + V);
        }
        double shorter = p(seen, asked, i, k - 1, V);
        if (i < k - 1) {
            return shorter;
        }
        int n = 0;
        int together = 0;
        Set<Integer> different = new HashSet<>();
        for (int j = k - 1; j < seen.length; j++) {
            if (Arrays.equals(seen, j - k + 1, j, asked, i - k + 1, i)) {
                n++;
                together += seen[j] == w ? 1 : 0;
                different.add(seen[j]);
            }
        }
        return n == 0 ? shorter : (together + different.size() * shorter) / (n + different.size());
    }

    private static double loss(int[] seen, int[] asked, int k, int V) {
        return -IntStream.range(1, asked.length)
                .mapToDouble(i -> Math.log(p(seen, asked, i, k, V)))
                .average()
                .orElseThrow();
    }

    @Test
    void longerRunsPredictAsTheirFormulaSaysAndTheOrderIsChosenOnTheTrainingPart() {
        SplittableRandom random = new SplittableRandom(5);
        String[] words = {"the ", "cat ", "sat on ", "a ", "mat ", "and ", "the hat "};
        StringBuilder written = new StringBuilder();
        while (written.length() < 900) {
            written.append(words[random.nextInt(words.length)]);
        }
        TextData text = TextData.of("x", written.toString());
        TextData.Part training = text.training(0.8);
        TextData.Part heldOut = text.heldOut(0.8);
        List<Long> told = new ArrayList<>();
        TextBaselines found = TextBaselines.of(training, heldOut, told::add);
        int V = text.units().size();
        int[] seen = training.ids();
        int[] asked = heldOut.ids();
        assertThat(found.unigram()).isCloseTo(loss(seen, asked, 1, V), within(1e-12));
        assertThat(found.bigram()).isCloseTo(loss(seen, asked, 2, V), within(1e-12));
        assertThat(found.ngram()).isCloseTo(loss(seen, asked, found.order(), V), within(1e-12));
        assertThat(found.ngram()).isLessThan(found.bigram());
        assertThat(told).isSorted().endsWith((long) training.length());
        // The last tenth of the training part, by the rest of it; here what is before it is known as well.
        int cut = training.length() - training.length() / 10;
        int[] rest = Arrays.copyOf(seen, cut);
        int best = IntStream.rangeClosed(2, 8)
                .boxed()
                .min(Comparator.comparingDouble(k -> -IntStream.range(cut, seen.length)
                        .mapToDouble(i -> Math.log(p(rest, seen, i, k, V)))
                        .sum()))
                .orElseThrow();
        assertThat(found.order()).isEqualTo(best).isBetween(3, 8);
    }

    @Test
    void theLongestRunsAreForgottenWhereTheMemoryEnds() {
        SplittableRandom random = new SplittableRandom(3);
        String noise = random.ints(20_000, 'a', 'z')
                .collect(StringBuilder::new, (all, c) -> all.append((char) c), StringBuilder::append)
                .toString();
        TextData text = TextData.of("x", noise);
        NGrams grams = new NGrams(text.units().size(), 8, 1 << 14);
        grams.count(text.ids(), 0, text.length(), counted -> {});
        assertThat(grams.longest()).isLessThan(5).isGreaterThanOrEqualTo(2);
        TextBaselines bounded = TextBaselines.of(text.training(0.9), text.heldOut(0.9), 1 << 14, counted -> {});
        TextBaselines free = TextBaselines.of(text.training(0.9), text.heldOut(0.9));
        assertThat(bounded.bigram()).isEqualTo(free.bigram());
        assertThat(bounded.order()).isLessThanOrEqualTo(grams.longest());
    }

    @Test
    void tooLittleTextIsRefused() {
        TextData text = TextData.of("x.txt", "abc");
        assertThatThrownBy(() -> TextBaselines.of(text.whole(), new TextData.Part(text, 2, 3)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x.txt");
    }
}
