package dev.carousel.server.session;

import dev.carousel.server.http.ByteOutput;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Problem;
import dev.carousel.server.http.Problems;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** One session as a whole: looked at, ended, its state read and written. */
public final class SessionState {

    private static final String BYTES = "application/octet-stream";

    private SessionState() {}

    private static Problem unknown(ServedModel model, String key) {
        return Problem.notFound("The model '" + model.name() + "' has no session '" + key
                + "'. It begins with its first event; has it been ended, or has it expired?");
    }

    /** {@code GET}: which version it is on, and the number of its last event. */
    public static void describe(Exchange exchange, ServedModel model, String key) {
        exchange.waits(() -> {
            ModelVersion<?, ?> version = model.of(key);
            if (!version.pool().has(key)) {
                throw unknown(model, key);
            }
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("model", model.name());
            all.put("session", key);
            all.put("version", version.label());
            version.pool().applied(key).ifPresent(number -> all.put("sequence", number));
            exchange.json(200, all);
        });
    }

    /** {@code DELETE}: ends it. */
    public static void end(Exchange exchange, ServedModel model, String key) {
        exchange.waits(() -> {
            if (!model.leave(key)) {
                throw unknown(model, key);
            }
            exchange.done(204);
        });
    }

    /** {@code GET .../state}: all that it remembers, as bytes. */
    public static void read(Exchange exchange, ServedModel model, String key) {
        exchange.waits(() -> {
            byte[] bytes = model.of(key).pool().snapshot(key).orElseThrow(() -> unknown(model, key));
            exchange.answer(200, BYTES, ByteBuffer.wrap(bytes));
        });
    }

    /** {@code PUT .../state}: sets it to what was saved, of whichever version that is. */
    public static void write(Exchange exchange, ServedModel model, String key, ByteOutput body) {
        exchange.waits(() -> {
            try {
                ModelVersion<?, ?> version = model.ofAny(key);
                version.pool().restore(key, body.copy());
                if (model.asks(key)) {
                    model.noteBehind(key, version);
                    model.leaveBehind(key);
                }
            } catch (IllegalArgumentException e) {
                throw Problem.of(409, "The state cannot be taken: " + e.getMessage());
            } catch (RuntimeException e) {
                Problem problem = Problems.of(e);
                throw problem.status() == 422 ? Problem.of(409, problem.detail()) : problem;
            }
            exchange.done(204);
        });
    }
}
