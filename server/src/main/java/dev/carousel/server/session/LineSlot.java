package dev.carousel.server.session;

import dev.carousel.json.Json;
import dev.carousel.server.http.Problem;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The answer to one line of many: written by the thread that has it, read by the one that sends all. */
final class LineSlot {

    private String session = "";
    private OptionalLong sequence = OptionalLong.empty();
    private @Nullable Problem problem;
    private @Nullable Consumer<JsonGenerator> output;

    void setSession(String of) {
        session = of;
    }

    String session() {
        return session;
    }

    void refuse(Problem why) {
        problem = why;
    }

    void answer(OptionalLong number, Consumer<JsonGenerator> written) {
        sequence = number;
        output = written;
    }

    /** 200, or that of the problem. */
    int status() {
        return problem == null ? 200 : problem.status();
    }

    Problem problem() {
        return problem == null ? Problem.of(500, "The line has neither an answer nor an error.") : problem;
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeName("session");
        json.writeString(session);
        if (sequence.isPresent()) {
            json.writeName("sequence");
            json.writeNumber(sequence.getAsLong());
        }
        Consumer<JsonGenerator> written = output;
        if (problem == null && written != null) {
            json.writeName("output");
            written.accept(json);
        } else {
            json.writeName("error");
            Json.write(json, problem().fields());
        }
        json.writeEndObject();
    }
}
