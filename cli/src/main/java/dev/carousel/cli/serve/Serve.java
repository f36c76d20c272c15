package dev.carousel.cli.serve;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.command.ThreadsOption;
import dev.carousel.cli.console.Console;
import dev.carousel.server.CarouselServer;
import dev.carousel.server.ServerLimits;
import dev.carousel.server.ServerOptions;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel serve}: live sessions over HTTP. */
@Command(
        name = "serve",
        header = "Serve models over HTTP: live sessions, one event at a time, for very many at once.",
        description = {
            "A model is named by its file. A session begins with its first event and remembers what came before; its"
                    + " answers are those of 'carousel stream'. New and changed files are taken at once; sessions that"
                    + " run finish on their version.",
            "",
            "Listens on this machine alone unless there are tokens. A page at / shows what happens; /openapi.json lists"
                    + " the paths; /v2 is the Open Inference Protocol; /metrics is for Prometheus."
        },
        footer = {
            "  carousel serve births.safetensors",
            "      and type the line that it prints",
            "  carousel serve models/ --port 9000 --max-sessions 100000",
            "      a folder of NAME.safetensors or NAME/VERSION.safetensors",
            "  carousel serve births.safetensors --durable sessions/",
            "      sessions that survive the process",
            "  carousel serve models/ --host 0.0.0.0 --tokens tokens.txt",
            "      for other machines; 'openssl rand -hex 32' makes a token"
        })
public final class Serve extends Subcommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description = "Files of models, or folders of them: NAME.safetensors or NAME/VERSION.safetensors.")
    List<Path> models = List.of();

    @Option(
            order = -90,
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "" + ServerOptions.PORT,
            description = "Where to listen; 0 for any port that is free (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
            order = -90,
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; any but loopback needs --tokens (default: ${DEFAULT-VALUE}).")
    String host = "";

    @Option(
            order = -90,
            names = "--name",
            paramLabel = "NAME",
            split = ",",
            description = "A host name under which clients ask for this server; localhost and addresses need none.")
    List<String> names = List.of();

    @Option(
            order = -80,
            names = "--tokens",
            paramLabel = "FILE",
            description =
                    "Bearer tokens, one a line, 'name: token' to see the name in the access log. Whoever asks needs"
                            + " one.")
    Optional<Path> tokens = Optional.empty();

    @Option(
            order = -80,
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "The certificate for TLS in PEM, with its chain; needs --tls-key.")
    Optional<Path> certificate = Optional.empty();

    @Option(
            order = -80,
            names = "--tls-key",
            paramLabel = "FILE",
            description = "The private key for TLS in PEM (PKCS#8), without a password.")
    Optional<Path> key = Optional.empty();

    @Mixin
    StoreChoice store = new StoreChoice();

    @Option(
            order = -60,
            names = "--expire",
            paramLabel = "TIME",
            defaultValue = "0",
            converter = TimeSpan.class,
            description =
                    "After which time without an event a session ends for good, such as 30d; 0 for never (default:"
                            + " ${DEFAULT-VALUE}).")
    Duration expire = Duration.ZERO;

    @Option(
            order = -60,
            names = "--max-batch",
            paramLabel = "N",
            defaultValue = "256",
            description = "How many sessions are stepped together at most (default: ${DEFAULT-VALUE}).")
    int maxBatch;

    @Option(
            order = -60,
            names = "--batch-delay",
            paramLabel = "MICROS",
            defaultValue = "0",
            description = "How many microseconds to wait for more events to step together (default: ${DEFAULT-VALUE}).")
    long batchDelay;

    @Option(
            order = -60,
            names = "--queue",
            paramLabel = "N",
            defaultValue = "65536",
            description = "How many events may wait; beyond it, the answer is 429 (default: ${DEFAULT-VALUE}).")
    int queue;

    @Mixin
    ThreadsOption threads = new ThreadsOption();

    @Option(
            order = -50,
            names = "--max-sessions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Sessions of a version in memory at most. With a store the longest idle ones leave for it,"
                    + " without one new ones are refused (default: ${DEFAULT-VALUE}).")
    int maxSessions;

    @Option(
            order = -50,
            names = "--max-models",
            paramLabel = "N",
            defaultValue = "100",
            description = "Models at most (default: ${DEFAULT-VALUE}).")
    int maxModels;

    @Option(
            order = -50,
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "8388608",
            description = "Bytes of a request's body at most (default: ${DEFAULT-VALUE}).")
    int maxBody;

    @Option(
            order = -50,
            names = "--max-events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Events of a request at most (default: ${DEFAULT-VALUE}).")
    int maxEvents;

    @Option(
            order = -50,
            names = "--max-requests",
            paramLabel = "N",
            defaultValue = "4096",
            description = "Requests under way at once; beyond it, the answer is 503 (default: ${DEFAULT-VALUE}).")
    int maxRequests;

    @Option(
            order = -50,
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "4s",
            converter = TimeSpan.class,
            description = "How long a model runs on made-up numbers at most before it takes events; 0 for not at all"
                    + " (default: ${DEFAULT-VALUE}).")
    Duration warmUp = Duration.ZERO;

    @Option(order = -50, names = "--access-log", description = "Write a line of each request to standard error.")
    boolean accessLog;

    @Option(
            names = "--echo",
            hidden = true,
            description = "POST /v1/echo answers with its body: a request without a session.")
    boolean echo;

    public Serve(Console console) {
        super(console);
    }

    private void requireOptions() {
        requireAtLeast("--port", 0, port);
        requireAtMost("--port", 65_535, port);
        requireAtLeast("--max-batch", 1, maxBatch);
        requireAtLeast("--batch-delay", 0, batchDelay);
        requireAtMost("--batch-delay", 1_000_000, batchDelay);
        requireAtLeast("--queue", 1, queue);
        requireThreads(threads.threads);
        requireAtLeast("--max-sessions", 1, maxSessions);
        requireAtLeast("--max-models", 1, maxModels);
        requireAtLeast("--max-body", 1024, maxBody);
        requireAtLeast("--max-events", 1, maxEvents);
        requireAtLeast("--max-requests", 1, maxRequests);
        if (certificate.isPresent() != key.isPresent()) {
            throw mistake("--tls-cert and --tls-key belong together: TLS needs both.");
        }
    }

    private ServerOptions options(Optional<StateStore> kept) {
        PoolOptions pool = PoolOptions.defaults()
                .withThreads(threads.threads)
                .withMaxBatch(maxBatch)
                .withBatchDelay(Duration.ofNanos(1000 * batchDelay))
                .withQueueCapacity(queue)
                .withMaxEvents(maxEvents)
                .withMaxInMemory(maxSessions)
                .withShared(store.isShared())
                .withIdle(store.idle());
        ServerOptions all = ServerOptions.of(models)
                .withPort(port)
                .withHost(host)
                .withNames(Set.copyOf(names))
                .withPool(pool)
                .withExpire(expire)
                .withWarmUp(warmUp)
                .withLimits(ServerLimits.defaults()
                        .withBody(maxBody)
                        .withEvents(maxEvents)
                        .withModels(maxModels)
                        .withRequests(maxRequests))
                .withLog(this::note);
        if (kept.isPresent()) {
            all = all.withStore(kept.get());
        }
        if (tokens.isPresent()) {
            all = all.withTokens(tokens.get());
        }
        if (certificate.isPresent() && key.isPresent()) {
            all = all.withTls(certificate.get(), key.get());
        }
        if (accessLog) {
            all = all.withAccessLog(console.err());
        }
        return echo ? all.withEcho() : all;
    }

    @Override
    public int run(Figures figures) {
        requireOptions();
        noteSlowKernels();
        Optional<StateStore> kept = store.open(this);
        CountDownLatch ended = new CountDownLatch(1);
        try (CarouselServer server = CarouselServer.start(options(kept))) {
            // A signal ends the process from another thread, which waits until all is written.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, ended), "carousel-end"));
            console.line("Serving at " + server.address() + " (Ctrl-C ends it)");
            console.line("");
            console.line("Try it:");
            console.line("  " + server.exampleLine());
            console.out().flush();
            server.await();
        } catch (IOException e) {
            throw new FailureException(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            note("carousel: interrupted");
        } finally {
            kept.ifPresent(StateStore::close);
            ended.countDown();
        }
        return ExitCode.OK;
    }

    private static void end(CarouselServer server, CountDownLatch ended) {
        server.close();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
