package dev.carousel.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off connections on which no request has come for a time, however many bytes of one trickle in: a time-out of silence
 * alone never ends a connection that sends a byte a second. Those that take an answer as slowly are cut off later.
 */
final class SlowConnections extends AbstractLifeCycle implements Connection.Listener {

    /** How many times as long an answer may take as a silence. */
    private static final int ANSWERS = 5;

    private static final class Seen {
        final AtomicInteger requests = new AtomicInteger();
        volatile boolean stream;
        volatile long since = System.nanoTime();
    }

    private final ServerConnector connector;
    private final long silenceNanos;
    private final Map<Connection, Seen> connections = new ConcurrentHashMap<>();
    private volatile Scheduler.@Nullable Task next;

    SlowConnections(ServerConnector connector, long silenceMillis) {
        this.connector = connector;
        this.silenceNanos = TimeUnit.MILLISECONDS.toNanos(silenceMillis);
    }

    @Override
    protected void doStart() {
        again();
    }

    @Override
    protected void doStop() {
        Scheduler.Task task = next;
        if (task != null) {
            task.cancel();
        }
    }

    private void again() {
        if (isStarting() || isRunning()) {
            long every = Math.min(1_000, Math.max(20, TimeUnit.NANOSECONDS.toMillis(silenceNanos) / 8));
            next = connector.getScheduler().schedule(this::look, every, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            connections.put(connection, new Seen());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    /** A request has come; it is over when Jetty says so. */
    void begun(Request request) {
        Seen seen = connections.get(request.getConnectionMetaData().getConnection());
        if (seen != null) {
            seen.since = System.nanoTime();
            seen.requests.incrementAndGet();
            Request.addCompletionListener(request, failure -> {
                seen.since = System.nanoTime();
                seen.requests.decrementAndGet();
            });
        }
    }

    /** A request is answered by a stream that goes on for as long as the client likes. */
    void streams(Request request) {
        Seen seen = connections.get(request.getConnectionMetaData().getConnection());
        if (seen != null) {
            seen.stream = true;
        }
    }

    private void look() {
        long now = System.nanoTime();
        connections.forEach((connection, seen) -> {
            long most = seen.requests.get() == 0 ? silenceNanos : ANSWERS * silenceNanos;
            if (now - seen.since > most && !(seen.stream && seen.requests.get() > 0)) {
                connection.getEndPoint().close();
            }
        });
        again();
    }
}
