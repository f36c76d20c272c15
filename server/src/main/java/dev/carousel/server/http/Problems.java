package dev.carousel.server.http;

import dev.carousel.data.DataException;
import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import dev.carousel.stream.PoolException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import tools.jackson.core.JacksonException;

/** What each error of the library means to a client of the server. */
public final class Problems {

    private Problems() {}

    /** The problem that an error is; what nobody expected is an internal error, whose message stays here. */
    public static Problem of(Throwable error) {
        if (error instanceof Problem problem) {
            return problem;
        }
        if (error instanceof CompletionException && error.getCause() != null) {
            return of(error.getCause());
        }
        if (error instanceof PoolException e) {
            return of(e);
        }
        if (error instanceof DataException e) {
            return of(e);
        }
        if (error instanceof JacksonException e) {
            return Problem.badRequest("The body is not the JSON that is needed: " + Json.explain(e) + ".");
        }
        if (error instanceof JsonException e) {
            return Problem.badRequest("The body is not the JSON that is needed: " + e.getMessage() + ".");
        }
        if (error instanceof RejectedExecutionException) {
            return Problem.busy(503, 1, "The server has no thread free for this request. Try again later.")
                    .with("reason", "no-thread");
        }
        if (error instanceof OutOfMemoryError) {
            return Problem.busy(503, 5, "The server ran out of memory on this request. Send fewer events at a time.")
                    .with("reason", "out-of-memory");
        }
        if (error instanceof IllegalArgumentException e) {
            return Problem.of(422, String.valueOf(e.getMessage()));
        }
        return Problem.of(
                500,
                "Something went wrong inside the server (" + error.getClass().getSimpleName()
                        + "); its log says more.");
    }

    private static Problem of(PoolException e) {
        String detail = String.valueOf(e.getMessage());
        Problem problem = switch (e.kind()) {
            case QUEUE_FULL -> Problem.busy(429, 1, detail);
            case CLOSED -> Problem.busy(503, 5, detail);
            case TOO_MANY_SESSIONS -> Problem.busy(503, 10, detail);
            case NO_SESSION -> Problem.notFound(detail);
            case NUMBER_GAP, NUMBER_FORGOTTEN -> Problem.of(409, detail);
            case STORE_FULL -> Problem.of(507, detail);
            case STORE_FAILED -> Problem.busy(503, 5, detail);
            case STORE_DAMAGED -> Problem.of(500, detail);
        };
        return problem.with("reason", word(e.kind()));
    }

    private static Problem of(DataException e) {
        int status = switch (e.kind()) {
            case STATE_OF_ANOTHER_MODEL, STATE_OF_ANOTHER_SERIES -> 409;
            default -> 422;
        };
        Problem problem = Problem.of(status, String.valueOf(e.getMessage())).with("reason", word(e.kind()));
        return e.column().isPresent() ? problem.with("column", e.column().get()) : problem;
    }

    private static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
