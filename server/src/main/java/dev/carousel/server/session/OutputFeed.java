package dev.carousel.server.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carousel.json.Json;
import dev.carousel.server.http.ByteOutput;
import dev.carousel.server.http.EventStream;
import dev.carousel.server.http.Problem;
import dev.carousel.server.models.ModelVersion;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.core.JsonGenerator;

/**
 * Outputs as server-sent events, to those who listen to a session or to all of a model. Where nobody listens, it costs
 * nothing; who reads too slowly is cut off.
 */
public final class OutputFeed {

    private static final int MOST_LISTENERS = 1_000;

    private record Topic(String model, String session) {}

    private final ConcurrentMap<Topic, Set<EventStream>> listeners = new ConcurrentHashMap<>();
    private final Set<EventStream> all = ConcurrentHashMap.newKeySet();

    /** Nobody listens yet. */
    public OutputFeed() {}

    /**
     * Refuses one more listener where there are as many as there may be.
     *
     * @throws Problem 503
     */
    public void requireRoom() {
        if (all.size() >= MOST_LISTENERS) {
            throw Problem.busy(503, 10, "There are " + MOST_LISTENERS + " listeners already. Try again later.");
        }
    }

    /**
     * Adds a listener.
     *
     * @param session whose outputs; empty for all sessions of the model
     * @throws Problem if too many listen
     */
    public void add(String model, String session, EventStream listener) {
        requireRoom();
        Topic topic = new Topic(model, session);
        all.add(listener);
        // In one go, so that the last listener who leaves meanwhile does not take the set along.
        listeners.compute(topic, (any, before) -> {
            Set<EventStream> set = before == null ? ConcurrentHashMap.newKeySet() : before;
            set.add(listener);
            return set;
        });
        listener.whenOver(() -> {
            all.remove(listener);
            listeners.computeIfPresent(topic, (any, set) -> {
                set.remove(listener);
                return set.isEmpty() ? null : set;
            });
        });
    }

    /** How many listen. */
    public int size() {
        return all.size();
    }

    /** Sends answers to those who listen. */
    public <A> void publish(ModelVersion<?, A> version, String session, OptionalLong first, List<A> answers) {
        if (listeners.isEmpty()) {
            return;
        }
        Set<EventStream> ofSession = listeners.getOrDefault(new Topic(version.model(), session), Set.of());
        Set<EventStream> ofModel = listeners.getOrDefault(new Topic(version.model(), ""), Set.of());
        if (ofSession.isEmpty() && ofModel.isEmpty()) {
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            OptionalLong number = first.isPresent() ? OptionalLong.of(first.getAsLong() + i) : OptionalLong.empty();
            byte[] message = message(version, session, number, answers.get(i));
            ofSession.forEach(listener -> listener.send(ByteBuffer.wrap(message)));
            ofModel.forEach(listener -> listener.send(ByteBuffer.wrap(message)));
        }
    }

    private static <A> byte[] message(ModelVersion<?, A> version, String session, OptionalLong number, A answer) {
        ByteOutput bytes = new ByteOutput(256);
        byte[] begin = (number.isPresent() ? "id: " + number.getAsLong() + "\ndata: " : "data: ").getBytes(US_ASCII);
        bytes.write(begin, 0, begin.length);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeName("session");
            json.writeString(session);
            if (number.isPresent()) {
                json.writeName("sequence");
                json.writeNumber(number.getAsLong());
            }
            json.writeName("output");
            version.form().write(json, answer);
            json.writeEndObject();
        }
        bytes.write('\n');
        bytes.write('\n');
        return bytes.copy();
    }

    /** Ends all streams, after what they have been sent. */
    public void close() {
        all.forEach(EventStream::end);
    }
}
