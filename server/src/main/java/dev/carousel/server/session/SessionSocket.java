package dev.carousel.server.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Problem;
import dev.carousel.server.http.Problems;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import dev.carousel.stream.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of one session. A message is what the body of {@code POST .../events} is, and is answered by what that answers, or
 * by {@code {"error": {...}}}; the next message is read when the answer has been sent.
 */
public final class SessionSocket implements Session.Listener {

    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final ServedModel model;
    private final String key;
    private final int mostEvents;
    private final OutputFeed feed;
    private @Nullable Session socket;

    private SessionSocket(ServedModel model, String key, int mostEvents, OutputFeed feed) {
        this.model = model;
        this.key = key;
        this.mostEvents = mostEvents;
        this.feed = feed;
    }

    /** What upgrades need of a server; once, before it starts or after. */
    public static ServerWebSocketContainer container(Server server) {
        ServerWebSocketContainer container = ServerWebSocketContainer.ensure(server);
        container.setIdleTimeout(SILENCE);
        return container;
    }

    /**
     * Upgrades a request.
     *
     * @param mostBytes of a message
     */
    public static void upgrade(
            ServerWebSocketContainer container,
            Exchange exchange,
            ServedModel model,
            String key,
            int mostBytes,
            int mostEvents,
            OutputFeed feed) {
        boolean upgraded = container.upgrade(
                (request, response, callback) -> {
                    SessionSocket socket = new SessionSocket(model, key, mostEvents, feed);
                    return socket.limited(mostBytes);
                },
                exchange.request(),
                exchange.response(),
                exchange.take());
        if (!upgraded) {
            exchange.refuseTaken(Problem.badRequest("The request to upgrade to a WebSocket cannot be taken."));
        }
    }

    private int mostBytes;

    private SessionSocket limited(int bytes) {
        mostBytes = bytes;
        return this;
    }

    @Override
    public void onWebSocketOpen(Session session) {
        socket = session;
        session.setMaxTextMessageSize(mostBytes);
        session.demand();
    }

    @Override
    public void onWebSocketText(String text) {
        try {
            take(model.of(key), text.getBytes(UTF_8));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private <E, A> void take(ModelVersion<E, A> version, byte[] message) {
        EventsBody<E> events = EventsBody.read(version.form(), message, 0, message.length, mostEvents);
        version.pool().submit(key, events.first(), events.events(), new Sessions.Callback<A>() {
            @Override
            public void answered(List<A> answers) {
                try {
                    feed.publish(version, key, events.first(), answers);
                    OptionalLong last = events.first().isPresent()
                            ? OptionalLong.of(events.first().getAsLong() + answers.size() - 1)
                            : OptionalLong.empty();
                    send(new String(
                            SessionEvents.outputs(version.form(), answers, last).copy(), US_ASCII));
                } catch (RuntimeException e) {
                    fail(e);
                }
            }

            @Override
            public void failed(RuntimeException cause) {
                fail(cause);
            }
        });
    }

    private void fail(RuntimeException error) {
        send(Json.write(Map.of("error", Problems.of(error).fields())));
    }

    private void send(String text) {
        Session to = socket;
        if (to != null) {
            to.sendText(text, Callback.from(to::demand, failure -> to.disconnect()));
        }
    }
}
