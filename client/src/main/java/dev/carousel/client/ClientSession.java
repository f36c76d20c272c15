package dev.carousel.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A session of a server. Its events are numbered, from where the server's session is: what is sent twice, since an answer was
 * lost, is taken once.
 *
 * <p>For one thread at a time, and one client at a time: two that number the events of one session disagree.
 */
public final class ClientSession {

    private final CarouselClient client;
    private final String path;
    private OptionalLong next = OptionalLong.empty();

    ClientSession(CarouselClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /**
     * The number of the last event that the server has taken; none if there is no session, or none of its events had a number.
     *
     * @throws ServerProblem if the server does not answer
     */
    public OptionalLong applied() {
        try {
            Map<String, Object> session = CarouselClient.object(
                    client.ask("GET", path, Optional.empty()).body());
            return session.get("sequence") instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (ServerProblem e) {
            if (e.status() == 404) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /**
     * Sends events and waits for the answers.
     *
     * @param events at least one; arrays of floats or doubles, lists, maps by column names, or texts
     * @return for each event what the model says: a list of numbers, or a map in the words of its task
     * @throws ServerProblem if the server refuses them, or does not answer for as long as the client tries; they can be sent
     *     again then
     */
    public List<Object> answers(List<?> events) {
        long first = next.orElseGet(() -> {
            OptionalLong applied = applied();
            return applied.isPresent() ? applied.getAsLong() + 1 : 0;
        });
        next = OptionalLong.of(first);
        StringBuilder body = new StringBuilder("{\"sequence\":").append(first).append(",\"events\":");
        JsonText.write(events, body);
        body.append('}');
        byte[] answer = client.ask(
                        "POST", path + "/events", Optional.of(body.toString().getBytes(UTF_8)))
                .body();
        next = OptionalLong.of(first + events.size());
        return new ArrayList<>(CarouselClient.list(CarouselClient.object(answer).get("outputs")));
    }

    /**
     * As {@link #answers}, of a network without a task.
     *
     * @return for each event the network's numbers; NaN is one that is not finite
     */
    public List<float[]> numbers(List<float[]> events) {
        List<float[]> all = new ArrayList<>();
        for (Object answer : answers(events)) {
            List<?> row = CarouselClient.list(answer);
            float[] numbers = new float[row.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = row.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
            }
            all.add(numbers);
        }
        return all;
    }

    /** All that the session remembers, as bytes for {@link #restore}. */
    public byte[] state() {
        return client.ask("GET", path + "/state", Optional.empty()).body();
    }

    /** Sets the session to what was saved, of this server or another one of the same model. */
    public void restore(byte[] state) {
        client.ask("PUT", path + "/state", Optional.of(state));
        next = OptionalLong.empty();
    }

    /** Ends the session; the next event begins a new one. Does nothing if there is none. */
    public void end() {
        try {
            client.ask("DELETE", path, Optional.empty());
        } catch (ServerProblem e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        next = OptionalLong.empty();
    }
}
