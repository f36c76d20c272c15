package dev.carousel.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

    @Test
    void theNameWithTheFewestDifferingLettersIsNearest() {
        assertThat(Spelling.nearest("brith", List.of("date", "births", "birth")))
                .contains("birth");
        assertThat(Spelling.nearest("OIL", List.of("HUFL", "ot", "oil"))).contains("oil");
    }

    @Test
    void aNameFarFromAllHasNoNearest() {
        assertThat(Spelling.nearest("temperature", List.of("date", "births"))).isEmpty();
        assertThat(Spelling.nearest("x".repeat(1000), List.of("date"))).isEmpty();
    }
}
