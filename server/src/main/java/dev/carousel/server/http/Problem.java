package dev.carousel.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a request cannot be answered, as the client reads it: RFC 9457's {@code application/problem+json}.
 *
 * <p>Thrown on the way; it has no stack trace, since it tells of the client's request and comes by the thousand under
 * overload.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad request"),
            Map.entry(401, "Token needed"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not found"),
            Map.entry(405, "Method not allowed"),
            Map.entry(408, "Request too slow"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Too large"),
            Map.entry(415, "Unsupported media type"),
            Map.entry(421, "Wrong host"),
            Map.entry(422, "Event refused"),
            Map.entry(429, "Too many requests"),
            Map.entry(431, "Headers too large"),
            Map.entry(500, "Internal error"),
            Map.entry(501, "Not implemented"),
            Map.entry(503, "Busy"),
            Map.entry(505, "HTTP version not supported"),
            Map.entry(507, "Storage full"));

    private final int status;
    private final transient Map<String, Object> more;
    private final transient Map<String, String> headers;

    private Problem(int status, String detail, Map<String, Object> more, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.more = more;
        this.headers = headers;
    }

    /**
     * A problem.
     *
     * @param status of HTTP, 400 to 599
     * @param detail what is wrong, what was expected, what was found, the likely cause
     */
    public static Problem of(int status, String detail) {
        return new Problem(status, detail, Map.of(), Map.of());
    }

    /** A request that is not as it must be. */
    public static Problem badRequest(String detail) {
        return of(400, detail);
    }

    /** What is not there. */
    public static Problem notFound(String detail) {
        return of(404, detail);
    }

    /** A method that a path has not. */
    public static Problem method(String found, String allowed) {
        return of(405, "The method is " + found + " but this path takes " + allowed + ".")
                .withHeader("Allow", allowed);
    }

    /** Too much at once: the client may try again. */
    public static Problem busy(int status, int retrySeconds, String detail) {
        return of(status, detail).withHeader("Retry-After", Integer.toString(retrySeconds));
    }

    /** This problem with a header of the response. */
    public Problem withHeader(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Problem(status, detail(), more, all);
    }

    /** This problem with a further member of its object, which JSON knows. */
    public Problem with(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(name, value);
        return new Problem(status, detail(), all, headers);
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** The sentence. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Headers that go with it. */
    public Map<String, String> headers() {
        return headers;
    }

    /** A short name of the status. */
    public String title() {
        return TITLES.getOrDefault(status, "Error");
    }

    /** The members of its object, in order. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "about:blank");
        fields.put("title", title());
        fields.put("status", status);
        fields.put("detail", detail());
        fields.putAll(more);
        return fields;
    }
}
