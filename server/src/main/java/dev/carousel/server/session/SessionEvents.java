package dev.carousel.server.session;

import dev.carousel.json.Json;
import dev.carousel.server.http.ByteOutput;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.models.EventForm;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import dev.carousel.stream.Sessions;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** {@code POST /v1/models/{m}/sessions/{id}/events}: events of one session, answered in their order. */
public final class SessionEvents {

    /** Answers of more events than this are written by a thread of their own, not by the pool's. */
    static final int MANY = 16;

    private final int mostEvents;
    private final OutputFeed feed;

    /**
     * The route.
     *
     * @param mostEvents how many events a request may have
     * @param feed receives all answers
     */
    public SessionEvents(int mostEvents, OutputFeed feed) {
        this.mostEvents = mostEvents;
        this.feed = feed;
    }

    /**
     * Takes the events of a body.
     *
     * @param lastOnly whether only the answer to the last event is asked for
     * @param anew whether the session begins anew with them, on the newest version
     */
    public void take(
            Exchange exchange, ServedModel model, String key, ByteOutput body, boolean lastOnly, boolean anew) {
        if (anew) {
            take(exchange, model, model.newest(), key, body, lastOnly, Sessions.Part.FIRST);
        } else if (model.asks(key)) {
            exchange.waits(() -> take(exchange, model, model.of(key), key, body, lastOnly, Sessions.Part.ANY));
        } else {
            take(exchange, model, model.newest(), key, body, lastOnly, Sessions.Part.ANY);
        }
    }

    private <E, A> void take(
            Exchange exchange,
            ServedModel model,
            ModelVersion<E, A> version,
            String key,
            ByteOutput body,
            boolean lastOnly,
            Sessions.Part part) {
        EventsBody<E> events = EventsBody.read(version.form(), body.array(), 0, body.length(), mostEvents);
        exchange.countEvents(events.events().size());
        version.pool().submit(key, part, events.first(), events.events(), new Sessions.Callback<A>() {
            @Override
            public void answered(List<A> answers) {
                if (part == Sessions.Part.FIRST && model.asks(key)) {
                    // The events are taken, so that they are answered even if the old session stays for now.
                    model.noteBehind(key, version);
                    exchange.waits(
                            () -> {
                                model.leaveBehind(key);
                                write(answers);
                            },
                            cause -> exchange.guarded(() -> write(answers)));
                } else if (answers.size() > MANY) {
                    exchange.later(() -> write(answers));
                } else {
                    exchange.guarded(() -> write(answers));
                }
            }

            private void write(List<A> answers) {
                feed.publish(version, key, events.first(), answers);
                List<A> asked = lastOnly ? answers.subList(answers.size() - 1, answers.size()) : answers;
                exchange.answer(
                        200,
                        Exchange.JSON,
                        outputs(version.form(), asked, last(events, answers.size()))
                                .buffer());
            }

            @Override
            public void failed(RuntimeException cause) {
                exchange.fail(cause);
            }
        });
    }

    private static OptionalLong last(EventsBody<?> events, int count) {
        return events.first().isPresent()
                ? OptionalLong.of(events.first().getAsLong() + count - 1)
                : OptionalLong.empty();
    }

    /** {@code {"outputs": [...], "sequence": 9}}: the number is that of the last event. */
    static <A> ByteOutput outputs(EventForm<?, A> form, List<A> answers, OptionalLong last) {
        ByteOutput bytes = new ByteOutput((int) Math.min(1 << 20, 64 + 16L * form.outputs() * answers.size()));
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeName("outputs");
            json.writeStartArray();
            for (A answer : answers) {
                form.write(json, answer);
            }
            json.writeEndArray();
            if (last.isPresent()) {
                json.writeName("sequence");
                json.writeNumber(last.getAsLong());
            }
            json.writeEndObject();
        }
        return bytes;
    }
}
