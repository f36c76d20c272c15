package dev.carousel.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client of a server.
 *
 * <pre>{@code
 * CarouselClient client = CarouselClient.of(URI.create("http://localhost:8080"));
 * ClientSession pump = client.session("pumps", "pump-7");
 * List<float[]> outputs = pump.numbers(List.of(new float[] {0.1f, 0.2f}));          // a network without a task
 * List<Object> answers = pump.answers(List.of(Map.of("pressure", 20.5)));           // a task, in its own words
 * }</pre>
 *
 * <p>When the server is busy (429, 503) or the connection breaks, a request is made again until {@link #withPatience} is over.
 * A session numbers its events, so that those that come twice are taken once. Immutable; any thread.
 */
public final class CarouselClient {

    private static final Duration ONE_TRY = Duration.ofSeconds(30);

    /** Reasons of refusals that do not say that nothing has been done. */
    private static final Set<String> MAY_BE_TAKEN = Set.of("store-failed", "no-thread", "out-of-memory");

    private final URI server;
    private final Optional<String> token;
    private final Duration patience;
    private final HttpClient http;

    private CarouselClient(URI server, Optional<String> token, Duration patience, HttpClient http) {
        this.server = server;
        this.token = token;
        this.patience = patience;
        this.http = http;
    }

    /**
     * A client that tries for 30 seconds.
     *
     * @param server its address, such as {@code http://localhost:8080}
     */
    public static CarouselClient of(URI server) {
        return new CarouselClient(
                URI.create(server.toString().replaceAll("/*$", "/")),
                Optional.empty(),
                Duration.ofSeconds(30),
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build());
    }

    /** With a bearer token. */
    public CarouselClient withToken(String with) {
        return new CarouselClient(server, Optional.of(with), patience, http);
    }

    /** With another time for which a request is tried; zero for once. */
    public CarouselClient withPatience(Duration with) {
        return new CarouselClient(server, token, with, http);
    }

    /** With a client of the JDK of your own, such as one that trusts your certificate. */
    public CarouselClient withHttp(HttpClient with) {
        return new CarouselClient(server, token, patience, with);
    }

    /** A session of a model; nothing is asked of the server yet. */
    public ClientSession session(String model, String session) {
        return new ClientSession(this, "v1/models/" + encoded(model) + "/sessions/" + encoded(session));
    }

    /** The models, as the server describes them. */
    public List<Map<String, Object>> models() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Object one :
                list(object(ask("GET", "v1/models", Optional.empty()).body()).get("models"))) {
            all.add(map(one));
        }
        return all;
    }

    /**
     * Gives many sessions of a model events, a line each.
     *
     * @param lines each with {@code session}, {@code event} and, if it is numbered, {@code sequence}; an event is an array of
     *     floats or doubles, a list, a map by column names, or a text. Only if all are numbered is the request made again after
     *     a broken connection
     * @return a line for each, with {@code output} or {@code error}
     * @throws ServerProblem if the server refuses all
     */
    public List<Map<String, Object>> lines(String model, List<Map<String, ?>> lines) {
        StringBuilder text = new StringBuilder();
        boolean numbered = true;
        for (Map<String, ?> line : lines) {
            JsonText.write(line, text);
            text.append('\n');
            numbered &= line.containsKey("sequence");
        }
        String path = "v1/models/" + encoded(model) + "/events";
        byte[] body = text.toString().getBytes(UTF_8);
        HttpResponse<byte[]> response = ask("POST", path, Optional.of(body), numbered);
        List<Map<String, Object>> answers = new ArrayList<>();
        new String(response.body(), UTF_8).lines().forEach(line -> answers.add(map(JsonText.read(line))));
        return answers;
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, UTF_8).replace("+", "%20");
    }

    HttpResponse<byte[]> ask(String method, String path, Optional<byte[]> body) {
        return ask(method, path, body, true);
    }

    /**
     * Asks until there is an answer.
     *
     * @param again whether it may be asked again when nobody knows whether it was taken: after a connection that broke, or a
     *     failure of the server amid the request
     */
    HttpResponse<byte[]> ask(String method, String path, Optional<byte[]> body, boolean again) {
        long end = System.nanoTime() + patience.toNanos();
        for (int attempt = 0; ; attempt++) {
            long wait = pause(attempt);
            try {
                HttpResponse<byte[]> response = http.send(request(method, path, body), BodyHandlers.ofByteArray());
                int status = response.statusCode();
                if (status < 300) {
                    return response;
                }
                if ((status != 429 && status != 503) || (!again && mayBeTaken(response))) {
                    throw problem(response);
                }
                wait = Math.max(wait, retryAfter(response));
                if (System.nanoTime() + wait * 1_000_000 > end) {
                    throw problem(response);
                }
            } catch (IOException e) {
                if (!again || System.nanoTime() + wait * 1_000_000 > end) {
                    throw new ServerProblem(
                            server + " does not answer (" + e + ")"
                                    + (again
                                            ? ""
                                            : "; whether the events were taken is not known, for they have no numbers")
                                    + ".",
                            e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerProblem("Interrupted while waiting for " + server + ".", e);
            }
            sleep(wait);
        }
    }

    /** Whether a server that could not finish may have taken the events nevertheless. */
    private static boolean mayBeTaken(HttpResponse<byte[]> response) {
        try {
            return MAY_BE_TAKEN.contains(String.valueOf(object(response.body()).get("reason")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private HttpRequest request(String method, String path, Optional<byte[]> body) {
        BodyPublisher publisher = body.map(BodyPublishers::ofByteArray).orElseGet(BodyPublishers::noBody);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(ONE_TRY).method(method, publisher);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request.build();
    }

    /** Longer after each attempt, and not the same for all who wait. */
    private static long pause(int attempt) {
        long longest = Math.min(2_000, 20L << Math.min(attempt, 10));
        return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    }

    private static long retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> 1000 * Long.parseLong(text))
                .orElse(0L);
    }

    private void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerProblem("Interrupted while waiting for " + server + ".", e);
        }
    }

    private static ServerProblem problem(HttpResponse<byte[]> response) {
        String detail;
        try {
            detail = String.valueOf(object(response.body()).get("detail"));
        } catch (IllegalArgumentException e) {
            detail = "The answer is no problem that this client knows. Is it a server of Carousel?";
        }
        return new ServerProblem(response.statusCode(), response.statusCode() + ": " + detail);
    }

    static Map<String, Object> object(byte[] body) {
        return map(JsonText.read(new String(body, UTF_8)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("Expected an object in the answer, but found " + value + ".");
    }

    static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("Expected a list in the answer, but found " + value + ".");
    }
}
