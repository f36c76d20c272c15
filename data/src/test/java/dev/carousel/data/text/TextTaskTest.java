package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextTaskTest {

    private static final TextData TEXT = TextData.of("x", "abc".repeat(100));

    private static Model model(int size, int streams) {
        NetworkSpec spec = NetworkSpec.of(new OneHot(size), Recurrent.gru(size, 4), Dense.head(4, size));
        return Model.of(Network.initialised(spec, new SplittableRandom(1)), TextTask.of(TEXT.units(), 0.9, streams));
    }

    @Test
    void aModelSaysHowItIsJudged() {
        Model model = model(3, 2);
        assertThat(TextTask.units(model).decode(1)).isEqualTo("b");
        assertThat(TextTask.trainingShare(model)).isEqualTo(0.9);
        assertThat(TextTask.streams(model)).isEqualTo(2);
        TextData.Part heldOut = TextTask.heldOut(model, TEXT).orElseThrow();
        assertThat(heldOut.from()).isEqualTo(270);
        assertThat(TextTask.windows(model, heldOut).size()).isEqualTo(1);
    }

    @Test
    void aNetworkOfAnotherVocabularyIsRefused() {
        assertThatThrownBy(() -> TextTask.units(model(5, 2)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("reads and gives 3 characters")
                .hasMessageContaining("found one that reads 5 kinds of id and gives 5 numbers");
    }

    @Test
    void noStreamIsRefused() {
        assertThatThrownBy(() -> TextTask.streams(model(3, 0)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at least 1 stream");
    }
}
