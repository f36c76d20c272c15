package dev.carousel.server.session;

import dev.carousel.json.Json;
import dev.carousel.server.http.ByteOutput;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Problem;
import dev.carousel.server.http.Problems;
import dev.carousel.server.models.JsonWords;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * {@code POST /v1/models/{m}/events}: lines of {@code {"session":..., "event":..., "sequence":...}} for many sessions, answered
 * by a line each, in their order. The lines of a session belong together and are taken all or none.
 */
public final class ManyEvents {

    /** The media type. */
    public static final String NDJSON = "application/x-ndjson";

    private final int mostEvents;
    private final int mostOfSession;
    private final OutputFeed feed;

    /**
     * The route.
     *
     * @param mostEvents how many lines a request may have
     * @param mostOfSession how many of them may be of one session
     * @param feed receives all answers
     */
    public ManyEvents(int mostEvents, int mostOfSession, OutputFeed feed) {
        this.mostEvents = mostEvents;
        this.mostOfSession = mostOfSession;
        this.feed = feed;
    }

    /** Takes the events of a body. */
    public void take(Exchange exchange, ServedModel model, ByteOutput body) {
        if (model.asks()) {
            exchange.waits(() -> takeNow(exchange, model, body));
        } else {
            takeNow(exchange, model, body);
        }
    }

    private void takeNow(Exchange exchange, ServedModel model, ByteOutput body) {
        List<LineSlot> slots = new ArrayList<>();
        Map<String, SessionGroup<?, ?>> groups = new HashMap<>();
        byte[] bytes = body.array();
        int from = 0;
        int number = 0;
        while (from < body.length()) {
            int to = from;
            while (to < body.length() && bytes[to] != '\n') {
                to++;
            }
            number++;
            if (!isBlank(bytes, from, to)) {
                if (slots.size() == mostEvents) {
                    throw EventsBody.tooMany(mostEvents);
                }
                slots.add(slot(model, groups, bytes, from, to, number));
            }
            from = to + 1;
        }
        if (slots.isEmpty()) {
            throw Problem.badRequest("The body has no line: expected {\"session\":..., \"event\":...} on each.");
        }
        EventsBody.requireAnswerable(
                groups.values().stream().mapToLong(SessionGroup::numbers).sum());
        exchange.countEvents(slots.size());
        AtomicInteger left = new AtomicInteger(groups.size() + 1);
        Runnable done = () -> {
            if (left.decrementAndGet() == 0) {
                exchange.later(() -> answer(exchange, slots));
            }
        };
        groups.values().forEach(group -> group.submit(feed, done));
        done.run();
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private LineSlot slot(
            ServedModel model, Map<String, SessionGroup<?, ?>> groups, byte[] bytes, int from, int to, int number) {
        LineSlot slot = new LineSlot();
        try {
            read(model, groups, bytes, from, to, slot);
        } catch (RuntimeException e) {
            slot.refuse(Problems.of(e).with("line", (long) number));
            SessionGroup<?, ?> group = groups.get(slot.session());
            if (group != null) {
                group.refuse(slot);
            }
        }
        return slot;
    }

    private void read(
            ServedModel model, Map<String, SessionGroup<?, ?>> groups, byte[] bytes, int from, int to, LineSlot slot) {
        try (JsonParser parser = Json.parser(bytes, from, to - from)) {
            JsonToken start = parser.nextToken();
            if (start != JsonToken.START_OBJECT) {
                throw Problem.badRequest(
                        "Expected an object, {\"session\":..., \"event\":...}, but found " + JsonWords.of(start) + ".");
            }
            OptionalLong sequence = OptionalLong.empty();
            SessionGroup<?, ?> group = null;
            boolean event = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "session" -> {
                        String session = session(parser, token);
                        if (group == null) {
                            group = group(model, groups, session, slot);
                        } else if (!session.equals(slot.session())) {
                            throw Problem.badRequest("The line has \"session\" twice.");
                        }
                    }
                    case "event" -> {
                        if (event) {
                            throw Problem.badRequest("The line has \"event\" twice.");
                        }
                        if (group == null) {
                            group = group(model, groups, sessionAhead(bytes, from, to), slot);
                        }
                        group.read(parser, slot);
                        event = true;
                    }
                    case "sequence" -> {
                        if (sequence.isPresent()) {
                            throw Problem.badRequest("The line has \"sequence\" twice.");
                        }
                        sequence = OptionalLong.of(EventsBody.sequence(parser, token));
                    }
                    default ->
                        throw Problem.badRequest("The line has \"" + JsonWords.shortened(name)
                                + "\", but expected \"session\", \"event\" and, if it is numbered, \"sequence\".");
                }
            }
            if (parser.nextToken() != null) {
                throw Problem.badRequest("There is more text after the object.");
            }
            if (group == null || !event) {
                throw Problem.badRequest("The line has no " + (group == null ? "\"session\"." : "\"event\"."));
            }
            group.number(sequence);
        }
    }

    /** A line whose event stands before its session is read twice, for the event is read as the session's version has it. */
    private static String sessionAhead(byte[] bytes, int from, int to) {
        try (JsonParser parser = Json.parser(bytes, from, to - from)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("session")) {
                    return session(parser, token);
                }
                parser.skipChildren();
            }
            throw Problem.badRequest("The line has no \"session\".");
        }
    }

    private static String session(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            throw Problem.badRequest(
                    "\"session\" is " + JsonWords.of(token) + " but must be a text or a whole number.");
        }
        return SessionKeys.require(parser.getString());
    }

    private SessionGroup<?, ?> group(
            ServedModel model, Map<String, SessionGroup<?, ?>> groups, String session, LineSlot slot) {
        slot.setSession(session);
        SessionGroup<?, ?> group = groups.get(session);
        if (group == null) {
            group = made(model.of(session), session);
            groups.put(session, group);
        }
        return group;
    }

    private <E, A> SessionGroup<E, A> made(ModelVersion<E, A> version, String session) {
        return new SessionGroup<>(version, session, mostOfSession);
    }

    private static void answer(Exchange exchange, List<LineSlot> slots) {
        int worst = slots.stream().mapToInt(LineSlot::status).min().orElse(200);
        if (worst >= 400 && slots.stream().allMatch(slot -> slot.status() == worst)) {
            exchange.fail(slots.get(0).problem());
            return;
        }
        ByteOutput bytes = new ByteOutput(96 * slots.size());
        for (LineSlot slot : slots) {
            try (JsonGenerator json = Json.generator(bytes)) {
                slot.write(json);
            }
            bytes.write('\n');
        }
        exchange.answer(200, NDJSON, bytes.buffer());
    }
}
