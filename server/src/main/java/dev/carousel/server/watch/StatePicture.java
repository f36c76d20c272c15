package dev.carousel.server.watch;

import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Problem;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a session remembers, for the page to draw: of a network without a task the numbers of its state, of a task the bytes, in
 * which one sees what an event changes.
 */
public final class StatePicture {

    /** Where the numbers of a saved session begin: its mark, the fingerprint, how many they are. */
    private static final int HEAD = 4 + 32 + 4;

    private static final int MARK = 0x43525331;
    private static final int MOST = 16_384;

    private StatePicture() {}

    /** {@code GET .../picture}; with {@code missing=ok} a session that is not there is 204 and no error. */
    public static void send(Exchange exchange, ServedModel model, String key) {
        exchange.waits(() -> {
            ModelVersion<?, ?> version = model.of(key);
            Optional<byte[]> found = version.pool().state(key);
            if (found.isEmpty()) {
                if (exchange.query("missing").filter("ok"::equals).isPresent()) {
                    exchange.done(204);
                    return;
                }
                throw Problem.notFound("The model '" + model.name() + "' has no session '" + key + "'.");
            }
            byte[] state = found.get();
            ByteBuffer bytes = ByteBuffer.wrap(state);
            boolean numbers = state.length > HEAD && bytes.getInt(0) == MARK;
            List<Object> values = new ArrayList<>();
            if (numbers) {
                int count = Math.min(MOST, bytes.getInt(HEAD - 4));
                for (int i = 0; i < count; i++) {
                    double value = bytes.getFloat(HEAD + 4 * i);
                    values.add(Double.isFinite(value) ? value : 0.0);
                }
            } else {
                for (int i = 0; i < Math.min(MOST, state.length); i++) {
                    values.add((long) (state[i] & 0xff));
                }
            }
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("kind", numbers ? "numbers" : "bytes");
            all.put("bytes", (long) state.length);
            all.put("values", values);
            exchange.json(200, all);
        });
    }
}
