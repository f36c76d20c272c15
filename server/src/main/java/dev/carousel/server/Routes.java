package dev.carousel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import dev.carousel.server.http.AccessLog;
import dev.carousel.server.http.EventStream;
import dev.carousel.server.http.Exchange;
import dev.carousel.server.http.Guard;
import dev.carousel.server.http.JettyServer;
import dev.carousel.server.http.Problem;
import dev.carousel.server.kserve.InferenceRoutes;
import dev.carousel.server.models.ModelDescriptions;
import dev.carousel.server.models.ModelExample;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModel;
import dev.carousel.server.models.ServedModels;
import dev.carousel.server.session.ManyEvents;
import dev.carousel.server.session.OpenSockets;
import dev.carousel.server.session.OutputFeed;
import dev.carousel.server.session.SessionEvents;
import dev.carousel.server.session.SessionKeys;
import dev.carousel.server.session.SessionSocket;
import dev.carousel.server.session.SessionState;
import dev.carousel.server.watch.ServerMetrics;
import dev.carousel.server.watch.StatePicture;
import dev.carousel.server.watch.StaticFiles;
import dev.carousel.server.watch.TimedStore;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** Which path goes where, and what is asked of every request first. */
final class Routes {

    private static final int MOST_NUMBERS = 4_000_000;
    private static final int BEAT_SECONDS = 15;
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final ServedModels models;
    private final ServerOptions.Settings settings;
    private final Guard guard;
    private final ServerMetrics metrics;
    private final OutputFeed feed = new OutputFeed();
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final SessionEvents sessionEvents;
    private final ManyEvents manyEvents;
    private final InferenceRoutes inference;
    private final OpenSockets openSockets = new OpenSockets();
    private final AtomicInteger underWay = new AtomicInteger();

    /** Those among them that were taken, rather than refused or about the health of the server. */
    private final AtomicInteger taken = new AtomicInteger();

    private volatile boolean draining;
    private volatile @Nullable ServerWebSocketContainer sockets;
    private int beats;

    Routes(ServedModels models, ServerOptions.Settings settings, Guard guard, Optional<TimedStore> store) {
        this.models = models;
        this.settings = settings;
        this.guard = guard;
        this.metrics = new ServerMetrics(models, underWay::get, openSockets::size, feed::size, store);
        int most = settings.limits.events();
        this.sessionEvents = new SessionEvents(Math.min(most, settings.pool.maxEvents()), feed);
        this.manyEvents = new ManyEvents(most, settings.pool.maxEvents(), feed);
        this.inference = new InferenceRoutes(MOST_NUMBERS, Math.min(most, settings.pool.maxEvents()));
    }

    /** It listens: what only then can be made. */
    void started(JettyServer http) {
        sockets = SessionSocket.container(http.jetty());
    }

    /** How many requests and messages were taken that have no answer yet. */
    int underWay() {
        return taken.get() - streams.size() + openSockets.underWay();
    }

    /** A second has passed. */
    void beat() {
        metrics.tick();
        beats++;
        if (beats % BEAT_SECONDS == 0) {
            streams.forEach(EventStream::beat);
        }
    }

    /** From now on nothing new is taken, and it is not ready. */
    void drain() {
        draining = true;
        openSockets.drain();
    }

    /** Ends what goes on for as long as clients like. */
    void endStreams() {
        feed.close();
    }

    void close() {
        metrics.close();
    }

    void handle(Exchange exchange) {
        long begun = System.nanoTime();
        int running = underWay.incrementAndGet();
        String[] route = {"other"};
        Request.addCompletionListener(exchange.request(), failure -> {
            underWay.decrementAndGet();
            metrics.answered(route[0], exchange.response().getStatus(), System.nanoTime() - begun);
        });
        guard.requireOurs(exchange);
        List<String> path = exchange.path();
        String first = path.isEmpty() ? "" : path.get(0);
        switch (first) {
            case "" -> {
                route[0] = "page";
                require(exchange, "GET");
                StaticFiles.page(exchange);
            }
            case "health" -> {
                route[0] = "health";
                health(exchange, path);
            }
            case "v2" -> {
                route[0] = "v2";
                v2(exchange, path, route, running);
            }
            default -> {
                requireRoom(exchange, running);
                AccessLog.setWho(exchange, guard.requireToken(exchange));
                route[0] =
                        first.equals("v1") || first.equals("metrics") || first.equals("openapi.json") ? first : "other";
                own(exchange, path, first, route);
            }
        }
    }

    /** Takes a request that is no question for the health of the server, or refuses it. */
    private void requireRoom(Exchange exchange, int running) {
        taken.incrementAndGet();
        Request.addCompletionListener(exchange.request(), failure -> taken.decrementAndGet());
        if (draining) {
            exchange.response().getHeaders().put("Connection", "close");
            throw Problem.busy(503, 5, "The server is about to end. Try again in a moment.");
        }
        if (running > settings.limits.requests()) {
            throw Problem.busy(
                    503,
                    1,
                    "There are " + running + " requests under way, more than this server takes. Try again later.");
        }
    }

    private static void require(Exchange exchange, String method) {
        if (!exchange.method().equals(method)) {
            throw Problem.method(exchange.method(), method);
        }
    }

    private static Problem noPath(Exchange exchange) {
        return Problem.notFound("There is no path /" + String.join("/", exchange.path())
                + " here. GET /openapi.json lists those that there are.");
    }

    /** /health/live and /health/ready: for those who watch over the process, without a token. */
    private void health(Exchange exchange, List<String> path) {
        require(exchange, "GET");
        if (path.size() != 2 || !(path.get(1).equals("live") || path.get(1).equals("ready"))) {
            throw noPath(exchange);
        }
        boolean ready = path.get(1).equals("ready");
        if (ready && draining) {
            exchange.response().getHeaders().put("Connection", "close");
            throw Problem.busy(503, 5, "The server is about to end and takes no new requests.")
                    .with("ready", false);
        }
        exchange.answer(200, Exchange.JSON, InferenceRoutes.flag(path.get(1), true));
    }

    private void own(Exchange exchange, List<String> path, String first, String[] route) {
        if (path.size() == 1 && first.equals("metrics")) {
            require(exchange, "GET");
            exchange.later(() -> exchange.answer(
                    200, TEXT, ByteBuffer.wrap(metrics.prometheus().getBytes(UTF_8))));
        } else if (path.size() == 1 && first.equals("openapi.json")) {
            require(exchange, "GET");
            StaticFiles.openApi(exchange);
        } else if (first.equals("v1") && path.size() == 2 && path.get(1).equals("models")) {
            require(exchange, "GET");
            exchange.json(200, ModelDescriptions.of(models.all()));
        } else if (first.equals("v1") && path.size() == 2 && path.get(1).equals("status")) {
            require(exchange, "GET");
            exchange.json(200, status());
        } else if (first.equals("v1") && path.size() == 2 && path.get(1).equals("echo") && settings.echo) {
            require(exchange, "POST");
            route[0] = "echo";
            body(exchange, bytes -> exchange.answer(200, Exchange.JSON, bytes.buffer()));
        } else if (first.equals("v1") && path.size() > 2 && path.get(1).equals("models")) {
            model(exchange, models.get(path.get(2)), path.subList(3, path.size()), route);
        } else {
            throw noPath(exchange);
        }
    }

    private Map<String, Object> status() {
        Map<String, Object> all = new LinkedHashMap<>(metrics.figures());
        all.put("under_way", (long) underWay.get());
        all.put("listeners", (long) feed.size());
        all.put("sockets", (long) openSockets.size());
        all.putAll(ModelDescriptions.of(models.all()));
        return all;
    }

    private void body(Exchange exchange, java.util.function.Consumer<dev.carousel.server.http.ByteOutput> then) {
        exchange.body(settings.limits.body(), settings.limits.bodyTime().toMillis(), then);
    }

    /** What follows /v1/models/{m}. */
    private void model(Exchange exchange, ServedModel model, List<String> rest, String[] route) {
        String what = rest.isEmpty() ? "" : rest.get(0);
        if (rest.isEmpty()) {
            require(exchange, "GET");
            exchange.json(200, ModelDescriptions.of(model));
        } else if (rest.size() == 1 && what.equals("example")) {
            require(exchange, "GET");
            exchange.json(200, Map.of("events", model.newest().example().events()));
        } else if (rest.size() == 1 && what.equals("events")) {
            require(exchange, "POST");
            route[0] = "many-events";
            body(exchange, bytes -> manyEvents.take(exchange, model, bytes));
        } else if (rest.size() == 1 && what.equals("outputs")) {
            require(exchange, "GET");
            listen(exchange, model, "", route);
        } else if (rest.size() >= 2 && what.equals("sessions")) {
            session(exchange, model, SessionKeys.require(rest.get(1)), rest.subList(2, rest.size()), route);
        } else {
            throw noPath(exchange);
        }
    }

    private void listen(Exchange exchange, ServedModel model, String session, String[] route) {
        route[0] = "outputs";
        feed.requireRoom();
        EventStream stream = new EventStream(exchange);
        try {
            feed.add(model.name(), session, stream);
        } catch (Problem e) {
            // Another took the last place since: the stream has begun, so that all it can do is end.
            stream.end();
            return;
        }
        streams.add(stream);
        Request.addCompletionListener(exchange.request(), failure -> streams.remove(stream));
    }

    private void session(Exchange exchange, ServedModel model, String key, List<String> rest, String[] route) {
        String what = rest.isEmpty() ? "" : rest.get(0);
        String method = exchange.method();
        if (rest.size() > 1) {
            throw noPath(exchange);
        }
        switch (what) {
            case "events" -> {
                require(exchange, "POST");
                route[0] = "events";
                boolean last = exchange.query("answers").filter("last"::equals).isPresent();
                boolean anew = exchange.query("start").filter("true"::equals).isPresent();
                body(exchange, bytes -> sessionEvents.take(exchange, model, key, bytes, last, anew));
            }
            case "outputs" -> {
                require(exchange, "GET");
                listen(exchange, model, key, route);
            }
            case "state" -> {
                route[0] = "state";
                if (method.equals("GET")) {
                    SessionState.read(exchange, model, key);
                } else if (method.equals("PUT")) {
                    body(exchange, bytes -> SessionState.write(exchange, model, key, bytes));
                } else {
                    throw Problem.method(method, "GET, PUT");
                }
            }
            case "picture" -> {
                require(exchange, "GET");
                route[0] = "picture";
                StatePicture.send(exchange, model, key);
            }
            case "" -> {
                route[0] = "session";
                if (exchange.header("Upgrade")
                        .filter("websocket"::equalsIgnoreCase)
                        .isPresent()) {
                    upgrade(exchange, model, key);
                } else if (method.equals("GET")) {
                    SessionState.describe(exchange, model, key);
                } else if (method.equals("DELETE")) {
                    SessionState.end(exchange, model, key);
                } else {
                    throw Problem.method(method, "GET, DELETE");
                }
            }
            default -> throw noPath(exchange);
        }
    }

    private void upgrade(Exchange exchange, ServedModel model, String key) {
        ServerWebSocketContainer container = sockets;
        if (container == null) {
            throw Problem.busy(503, 1, "The server is still starting.");
        }
        SessionSocket.upgrade(
                container,
                exchange,
                model,
                key,
                settings.limits.body(),
                Math.min(settings.limits.events(), settings.pool.maxEvents()),
                feed,
                openSockets);
    }

    /** What follows /v2. */
    private void v2(Exchange exchange, List<String> path, String[] route, int running) {
        try {
            if (path.size() == 3 && path.get(1).equals("health")) {
                health(exchange, List.of("health", path.get(2)));
                return;
            }
            requireRoom(exchange, running);
            AccessLog.setWho(exchange, guard.requireToken(exchange));
            if (path.size() == 1) {
                require(exchange, "GET");
                exchange.json(200, InferenceRoutes.server(ServerVersion.text()));
            } else if (path.size() >= 3 && path.get(1).equals("models")) {
                v2Model(exchange, models.get(path.get(2)), path.subList(3, path.size()), route);
            } else {
                throw noPath(exchange);
            }
        } catch (RuntimeException e) {
            InferenceRoutes.fail(exchange, e);
        }
    }

    private void v2Model(Exchange exchange, ServedModel model, List<String> rest, String[] route) {
        Optional<ModelVersion<?, ?>> version = Optional.empty();
        List<String> verb = rest;
        if (rest.size() >= 2 && rest.get(0).equals("versions")) {
            version = Optional.of(model.version(rest.get(1)));
            verb = rest.subList(2, rest.size());
        }
        Optional<ModelVersion<?, ?>> wanted = version;
        if (verb.isEmpty()) {
            require(exchange, "GET");
            exchange.json(200, InferenceRoutes.model(model, wanted.orElseGet(model::newest)));
        } else if (verb.equals(List.of("ready"))) {
            require(exchange, "GET");
            exchange.json(200, Map.of("name", model.name(), "ready", true));
        } else if (verb.equals(List.of("infer"))) {
            require(exchange, "POST");
            route[0] = "infer";
            body(exchange, bytes -> inference.infer(exchange, model, wanted, bytes));
        } else {
            throw noPath(exchange);
        }
    }

    /** A line for a shell: a short example as it is, a long one fetched from here and sent back. */
    String exampleLine(URI address, Optional<Path> tokens) {
        ServedModel model = models.all().get(0);
        ModelExample example = model.newest().example();
        String at = address + "v1/models/" + encoded(model.name());
        String curl = "curl -s"
                + (settings.certificate.isPresent() ? " --cacert " + settings.certificate.get() : "")
                + (tokens.isPresent() ? " -H \"Authorization: Bearer $TOKEN\"" : "");
        String session = at + "/sessions/" + encoded(example.session()) + "/events";
        if (example.events().size() == 1) {
            return curl + " -d '" + Json.write(Map.of("events", example.events())) + "' " + session;
        }
        return curl + " " + at + "/example | " + curl + " -d @- '" + session + "?start=true&answers=last'";
    }

    private static String encoded(String part) {
        return java.net.URLEncoder.encode(part, UTF_8).replace("+", "%20");
    }
}
