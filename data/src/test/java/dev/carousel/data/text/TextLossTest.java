package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
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

    @Test
    void tooLittleTextIsRefused() {
        TextData text = TextData.of("x.txt", "abc");
        assertThatThrownBy(() -> TextBaselines.of(text.whole(), new TextData.Part(text, 2, 3)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x.txt");
    }
}
