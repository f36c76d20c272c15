package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A response that goes on: server-sent events. Messages wait while the client is slow, up to a limit, beyond which it is cut
 * off. Any thread may send.
 */
public final class EventStream {

    private static final int MOST_WAITING_BYTES = 1 << 20;
    private static final byte[] BEAT = ": still here\n\n".getBytes(US_ASCII);

    private final Response response;
    private final Callback callback;
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean writing;
    private boolean ending;
    private boolean over;
    private Runnable whenOver = () -> {};

    /** Answers a request with a stream, which begins at once. */
    public EventStream(Exchange exchange) {
        this.response = exchange.response();
        this.callback = exchange.takeForStream();
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Accel-Buffering", "no");
        beat();
    }

    /** What is done once when it is over; at once, if it is. */
    public void whenOver(Runnable what) {
        synchronized (this) {
            if (!over) {
                whenOver = what;
                return;
            }
        }
        what.run();
    }

    /** Sends a comment, by which a connection that is gone is noticed. */
    public void beat() {
        send(ByteBuffer.wrap(BEAT));
    }

    /** Sends a message; who has a megabyte waiting is cut off. */
    public void send(ByteBuffer message) {
        ByteBuffer now;
        synchronized (this) {
            if (over || ending) {
                return;
            }
            waiting.add(message);
            waitingBytes += message.remaining();
            if (waitingBytes > MOST_WAITING_BYTES) {
                over = true;
                waiting.clear();
            } else if (writing) {
                return;
            }
            now = over ? message : next();
        }
        if (isOver()) {
            finish(new java.io.IOException("The client reads too slowly."));
        } else {
            write(now);
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** The next one to be written; the lock is held. */
    private ByteBuffer next() {
        ByteBuffer message = waiting.remove();
        waitingBytes -= message.remaining();
        writing = true;
        return message;
    }

    private void write(ByteBuffer message) {
        response.write(false, message, Callback.from(this::written, this::broken));
    }

    private void written() {
        ByteBuffer now;
        synchronized (this) {
            writing = false;
            if (over) {
                return;
            }
            if (waiting.isEmpty()) {
                if (!ending) {
                    return;
                }
                over = true;
                now = ByteBuffer.allocate(0);
            } else {
                now = next();
            }
        }
        if (isOver()) {
            whenOver.run();
            response.write(true, now, callback);
        } else {
            write(now);
        }
    }

    private void broken(Throwable cause) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            waiting.clear();
        }
        finish(cause);
    }

    private void finish(Throwable cause) {
        whenOver.run();
        callback.failed(cause);
    }

    /** Ends after what waits has been sent. */
    public void end() {
        synchronized (this) {
            if (over || ending) {
                return;
            }
            ending = true;
            if (writing) {
                return;
            }
            over = true;
        }
        whenOver.run();
        response.write(true, ByteBuffer.allocate(0), callback);
    }
}
