package dev.carousel.server;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import dev.carousel.server.http.AccessLog;
import dev.carousel.server.http.BearerTokens;
import dev.carousel.server.http.Guard;
import dev.carousel.server.http.JettyServer;
import dev.carousel.server.models.ServedModels;
import dev.carousel.server.watch.TimedStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Live sessions of models over HTTP.
 *
 * <pre>{@code
 * try (CarouselServer server = CarouselServer.start(ServerOptions.of(List.of(Path.of("births.safetensors"))))) {
 *     log.info("Listening at {}", server.address());
 *     server.await();
 * }
 * }</pre>
 *
 * <p>It listens on the loopback address unless it is told otherwise, and elsewhere only with bearer tokens. All methods may be
 * called by any thread.
 */
public final class CarouselServer implements AutoCloseable {

    private static final Duration EXPIRE_EVERY = Duration.ofSeconds(10);
    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final int WARM_BATCH = 64;

    private final ServerOptions.Settings settings;
    private final ServedModels models;
    private final Routes routes;
    private final JettyServer http;
    private final Housekeeping housekeeping;
    private final Housekeeping beat;
    private boolean closed;

    private CarouselServer(ServerOptions.Settings settings, ServedModels models, Routes routes, JettyServer http) {
        this.settings = settings;
        this.models = models;
        this.routes = routes;
        this.http = http;
        this.housekeeping = new Housekeeping("carousel-housekeeping", settings.log);
        this.beat = new Housekeeping("carousel-beat", settings.log);
    }

    /**
     * Reads the models and listens.
     *
     * @throws DataException if a source is not there, or an option cannot be used: an address that is not loopback without
     *     tokens, files of tokens, keys or certificates that cannot be read
     * @throws dev.carousel.model.ModelException if a model cannot be read
     * @throws IOException if it cannot listen there; the message is a sentence for the user
     */
    public static CarouselServer start(ServerOptions options) throws IOException {
        ServerOptions.Settings settings = options.settings();
        Optional<BearerTokens> tokens = settings.tokens.map(BearerTokens::read);
        requireProtected(settings);
        Optional<TimedStore> store = settings.store.map(TimedStore::new);
        ServedModels models = new ServedModels(
                options.models,
                settings.pool,
                store.map(timed -> timed),
                settings.limits.models(),
                path -> loaded(settings, path),
                settings.log);
        try {
            models.open();
            Set<String> names = new HashSet<>();
            settings.names.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
            names.add(settings.host.toLowerCase(Locale.ROOT));
            Guard guard = new Guard(names, tokens);
            Routes routes = new Routes(models, settings, guard, store);
            JettyServer http = JettyServer.start(
                    settings.host,
                    settings.port,
                    settings.certificate.flatMap(certificate -> settings.key.map(key -> List.of(certificate, key))),
                    settings.limits.connections(),
                    settings.limits.silence().toMillis(),
                    settings.accessLog.map(out -> new AccessLog(out, Clock.systemUTC())),
                    routes::handle);
            CarouselServer server = new CarouselServer(settings, models, routes, http);
            routes.started(http);
            server.keepHouse();
            return server;
        } catch (IOException | RuntimeException | Error e) {
            models.close();
            throw e;
        }
    }

    /** A model that is read, and runs as fast as it will. */
    private static Model loaded(ServerOptions.Settings settings, Path path) {
        Model model = settings.loader.apply(path);
        if (!settings.warmUp.isZero() && model.spec().encoderDecoder().isEmpty()) {
            PackedNetwork network = model.network().pack();
            Duration half = settings.warmUp.dividedBy(2);
            network.warm(1, 1, half);
            network.warm(1, Math.min(WARM_BATCH, settings.pool.maxBatch()), half);
        }
        return model;
    }

    private static void requireProtected(ServerOptions.Settings settings) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(settings.host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new DataException("There is no address '" + settings.host + "' to listen on.", e);
        }
        if (!loopback && settings.tokens.isEmpty()) {
            throw new DataException(
                    "The address " + settings.host + " can be reached from other machines, so whoever asks"
                            + " needs a token: give --tokens FILE with one a line, such as from 'openssl rand -hex 32'. Without"
                            + " tokens a server listens on 127.0.0.1 alone.");
        }
    }

    private void keepHouse() {
        // A store that is slow must not stop the clock of the figures.
        beat.every(BEAT, "the figures of a second", routes::beat);
        housekeeping.every(settings.reload, "looking at the files of models", models::refresh);
        if (!settings.expire.isZero()) {
            housekeeping.every(EXPIRE_EVERY, "ending sessions that have expired", this::expire);
        }
    }

    private void expire() {
        Instant before = Instant.now().minus(settings.expire);
        models.versions().forEach(version -> version.pool().expire(before));
    }

    /** Looks at the files of models now, not at the next of its times. */
    public void reload() {
        models.refresh();
    }

    /** Where it listens. */
    public URI address() {
        return http.address();
    }

    /** The port on which it listens. */
    public int port() {
        return http.port();
    }

    /** A line for a shell that shows what the first model answers, and works as it stands. */
    public String exampleLine() {
        return routes.exampleLine(address(), settings.tokens);
    }

    /** Waits until it has been closed by another thread. */
    public void await() throws InterruptedException {
        http.await();
    }

    /**
     * Takes no new requests, finishes those that are under way, writes all sessions to the store, and ends. Meanwhile it says that it
     * is not ready. Does nothing if it has been done.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        routes.drain();
        JettyServer.drain(settings.limits.drain().toMillis(), routes::underWay);
        http.refuse();
        routes.endStreams();
        housekeeping.close(settings.limits.drain());
        beat.close(BEAT);
        try {
            models.close();
        } finally {
            http.close();
            routes.close();
        }
    }
}
