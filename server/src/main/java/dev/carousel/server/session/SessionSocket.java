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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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

    private static final int GOING_AWAY = 1001;
    private static final int UNSUPPORTED = 1003;

    private final ServedModel model;
    private final String key;
    private final int mostBytes;
    private final int mostEvents;
    private final OutputFeed feed;
    private final OpenSockets sockets;
    private final Executor waiting;
    private @Nullable Session socket;

    /** Whether a message has come that has no answer yet, and whether none is to come any more. */
    private boolean busy;

    private boolean draining;

    private SessionSocket(
            ServedModel model,
            String key,
            int mostBytes,
            int mostEvents,
            OutputFeed feed,
            OpenSockets sockets,
            Executor waiting) {
        this.model = model;
        this.key = key;
        this.mostBytes = mostBytes;
        this.mostEvents = mostEvents;
        this.feed = feed;
        this.sockets = sockets;
        this.waiting = waiting;
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
            OutputFeed feed,
            OpenSockets sockets) {
        boolean upgraded = container.upgrade(
                (request, response, callback) ->
                        new SessionSocket(model, key, mostBytes, mostEvents, feed, sockets, exchange.waiting()),
                exchange.request(),
                exchange.response(),
                exchange.take());
        if (!upgraded) {
            exchange.refuseTaken(Problem.badRequest("The request to upgrade to a WebSocket cannot be taken."));
        }
    }

    @Override
    public void onWebSocketOpen(Session session) {
        session.setMaxTextMessageSize(mostBytes);
        synchronized (this) {
            socket = session;
        }
        sockets.opened(this);
        session.demand();
    }

    @Override
    public void onWebSocketClose(int status, String reason, Callback callback) {
        sockets.closed(this);
        callback.succeed();
    }

    /** Closes it, after the answer to a message that has come. */
    void drain() {
        synchronized (this) {
            if (draining) {
                return;
            }
            draining = true;
            if (busy) {
                return;
            }
        }
        end();
    }

    private void end() {
        @Nullable Session open = socket();
        if (open != null) {
            open.close(GOING_AWAY, "The server is about to end. Try again in a moment.", Callback.NOOP);
        }
    }

    private synchronized @Nullable Session socket() {
        return socket;
    }

    /** Whether a message is to be taken, which is then under way. */
    private synchronized boolean begin() {
        if (draining) {
            return false;
        }
        busy = true;
        sockets.begun();
        return true;
    }

    /** The answer has been sent, or cannot be. */
    private boolean over() {
        sockets.over();
        synchronized (this) {
            busy = false;
            return draining;
        }
    }

    @Override
    public void onWebSocketText(String text) {
        if (!begin()) {
            return;
        }
        try {
            if (model.asks(key)) {
                waiting.execute(() -> takeCarefully(text));
            } else {
                takeCarefully(text);
            }
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer bytes, Callback callback) {
        callback.succeed();
        @Nullable Session open = socket();
        if (open != null) {
            open.close(UNSUPPORTED, "A message is a text, as the body of POST .../events.", Callback.NOOP);
        }
    }

    private void takeCarefully(String text) {
        try {
            take(model.of(key), text.getBytes(UTF_8));
        } catch (RuntimeException | Error e) {
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

    private void fail(Throwable error) {
        send(Json.write(Map.of("error", Problems.of(error).fields())));
    }

    private void send(String text) {
        @Nullable Session to = socket();
        if (to == null) {
            over();
            return;
        }
        to.sendText(
                text,
                Callback.from(
                        () -> {
                            if (over()) {
                                end();
                            } else {
                                to.demand();
                            }
                        },
                        failure -> {
                            over();
                            to.disconnect();
                        }));
    }
}
