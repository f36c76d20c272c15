package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdleOrderTest {

    @Test
    void ordersAsAMapByAccessDoes() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            IdleOrder<String, String, String> order = new IdleOrder<>();
            Map<String, KeptSession<String, String, String>> expected = new LinkedHashMap<>(16, 0.75f, true);
            for (int i = 0; i < 2000; i++) {
                String key = "s" + random.nextInt(100);
                KeptSession<String, String, String> known = expected.get(key);
                if (known == null) {
                    KeptSession<String, String, String> made = new KeptSession<>(key, "");
                    expected.put(key, made);
                    order.add(made);
                } else if (random.nextInt(3) == 0) {
                    expected.remove(key);
                    order.remove(known);
                } else {
                    order.touch(known);
                }
            }
            assertThat(inOrder(order)).as("seed " + seed).isEqualTo(List.copyOf(expected.keySet()));
        }
    }

    @Test
    void whatComesBackIsTheLongestIdle() {
        IdleOrder<String, String, String> order = new IdleOrder<>();
        KeptSession<String, String, String> a = new KeptSession<>("a", "");
        KeptSession<String, String, String> b = new KeptSession<>("b", "");
        order.add(a);
        order.add(b);
        order.remove(a);
        order.addOldest(a);
        assertThat(inOrder(order)).containsExactly("a", "b");
        order.remove(a);
        order.remove(b);
        order.addOldest(b);
        order.add(a);
        assertThat(inOrder(order)).containsExactly("b", "a");
    }

    private static List<String> inOrder(IdleOrder<String, String, String> order) {
        List<String> keys = new ArrayList<>();
        @Nullable KeptSession<String, String, String> session = order.oldest();
        while (session != null) {
            keys.add(session.key);
            session = order.after(session);
        }
        return keys;
    }
}
