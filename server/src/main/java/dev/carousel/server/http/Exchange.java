package dev.carousel.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One request and its answer.
 *
 * <p>Nothing here waits: a body is read as it comes and handed on when it is whole, and an answer is given by whatever thread
 * has it. The first answer counts; a later one is dropped.
 */
public final class Exchange {

    /** The media type of JSON. */
    public static final String JSON = "application/json";

    /** The media type of a problem. */
    public static final String PROBLEM_JSON = "application/problem+json";

    /** Bodies above this are parsed by a thread of their own, so that others on the connection's thread need not wait. */
    private static final int LARGE_BODY = 32 * 1024;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Executor executor;
    private final Executor waiting;
    private final Runnable streams;
    private final List<String> path;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile long eventCount;

    /**
     * A request as it came.
     *
     * @param executor runs what takes long
     * @param waiting runs what waits for sessions or the store; refuses when too much of it waits
     * @param streams is told if the answer goes on for as long as the client likes
     * @throws Problem if the path cannot be read
     */
    Exchange(
            Request request,
            Response response,
            Callback callback,
            Executor executor,
            Executor waiting,
            Runnable streams) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.executor = executor;
        this.waiting = waiting;
        this.streams = streams;
        this.path = segments(request.getHttpURI().getPath());
    }

    /** The parts of a path between slashes, decoded; of "/" none. */
    private static List<String> segments(String raw) {
        List<String> parts = new ArrayList<>(6);
        int from = 1;
        while (from < raw.length()) {
            int to = raw.indexOf('/', from);
            to = to < 0 ? raw.length() : to;
            parts.add(decoded(raw.substring(from, to)));
            from = to + 1;
        }
        return parts;
    }

    private static String decoded(String part) {
        String text = part;
        if (part.indexOf('%') >= 0 || part.indexOf('+') >= 0) {
            try {
                text = URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
            } catch (IllegalArgumentException e) {
                throw Problem.badRequest("The path has a percent sign that begins no byte of two hexadecimal digits.");
            }
        }
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            throw Problem.badRequest("The path has the part '" + text + "', which names nothing.");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) || text.charAt(i) == '\uFFFD') {
                throw Problem.badRequest("The path has a control character, or bytes that are no UTF-8.");
            }
        }
        return text;
    }

    /** GET, POST, ... */
    public String method() {
        return request.getMethod();
    }

    /** The parts of the path, decoded. */
    public List<String> path() {
        return path;
    }

    /** A header of the request. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** A parameter of the query. */
    public Optional<String> query(String name) {
        return request.getHttpURI().getQuery() == null
                ? Optional.empty()
                : Optional.ofNullable(Request.extractQueryParameters(request).getValue(name));
    }

    /** What Jetty has, for upgrades. */
    public Request request() {
        return request;
    }

    /** What Jetty has, for upgrades and streams. */
    public Response response() {
        return response;
    }

    /** Answers with a stream that goes on for as long as the client likes: whoever takes what Jetty has answers. */
    Callback takeForStream() {
        streams.run();
        return take();
    }

    /** What Jetty has, for upgrades; whoever takes it answers. */
    public Callback take() {
        answered.set(true);
        return callback;
    }

    /** Notes how many events the request has, for the access log. */
    public void countEvents(long events) {
        eventCount = events;
    }

    /** How many events the request had. */
    public long events() {
        return eventCount;
    }

    /** Runs what takes long where it holds up no connection, or here if there is no thread for it any more. */
    public void later(Runnable work) {
        try {
            executor.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            guarded(work);
        }
    }

    /** Runs what waits for sessions or the store, where neither a connection nor a pool waits with it; or answers 503. */
    public void waits(Runnable work) {
        waits(work, this::fail);
    }

    /**
     * Runs what waits for sessions or the store.
     *
     * @param otherwise receives what it throws, or why it cannot be run
     */
    public void waits(Runnable work, Consumer<Throwable> otherwise) {
        try {
            waiting.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    otherwise.accept(e);
                }
            });
        } catch (RejectedExecutionException e) {
            otherwise.accept(WaitingThreads.full());
        }
    }

    /** Where {@link #waits} runs, for what goes on after the answer. */
    public Executor waiting() {
        return waiting;
    }

    /** Runs a part of the work; what it throws becomes the answer. */
    public void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /**
     * Reads the body.
     *
     * @param limit the most bytes that it may have
     * @param timeout after so many milliseconds it must be whole
     * @param then receives it once it is whole; what it throws becomes the answer
     */
    public void body(int limit, long timeout, Consumer<ByteOutput> then) {
        long announced = request.getLength();
        if (announced > limit) {
            refuseUnread(tooLarge(limit));
            return;
        }
        new BodyReader(limit, timeout, then, announced).read();
    }

    private static Problem tooLarge(int limit) {
        return Problem.of(
                413,
                "The body has more than the " + limit
                        + " bytes that this server takes. Send fewer events at a time, or start"
                        + " it with a larger --max-body.");
    }

    /** What was not read is not waited for: the connection ends with the answer. */
    private void refuseUnread(Problem problem) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        fail(problem);
    }

    private final class BodyReader implements Runnable {

        private final int limit;
        private final long timeout;
        private final Consumer<ByteOutput> then;
        private final ByteOutput bytes;
        private final AtomicBoolean over = new AtomicBoolean();
        private org.eclipse.jetty.util.thread.Scheduler.@org.jspecify.annotations.Nullable Task deadline;

        BodyReader(int limit, long timeout, Consumer<ByteOutput> then, long announced) {
            this.limit = limit;
            this.timeout = timeout;
            this.then = then;
            this.bytes = new ByteOutput((int) Math.min(announced < 0 ? 512 : announced, 64 * 1024));
        }

        @Override
        public void run() {
            read();
        }

        void read() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    if (deadline == null) {
                        deadline = request.getComponents()
                                .getScheduler()
                                .schedule(this::tooSlow, timeout, java.util.concurrent.TimeUnit.MILLISECONDS);
                    }
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    end(() -> {
                        answered.set(true);
                        callback.failed(chunk.getFailure());
                    });
                    return;
                }
                bytes.put(chunk.getByteBuffer());
                chunk.release();
                if (bytes.length() > limit) {
                    end(() -> refuseUnread(tooLarge(limit)));
                    return;
                }
                if (chunk.isLast()) {
                    end(() -> {
                        if (bytes.length() > LARGE_BODY) {
                            later(() -> then.accept(bytes));
                        } else {
                            guarded(() -> then.accept(bytes));
                        }
                    });
                    return;
                }
            }
        }

        private void end(Runnable how) {
            if (over.compareAndSet(false, true)) {
                if (deadline != null) {
                    deadline.cancel();
                }
                how.run();
            }
        }

        private void tooSlow() {
            if (over.compareAndSet(false, true)) {
                refuseUnread(Problem.of(
                        408,
                        "The body was not whole after " + timeout / 1000 + " seconds. Is the connection very slow?"));
            }
        }
    }

    /** Answers what was taken for an upgrade that did not come about. */
    public void refuseTaken(Problem problem) {
        ProblemHandler.write(problem, response, callback);
    }

    /** Answers with bytes, which are sent as they are and must not change. */
    public void answer(int status, String type, ByteBuffer body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.write(true, body, callback);
    }

    /** Answers with a value of JSON. */
    public void json(int status, Object value) {
        answer(status, JSON, ByteBuffer.wrap(Json.write(value).getBytes(UTF_8)));
    }

    /** Answers without a body. */
    public void done(int status) {
        if (answered.compareAndSet(false, true)) {
            response.setStatus(status);
            response.write(true, null, callback);
        }
    }

    /** Answers with what went wrong. */
    public void fail(Throwable error) {
        Problem problem = Problems.of(error);
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        ProblemHandler.write(problem, response, callback);
    }
}
