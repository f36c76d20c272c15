package dev.carousel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.SpecJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Saved states are known by these digits, so they must never change. */
class FingerprintTest {

    private final NetworkSpec spec =
            NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 70).withLayers(2), LayerSpec.Dense.head(70, 2));
    private final Parameters parameters = counted(spec);

    /** More numbers than the buffer that is hashed at a time holds. */
    private static Parameters counted(NetworkSpec spec) {
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (i % 2001 - 1000) / 1024f;
        }
        assertThat(parameters.size() * Float.BYTES).isGreaterThan(1 << 16);
        return parameters;
    }

    private String sum(String... texts) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String text : texts) {
            digest.update((text + "\0").getBytes(StandardCharsets.UTF_8));
        }
        ByteBuffer numbers = ByteBuffer.allocate(parameters.size() * Float.BYTES);
        numbers.asFloatBuffer().put(parameters.values());
        return HexFormat.of().formatHex(digest.digest(numbers.array()));
    }

    @Test
    void aNetworkIsItsDescriptionAndItsWeights() throws Exception {
        assertThat(spec.fingerprint(parameters))
                .isEqualTo(sum(SpecJson.toJson(spec)))
                .isEqualTo("a7177e4d2ce7bdcba5f724309a9cefff2334ea805b118f438b77d9d3f9f4112d");
    }

    @Test
    void aModelIsItsTaskToo() throws Exception {
        Task task = Task.of("t\u00e9st");
        assertThat(Model.of(Network.of(spec, parameters), task).fingerprint())
                .isEqualTo(sum(SpecJson.toJson(spec), task.toJson()))
                .isEqualTo("88ffcdf37d28cd36cd33bba86a5f8a35b4d250cbab21bf7a921917c02425c350");
    }
}
