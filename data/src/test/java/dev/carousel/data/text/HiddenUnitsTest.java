package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cells;
import dev.carousel.data.DataException;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Sampler;
import dev.carousel.train.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HiddenUnitsTest {

    private static final String TEXT = "He said: \"Go (now)\". Then\n\nhe went 12 miles.\n";

    private static Network network(String cell, TextUnits units) {
        int V = units.size();
        Recurrent layers = Recurrent.of(Cells.of(cell), V, 6).withLayers(2);
        return Network.initialised(
                NetworkSpec.of(new OneHot(V), layers, Dense.head(6, V)),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
    }

    private static String marked(TextIndicator indicator, String text) {
        StringBuilder marked = new StringBuilder();
        Arrays.stream(indicator.over(text)).forEach(value -> marked.append((int) value));
        return marked.toString();
    }

    @Test
    void indicatorsMarkWhatTheySay() {
        assertThat(marked(TextIndicator.INSIDE_QUOTES, "a \"b\" \u201Cc\u201D")).isEqualTo("001100110");
        assertThat(marked(TextIndicator.INSIDE_BRACKETS, "a(b[c]d)e)")).isEqualTo("0111111000");
        assertThat(marked(TextIndicator.POSITION_IN_LINE, "ab\nc")).isEqualTo("1201");
        assertThat(marked(TextIndicator.POSITION_IN_WORD, "ab, c1")).isEqualTo("120012");
        assertThat(marked(TextIndicator.END_OF_LINE, "a\nb")).isEqualTo("010");
        assertThat(marked(TextIndicator.WHITE_SPACE, "a b\n")).isEqualTo("0101");
        assertThat(marked(TextIndicator.UPPER_CASE, "aBc")).isEqualTo("010");
        assertThat(marked(TextIndicator.VOWEL, "bAde\u00E9")).isEqualTo("01011");
        assertThat(marked(TextIndicator.DIGIT, "a1")).isEqualTo("01");
        assertThat(marked(TextIndicator.END_OF_SENTENCE, "a. \" b")).isEqualTo("011110");
        assertThat(marked(TextIndicator.FIRST_LINE_OF_PARAGRAPH, "ab\nc\n\nd")).isEqualTo("1100001");
        assertThat(TextIndicator.INSIDE_QUOTES.label()).isEqualTo("inside quotes");
    }

    @Test
    void everyUnitOfEveryLayerIsWatchedAtEveryStep() {
        Vocabulary units = Vocabulary.of(TEXT);
        HiddenUnits hidden = HiddenUnits.over(network("lstm", units).pack(), units, units.encode(TEXT));
        assertThat(hidden.layers()).isEqualTo(2);
        assertThat(hidden.units(2)).isEqualTo(6);
        assertThat(String.join("", hidden.symbols())).isEqualTo(TEXT);
        assertThat(hidden.activation(1, 3)).hasSize(TEXT.length());
        assertThat(hidden.activation(2, 0)).isNotEqualTo(hidden.activation(1, 0));
    }

    @Test
    void aUnitThatIsAnIndicatorIsFound() {
        // A unit whose only large weight is that of the capital H.
        Vocabulary units = Vocabulary.of(TEXT);
        Network network = network("rnn", units);
        float[] parameters = network.parameters().values();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] *= 1e-3f;
        }
        // W of the first layer comes first, [6, V]; its row 2 sees the capitals.
        for (char capital : "HGT".toCharArray()) {
            parameters[2 * units.size() + units.id(capital)] = 2;
        }
        HiddenUnits hidden = HiddenUnits.over(network.pack(), units, units.encode(TEXT));
        assertThat(hidden.correlation(1, 2, TextIndicator.UPPER_CASE)).isCloseTo(1, within(0.02));
        HiddenUnits.Finding best = hidden.findings(3).get(0);
        assertThat(best.layer()).isEqualTo(1);
        assertThat(best.unit()).isEqualTo(2);
        assertThat(best.indicator()).isEqualTo(TextIndicator.UPPER_CASE);
        assertThat(best).hasToString("layer 1, unit 2: upper case, r = 1.00");
    }

    @Test
    void noUnitIsNamedTwiceAndTheClosestComesFirst() {
        Vocabulary units = Vocabulary.of(TEXT);
        HiddenUnits hidden = HiddenUnits.over(network("gru", units).pack(), units, units.encode(TEXT));
        var findings = hidden.findings(8);
        assertThat(findings).hasSize(8);
        assertThat(findings).extracting(one -> one.layer() * 100 + one.unit()).doesNotHaveDuplicates();
        assertThat(findings)
                .isSortedAccordingTo((a, b) -> Double.compare(Math.abs(b.correlation()), Math.abs(a.correlation())));
    }

    @Test
    void wordsAndBytesAreWatchedToo() {
        WordVocabulary words = WordVocabulary.of(TEXT, 99, 1);
        HiddenUnits byWord = HiddenUnits.over(network("gru", words).pack(), words, words.encode(TEXT));
        assertThat(byWord.symbols()).contains(" said", "\n");
        assertThat(byWord.findings(5)).isNotEmpty();
        ByteUnits bytes = ByteUnits.INSTANCE;
        HiddenUnits byByte = HiddenUnits.over(network("gru", bytes).pack(), bytes, bytes.encode("a\u00E9b"));
        assertThat(byByte.symbols()).hasSize(4);
        assertThat(byByte.correlation(1, 0, TextIndicator.VOWEL)).isBetween(-1.0, 1.0);
    }

    @Test
    void aWriterGoesOnFromWhatItReadWithTheSameSeedAlike() {
        Vocabulary units = Vocabulary.of(TEXT);
        Network network = network("lstm", units);
        TextWriter one = TextWriter.of(network.pack(), units);
        one.read("He");
        TextWriter other = TextWriter.of(network.pack(), units);
        other.read("He");
        String text = one.write(30, Sampler.of(1), new SplittableRandom(4));
        assertThat(text).hasSize(30);
        assertThat(other.write(30, Sampler.of(1), new SplittableRandom(4))).isEqualTo(text);
        assertThatThrownBy(() -> one.read("z")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> TextWriter.of(network.pack(), ByteUnits.INSTANCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256 bytes");
    }

    @Test
    void writtenBytesBecomeWholeCharacters() {
        ByteUnits bytes = ByteUnits.INSTANCE;
        Network network = network("rnn", bytes);
        TextWriter writer = TextWriter.of(network.pack(), bytes);
        writer.begin();
        String text = writer.write(300, Sampler.of(1), new SplittableRandom(4));
        // Random bytes are hardly ever UTF-8, but what is ASCII stays itself.
        assertThat(text).contains("\uFFFD").containsPattern("[a-zA-Z]");
    }
}
