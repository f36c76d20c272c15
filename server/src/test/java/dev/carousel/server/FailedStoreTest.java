package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.PoolException;
import dev.carousel.stream.Session;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store could not do while it failed is done when it works again. */
class FailedStoreTest {

    @TempDir
    Path folder;

    private final FailingStore store = new FailingStore();
    private final List<String> log = new CopyOnWriteArrayList<>();

    private CarouselServer serve() throws Exception {
        return CarouselServer.start(ServerOptions.of(List.of(folder))
                .withPort(0)
                .withReload(Duration.ZERO)
                .withLog(log::add)
                .withStore(store));
    }

    private static float[] alone(PackedNetwork network, int... events) {
        Session session = Session.of(network);
        float[] y = new float[Live.O];
        for (int event : events) {
            session.step(Live.event(event), y);
        }
        return y;
    }

    private static String infer(String parameters, int event) {
        return "{\"parameters\":{\"sequence_id\":\"s\"" + parameters + "},\"inputs\":[{\"name\":\"x\",\"shape\":[1,"
                + Live.D + "],\"datatype\":\"FP32\",\"data\":" + Live.json(Live.event(event)) + "}]}";
    }

    private static float[] step(TaskModels.Asked asked, String query, int event) throws Exception {
        HttpResponse<byte[]> response = asked.post(
                "/v1/models/m/sessions/s/events" + query, "{\"event\":" + Live.json(Live.event(event)) + "}");
        assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
        return Live.outputs(response).get(0);
    }

    @Test
    void anOldSessionThatCouldNotEndDoesNotComeBack() throws Exception {
        Path file = folder.resolve("m.safetensors");
        PackedNetwork one = Live.save(file, 1, Live.D).pack();
        try (CarouselServer server = serve()) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            assertThat(step(asked, "", 0)).isEqualTo(alone(one, 0));
            PackedNetwork two = Live.save(file, 2, Live.D).pack();
            server.reload();
            for (boolean kserve : new boolean[] {false, true}) {
                store.failing = Optional.of("m@" + one.fingerprint().substring(0, 16));
                if (kserve) {
                    assertThat(asked.post("/v2/models/m/infer", infer(",\"sequence_start\":true", 3))
                                    .statusCode())
                            .isEqualTo(200);
                } else {
                    assertThat(step(asked, "?start=true", 3)).isEqualTo(alone(two, 3));
                }
                store.failing = Optional.empty();
                HttpResponse<byte[]> last = asked.post("/v2/models/m/infer", infer(",\"sequence_end\":true", 4));
                assertThat(last.statusCode()).as(Live.text(last)).isEqualTo(200);
                // The session is over, so that the next event begins one on the newest version.
                assertThat(step(asked, "", 5)).isEqualTo(alone(two, 5));
            }
        }
    }

    @Test
    void sessionsOfNetworksThatAreNotServedAreLookedForUntilTheStoreHasSaid() throws Exception {
        Path file = folder.resolve("m.safetensors");
        Live.save(file, 1, Live.D);
        try (CarouselServer server = serve()) {
            step(new TaskModels.Asked(server), "", 0);
        }
        Files.delete(file);
        Live.save(folder.resolve("other.safetensors"), 3, Live.D);
        try (CarouselServer server = serve()) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            Live.save(file, 2, Live.D);
            store.nameless = true;
            assertThatThrownBy(server::reload).isInstanceOf(PoolException.class);
            store.nameless = false;
            server.reload();
            HttpResponse<byte[]> refused =
                    asked.post("/v1/models/m/sessions/s/events", "{\"event\":" + Live.json(Live.event(1)) + "}");
            assertThat(refused.statusCode()).as(Live.text(refused)).isEqualTo(409);
            assertThat(Live.json(refused).get("reason")).isEqualTo("model-replaced");
        }
    }
}
