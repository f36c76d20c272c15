package dev.carousel.server;

import dev.carousel.model.Model;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a server serves, where, to whom. Immutable; begin with {@link #of} and change what differs.
 *
 * <pre>{@code
 * ServerOptions options = ServerOptions.of(List.of(Path.of("births.safetensors"))).withPort(8080);
 * try (CarouselServer server = CarouselServer.start(options)) {
 *     ...
 * }
 * }</pre>
 */
public final class ServerOptions {

    /** The port where none is given. */
    public static final int PORT = 8080;

    final List<Path> models;
    private final Settings settings;

    /** All but the models, of which a change copies all. */
    static final class Settings implements Cloneable {
        String host = "127.0.0.1";
        int port = PORT;
        Set<String> names = Set.of();
        Optional<Path> tokens = Optional.empty();
        Optional<Path> certificate = Optional.empty();
        Optional<Path> key = Optional.empty();
        Optional<StateStore> store = Optional.empty();
        PoolOptions pool = PoolOptions.defaults().withMaxInMemory(1_000_000);
        Duration expire = Duration.ZERO;
        Duration reload = Duration.ofSeconds(2);
        Duration warmUp = Duration.ZERO;
        ServerLimits limits = ServerLimits.defaults();
        Optional<PrintStream> accessLog = Optional.empty();
        Consumer<String> log = line -> {};
        Function<Path, Model> loader = Model::load;
        boolean echo;

        Settings copy() {
            try {
                return (Settings) clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private ServerOptions(List<Path> models, Settings settings) {
        this.models = List.copyOf(models);
        this.settings = settings;
    }

    /**
     * A server of models, on the loopback address and port {@value #PORT}, that keeps sessions in memory.
     *
     * @param models files, or folders of NAME.safetensors or NAME/VERSION.safetensors
     */
    public static ServerOptions of(List<Path> models) {
        return new ServerOptions(models, new Settings());
    }

    private ServerOptions with(Consumer<Settings> change) {
        Settings copy = settings.copy();
        change.accept(copy);
        return new ServerOptions(models, copy);
    }

    Settings settings() {
        return settings;
    }

    /** Another address to listen on; one that is not loopback needs tokens. */
    public ServerOptions withHost(String host) {
        return with(all -> all.host = host);
    }

    /** Another port; 0 for any that is free. */
    public ServerOptions withPort(int port) {
        return with(all -> all.port = port);
    }

    /** The names by which clients ask for it, beside localhost and literal addresses. */
    public ServerOptions withNames(Set<String> names) {
        return with(all -> all.names = Set.copyOf(names));
    }

    /** A file of bearer tokens: one a line, with a name before a colon where it is to be in the access log. */
    public ServerOptions withTokens(Path file) {
        return with(all -> all.tokens = Optional.of(file));
    }

    /**
     * TLS.
     *
     * @param certificate the chain in PEM, the server's own first
     * @param key its private key in PEM (PKCS#8), without a password
     */
    public ServerOptions withTls(Path certificate, Path key) {
        return with(all -> {
            all.certificate = Optional.of(certificate);
            all.key = Optional.of(key);
        });
    }

    /** Where sessions are kept beyond memory; the server does not close it. */
    public ServerOptions withStore(StateStore store) {
        return with(all -> all.store = Optional.of(store));
    }

    /** How pools work: threads, batches, limits. The name is the server's to set. */
    public ServerOptions withPool(PoolOptions pool) {
        return with(all -> all.pool = pool);
    }

    /** After which time without an event a session ends for good; zero for never. */
    public ServerOptions withExpire(Duration time) {
        return with(all -> all.expire = time);
    }

    /** How often files and folders are looked at; zero for never. */
    public ServerOptions withReload(Duration every) {
        return with(all -> all.reload = every);
    }

    /**
     * How long a model is run on made-up numbers at most before it takes events, so that its first ones find it as fast as all
     * others; zero for not at all.
     */
    public ServerOptions withWarmUp(Duration limit) {
        return with(all -> all.warmUp = limit);
    }

    /** Other limits. */
    public ServerOptions withLimits(ServerLimits limits) {
        return with(all -> all.limits = limits);
    }

    /** Where a line of each request goes; not closed. */
    public ServerOptions withAccessLog(PrintStream out) {
        return with(all -> all.accessLog = Optional.of(out));
    }

    /** Receives a line on what the server itself has to say: versions that come and go, files that cannot be read. */
    public ServerOptions withLog(Consumer<String> log) {
        return with(all -> all.log = log);
    }

    /** What reads a file of a model; {@link Model#load} where none is given. */
    public ServerOptions withLoader(Function<Path, Model> loader) {
        return with(all -> all.loader = loader);
    }

    /** With a route {@code POST /v1/echo} that answers with its body: what a request costs without a session. */
    public ServerOptions withEcho() {
        return with(all -> all.echo = true);
    }
}
