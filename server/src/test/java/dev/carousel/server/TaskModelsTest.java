package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.dataset.Births;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.stream.StateStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with a task answer in its words, as their streams do in process. */
class TaskModelsTest {

    @TempDir
    Path folder;

    @Test
    void aForecasterForecastsByTheLineThatIsPrinted() throws Exception {
        Path file = folder.resolve("births.safetensors");
        Model model = TaskModels.births();
        model.save(file);
        TaskStream alone = StreamModel.of(model).open();
        var series = Births.series();
        int rows = (int) alone.rowsUntilAnswer();
        Answer last = null;
        for (int row = series.length() - rows; row < series.length(); row++) {
            last = alone.add(Event.of("births", series.value(row)).at(series.date(row)));
        }
        try (CarouselServer server =
                CarouselServer.start(ServerOptions.of(List.of(file)).withPort(0))) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            assertThat(server.exampleLine())
                    .startsWith("curl -s http://127.0.0.1:" + server.port()
                            + "/v1/models/births/example | curl -s -d @- '");
            String example = Live.text(asked.get("/v1/models/births/example"));
            HttpResponse<byte[]> response =
                    asked.post("/v1/models/births/sessions/try/events?start=true&answers=last", example);
            assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
            Object forecast = ((List<?>) Live.json(response).get("outputs")).get(0);
            assertThat(Json.write(forecast)).isEqualTo(Json.write(last.fields()));
            assertThat((List<?>) ((Map<?, ?>) forecast).get("forecast")).hasSize(28);
            // The next day, a gap, a wrong column, a wrong date, a text for a number.
            String day = LocalDate.of(1989, 1, 1).toString();
            String path = "/v1/models/births/sessions/try/events";
            assertThat(asked.post(path, "{\"event\":{\"date\":\"1989-01-03\",\"births\":9000}}")
                            .statusCode())
                    .isEqualTo(422);
            assertThat(Live.text(asked.post(path, "{\"event\":{\"date\":\"" + day + "\",\"birth\":9000}}")))
                    .contains("Did you mean 'births'?", "\"reason\":\"unknown-column\"", "\"column\":\"birth\"");
            assertThat(Live.text(asked.post(path, "{\"event\":{\"date\":\"yesterday\",\"births\":9000}}")))
                    .contains("not-a-date");
            assertThat(Live.text(asked.post(path, "{\"event\":{\"date\":\"" + day + "\",\"births\":\"many\"}}")))
                    .contains("not-a-number");
            HttpResponse<byte[]> next = asked.post(path, "{\"event\":{\"date\":\"" + day + "\",\"births\":9000}}");
            Answer expected =
                    alone.add(Event.of("births", 9000).at(LocalDate.parse(day).atStartOfDay()));
            assertThat(Json.write(((List<?>) Live.json(next).get("outputs")).get(0)))
                    .isEqualTo(Json.write(expected.fields()));
            HttpResponse<byte[]> infer = asked.post(
                    "/v2/models/births/infer",
                    "{\"parameters\":{\"sequence_id\":\"try\"},\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP64\","
                            + "\"data\":[9100]},{\"name\":\"date\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"1989-01-02\"]}]}");
            assertThat(infer.statusCode()).as(Live.text(infer)).isEqualTo(200);
            assertThat((List<?>) ((Map<?, ?>) ((List<?>) Live.json(infer).get("outputs")).get(0)).get("data"))
                    .hasSize(28);
        }
    }

    @Test
    void aTextModelSaysWhatComesNext() throws Exception {
        Path file = folder.resolve("text.safetensors");
        Model model = TaskModels.text("abc ");
        model.save(file);
        Answer expected = StreamModel.of(model).open().add(Event.text("abc"));
        try (CarouselServer server =
                CarouselServer.start(ServerOptions.of(List.of(file)).withPort(0))) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            HttpResponse<byte[]> response = asked.post("/v1/models/text/sessions/t/events", "{\"events\":[\"abc\"]}");
            assertThat(Json.write(((List<?>) Live.json(response).get("outputs")).get(0)))
                    .isEqualTo(Json.write(expected.fields()));
            assertThat(asked.post("/v1/models/text/sessions/t/events", "{\"events\":[\"xyz\"]}")
                            .statusCode())
                    .isEqualTo(422);
            assertThat(asked.post("/v1/models/text/sessions/t/events", "{\"events\":[7.5]}")
                            .statusCode())
                    .isEqualTo(422);
            HttpResponse<byte[]> infer = asked.post(
                    "/v2/models/text/infer",
                    "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}");
            assertThat(infer.statusCode()).as(Live.text(infer)).isEqualTo(200);
            assertThat(Live.json(asked.get("/v1/models/text/sessions/t/picture"))
                            .get("kind"))
                    .isEqualTo("bytes");
        }
    }

    @Test
    void aTranscriberWritesLabelByLabel() throws Exception {
        Path file = folder.resolve("dial.safetensors");
        Model model = TaskModels.transcriber();
        model.save(file);
        TaskStream alone = StreamModel.of(model).open();
        List<Object> expected = new ArrayList<>();
        StringBuilder events = new StringBuilder();
        int labels = 0;
        for (int i = 0; i < 40; i++) {
            double x = Math.sin(i) * 9;
            double y = Math.cos(3 * i) * 9;
            Answer.Label answer = (Answer.Label) alone.add(Event.ordered(x, y));
            labels += answer.label().isPresent() ? 1 : 0;
            expected.add(answer.fields());
            events.append(i > 0 ? "," : "").append("[" + x + "," + y + "]");
        }
        assertThat(labels).isPositive();
        try (StateStore store = StateStore.onHeap();
                CarouselServer server = CarouselServer.start(
                        ServerOptions.of(List.of(file)).withPort(0).withStore(store))) {
            TaskModels.Asked asked = new TaskModels.Asked(server);
            for (int round = 0; round < 2; round++) {
                HttpResponse<byte[]> response =
                        asked.post("/v1/models/dial/sessions/t/events", "{\"sequence\":0,\"events\":[" + events + "]}");
                assertThat(response.statusCode()).as(Live.text(response)).isEqualTo(200);
                assertThat(Json.write(Live.json(response).get("outputs"))).isEqualTo(Json.write(expected));
            }
            HttpResponse<byte[]> infer = asked.post(
                    "/v2/models/dial/infer",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,40,2],\"datatype\":\"FP64\",\"data\":["
                            + events.toString().replaceAll("[\\[\\]]", "") + "]}]}");
            assertThat(infer.statusCode()).as(Live.text(infer)).isEqualTo(200);
            List<?> numbers = (List<?>) ((Map<?, ?>) ((List<?>) Live.json(infer).get("outputs")).get(0)).get("data");
            assertThat(numbers).hasSize(3 * 40);
            assertThat(numbers.stream().filter(one -> ((Number) one).doubleValue() > 0))
                    .hasSize(labels);
        }
    }
}
