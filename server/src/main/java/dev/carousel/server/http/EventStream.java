package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * A response that goes on: server-sent events. Messages wait while the client is slow, up to a limit, beyond which it is cut
 * off; those that wait are written together. Any thread may send, and none waits.
 */
public final class EventStream {

    private static final int MOST_WAITING_BYTES = 1 << 20;
    private static final int MOST_WRITTEN_BYTES = 1 << 16;
    private static final byte[] BEAT = ": still here\n\n".getBytes(US_ASCII);

    /** A client that comes again does so in five seconds. */
    private static final byte[] END = ": the server is about to end\nretry: 5000\n\n".getBytes(US_ASCII);

    private final Response response;
    private final Callback callback;
    private final EndPoint endPoint;
    private final Writing writing = new Writing();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean ending;
    private boolean over;
    private Runnable whenOver = () -> {};

    /** Answers a request with a stream, which begins at once. */
    public EventStream(Exchange exchange) {
        this.response = exchange.response();
        this.endPoint =
                exchange.request().getConnectionMetaData().getConnection().getEndPoint();
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
        boolean slow;
        synchronized (this) {
            if (over || ending) {
                return;
            }
            waitingBytes += message.remaining();
            slow = waitingBytes > MOST_WAITING_BYTES;
            if (slow) {
                waiting.clear();
            } else {
                waiting.add(message);
            }
        }
        if (slow) {
            over();
            writing.abort(new IOException("The client reads too slowly."));
            // A write that it does not take would wait for long.
            endPoint.close();
        } else {
            writing.iterate();
        }
    }

    /** Ends after what waits has been sent. */
    public void end() {
        synchronized (this) {
            if (over || ending) {
                return;
            }
            waiting.add(ByteBuffer.wrap(END));
            ending = true;
        }
        writing.iterate();
    }

    /** What waits, as far as it goes into one write; null if nothing does. */
    private synchronized @Nullable ByteBuffer next() {
        @Nullable ByteBuffer first = waiting.poll();
        if (first == null) {
            return null;
        }
        waitingBytes -= first.remaining();
        if (waiting.isEmpty()) {
            return first;
        }
        ByteBuffer all = ByteBuffer.allocate(Math.max(MOST_WRITTEN_BYTES, first.remaining()));
        all.put(first);
        while (!waiting.isEmpty() && waiting.element().remaining() <= all.remaining()) {
            ByteBuffer more = waiting.remove();
            waitingBytes -= more.remaining();
            all.put(more);
        }
        return all.flip();
    }

    private synchronized boolean isEnding() {
        return ending;
    }

    /** The first time alone: runs what is to be done when it is over. */
    private void over() {
        Runnable what;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            waiting.clear();
            what = whenOver;
        }
        what.run();
    }

    /** One write after the other, in a loop, however many of them succeed at once. */
    private final class Writing extends IteratingCallback {

        private boolean last;

        @Override
        protected Action process() {
            if (last) {
                return Action.SUCCEEDED;
            }
            @Nullable ByteBuffer message = next();
            if (message == null) {
                if (!isEnding()) {
                    return Action.IDLE;
                }
                last = true;
                over();
                response.write(true, ByteBuffer.allocate(0), this);
                return Action.SCHEDULED;
            }
            response.write(false, message, this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            callback.succeeded();
        }

        @Override
        protected void onFailure(Throwable cause) {
            over();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            callback.failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
