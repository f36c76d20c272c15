package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session begins anew with the events that begin it, or not at all. */
class StartAnewTest {

    @TempDir
    Path folder;

    private static String births(int day, int count) {
        StringBuilder text = new StringBuilder("{\"events\":[");
        for (int i = 0; i < count; i++) {
            text.append(i > 0 ? "," : "")
                    .append("{\"date\":\"")
                    .append(java.time.LocalDate.of(2020, 1, 1).plusDays(day + i))
                    .append("\",\"births\":")
                    .append(9000 + 17 * (day + i) % 500)
                    .append('}');
        }
        return text.append("]}").toString();
    }

    /** That a date follows the one before is seen when the event's turn comes, long after the body has been read. */
    @Test
    void anEventThatIsRefusedInItsTurnLeavesTheSessionWhereItWas() throws Exception {
        Path file = folder.resolve("births.safetensors");
        TaskModels.births().save(file);
        try (CarouselServer server =
                CarouselServer.start(ServerOptions.of(List.of(file)).withPort(0))) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            String session = "/v1/models/births/sessions/s";
            assertThat(asked.post(session + "/events", births(0, 5)).statusCode())
                    .isEqualTo(200);
            byte[] before = asked.get(session + "/state").body();
            String backwards = births(10, 3).replace("]}", ",{\"date\":\"2019-01-01\",\"births\":9000}]}");
            HttpResponse<byte[]> refused = asked.post(session + "/events?start=true", backwards);
            assertThat(refused.statusCode()).as(Live.text(refused)).isEqualTo(422);
            assertThat(asked.get(session + "/state").body()).isEqualTo(before);
            HttpResponse<byte[]> infer = asked.post(
                    "/v2/models/births/infer",
                    "{\"parameters\":{\"sequence_id\":\"s\",\"sequence_start\":true},\"inputs\":[{\"name\":\"x\",\"shape\":"
                            + "[1,2,1],\"datatype\":\"FP64\",\"data\":[9000,9001]},{\"name\":\"date\",\"shape\":[1,2],"
                            + "\"datatype\":\"BYTES\",\"data\":[\"2021-01-02\",\"2021-01-01\"]}]}");
            assertThat(infer.statusCode()).as(Live.text(infer)).isEqualTo(422);
            assertThat(asked.get(session + "/state").body()).isEqualTo(before);
            assertThat(asked.post(session + "/events?start=true", births(100, 3))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(asked.get(session + "/state").body()).isNotEqualTo(before);
        }
    }

    @Test
    void noEventOfAnotherClientComesBetween() throws Exception {
        try (Live live = Live.start(folder, options -> options)) {
            String path = "/v1/models/m/sessions/s/events";
            String three = "{\"events\":[" + Live.json(Live.event(0)) + "," + Live.json(Live.event(1)) + ","
                    + Live.json(Live.event(2)) + "]}";
            List<float[]> expected = Live.outputs(live.post(path + "?start=true", three));
            AtomicBoolean over = new AtomicBoolean();
            Thread other = new Thread(() -> {
                while (!over.get()) {
                    live.post(path, "{\"event\":[9,9,9]}");
                }
            });
            other.start();
            try {
                for (int i = 0; i < 100; i++) {
                    assertThat(Live.outputs(live.post(path + "?start=true", three)))
                            .usingRecursiveComparison()
                            .isEqualTo(expected);
                }
            } finally {
                over.set(true);
                other.join();
            }
        }
    }
}
