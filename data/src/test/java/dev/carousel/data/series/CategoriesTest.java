package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CategoriesTest {

    private static final Categories KINDS = Categories.of("kind", List.of("shop", "kiosk", "shop"));

    @Test
    void idsGoByTheAlphabetAndTheUnknownIsZero() {
        assertThat(KINDS.size()).isEqualTo(3);
        assertThat(KINDS.values()).containsExactly("kiosk", "shop");
        assertThat(KINDS.id("kiosk")).isEqualTo(1);
        assertThat(KINDS.id("shop")).isEqualTo(2);
        assertThat(KINDS.id("market")).isEqualTo(Categories.UNKNOWN).isZero();
        assertThat(KINDS.value(2)).isEqualTo("shop");
        assertThat(KINDS.value(0)).isEqualTo("unknown");
        assertThatThrownBy(() -> KINDS.value(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plainValuesLeadBack() {
        assertThat(Categories.fromMap(KINDS.toMap())).isEqualTo(KINDS);
    }

    @Test
    void damagedValuesAreNamed() {
        assertThatThrownBy(() -> Categories.fromMap(Map.of("name", "kind")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no 'values'");
        assertThatThrownBy(() -> Categories.fromMap(Map.of("name", "kind", "values", List.of("a", "a"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'values' to be a list of different texts");
        assertThatThrownBy(() -> Categories.fromMap(Map.of("name", "kind", "values", List.of(3))))
                .isInstanceOf(DataException.class);
    }
}
