package dev.carousel.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code load}: what a server of live sessions takes, asked by this process over the loopback address. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = {
            "Requests a second and events a second of 'carousel serve', and how long they take. First --model FILE writes"
                    + " the model to serve; then, with 'carousel serve FILE --echo' in another process, --kind events gives"
                    + " each session one event a request, lines many sessions one each, echo the same bodies to a route"
                    + " without sessions.",
            "",
            "With --rate requests begin at their times whether or not earlier ones are answered, and count from then.",
            "",
            "--silent and --trickle open connections that ask nothing meanwhile. --overload N asks from N connections at once,"
                    + " several times as many as the server's --max-requests, and says how soon after their end it answers as before."
        })
final class LoadServer implements Callable<Integer> {

    /** What is asked. */
    enum Kind {
        EVENTS,
        LINES,
        ECHO
    }

    @Option(names = "--model", description = "Write a model of an LSTM and a dense layer to this file, and end.")
    Optional<Path> model = Optional.empty();

    @Option(
            names = "--shape",
            split = ",",
            defaultValue = "8,64,8",
            description = "Inputs, units and outputs of the model (default: ${DEFAULT-VALUE}).")
    List<Integer> shape = List.of();

    @Option(names = "--server", defaultValue = "http://127.0.0.1:8080", description = "Default: ${DEFAULT-VALUE}.")
    URI server = URI.create("");

    @Option(names = "--kind", split = ",", description = "events, lines, echo (default: all).")
    List<Kind> kinds = List.of(Kind.values());

    @Option(names = "--connections", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
    int connections;

    @Option(names = "--sessions", defaultValue = "10000", description = "Sessions (default: ${DEFAULT-VALUE}).")
    int sessions;

    @Option(
            names = "--lines",
            defaultValue = "500",
            description = "Events a request of lines (default: ${DEFAULT-VALUE}).")
    int lines;

    @Option(
            names = "--warm-up",
            defaultValue = "5",
            description = "Seconds that do not count (default: ${DEFAULT-VALUE}).")
    double warmUp;

    @Option(names = "--seconds", defaultValue = "10", description = "Seconds of each kind (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Requests a second; 0 for as many as go (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            names = "--silent",
            defaultValue = "0",
            description = "Further connections that send nothing (default: ${DEFAULT-VALUE}).")
    int silent;

    @Option(
            names = "--trickle",
            defaultValue = "0",
            description = "Further connections that send a byte a second (default: ${DEFAULT-VALUE}).")
    int trickle;

    @Option(
            names = "--overload",
            defaultValue = "0",
            description = "At the end, so many connections that ask without a pause (default: ${DEFAULT-VALUE}).")
    int overload;

    @Option(names = "--token", description = "A bearer token.")
    Optional<String> token = Optional.empty();

    private static final int RECOVERED = 10;

    @Spec
    CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        PrintWriter out = command.commandLine().getOut();
        if (model.isPresent()) {
            NetworkSpec spec =
                    NetworkSpec.of(Recurrent.lstm(shape.get(0), shape.get(1)), Dense.head(shape.get(1), shape.get(2)));
            Network network = Network.initialised(spec, new SplittableRandom(1));
            Model.of(network, Task.of("none")).save(model.get());
            out.println("wrote " + model.get() + ", " + Files.size(model.get()) + " bytes");
            return 0;
        }
        out.println(Machine.line());
        out.println("kind     requests/s     events/s   median ms     99 % ms   99.9 % ms   statuses");
        try (LoadCrowd crowd = new LoadCrowd(server, silent, trickle)) {
            for (Kind kind : kinds) {
                run(kind, warmUp, connections);
                out.println(run(kind, seconds, connections));
                out.flush();
            }
            if (silent + trickle > 0) {
                out.println(crowd.line());
            }
            if (overload > 0) {
                LoadConnection after = new LoadConnection(server, requests(Kind.EVENTS, 0, 1));
                out.println("overload of " + overload + " connections:");
                String line = run(Kind.EVENTS, seconds, overload);
                String recovered = recovery(after);
                out.println(line);
                out.println(recovered);
            }
        }
        return 0;
    }

    /** One request after the other, each on a connection of its own, from the end of the load on: when ten in a row were answered. */
    private static String recovery(LoadConnection one) {
        long begin = System.nanoTime();
        long answered = 0;
        while (answered < RECOVERED && System.nanoTime() - begin < 60_000_000_000L) {
            long now = System.nanoTime();
            one.run(now, now + 1, 1, 0, 1);
            answered = one.statuses().keySet().equals(java.util.Set.of(200)) ? answered + 1 : 0;
            one.statuses().clear();
        }
        long[] latencies = one.latencies();
        return String.format(
                Locale.ROOT,
                "%s after %.0f ms; these %d took %.2f ms at most",
                answered < RECOVERED ? "not recovered" : RECOVERED + " answers in a row",
                (System.nanoTime() - begin) / 1e6,
                RECOVERED,
                java.util.Arrays.stream(latencies)
                                .skip(Math.max(0, latencies.length - RECOVERED))
                                .max()
                                .orElse(0)
                        / 1e6);
    }

    private String run(Kind kind, double time, int connections) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        List<LoadConnection> asking = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            asking.add(new LoadConnection(server, requests(kind, i, connections)));
        }
        long begin = System.nanoTime() + 10_000_000;
        long end = begin + (long) (time * 1e9);
        List<Future<LoadConnection>> running = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int number = i;
            running.add(threads.submit(() -> {
                LoadConnection connection = asking.get(number);
                connection.run(begin, end, rate <= 0 ? 0 : (long) (1e9 * connections / rate), number, connections);
                return connection;
            }));
        }
        long[] latencies = new long[0];
        Map<Integer, Long> statuses = new TreeMap<>();
        for (Future<LoadConnection> one : running) {
            LoadConnection done = one.get();
            latencies = LoadConnection.joined(latencies, done.latencies());
            done.statuses().forEach((status, count) -> statuses.merge(status, count, Long::sum));
        }
        threads.shutdown();
        double took = (System.nanoTime() - begin) / 1e9;
        java.util.Arrays.sort(latencies);
        double requests = statuses.getOrDefault(200, 0L) / took;
        return String.format(
                Locale.ROOT,
                "%-7s %11.0f %12.0f %11.2f %11.2f %11.2f   %s",
                kind.name().toLowerCase(Locale.ROOT),
                requests,
                requests * (kind == Kind.LINES ? lines : 1),
                quantile(latencies, 0.5),
                quantile(latencies, 0.99),
                quantile(latencies, 0.999),
                statuses);
    }

    private static double quantile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }

    /** Requests of a connection, made before the clock runs; each connection has sessions of its own. */
    private List<byte[]> requests(Kind kind, int connection, int of) {
        SplittableRandom random = new SplittableRandom(connection);
        int own = Math.max(1, sessions / of);
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < Math.max(64, Math.min(own, 2000)); i++) {
            String path;
            StringBuilder body = new StringBuilder();
            if (kind == Kind.LINES) {
                path = "/v1/models/load/events";
                for (int k = 0; k < lines; k++) {
                    body.append("{\"session\":\"s")
                            .append(connection)
                            .append('-')
                            .append(random.nextInt(own))
                            .append("\",\"event\":");
                    event(random, body);
                    body.append("}\n");
                }
                if (all.size() >= 64) {
                    break;
                }
            } else {
                path = kind == Kind.ECHO
                        ? "/v1/echo"
                        : "/v1/models/load/sessions/s" + connection + "-" + i % own + "/events";
                body.append("{\"events\":[");
                event(random, body);
                body.append("]}");
            }
            all.add(("POST " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n"
                            + token.map(secret -> "Authorization: Bearer " + secret + "\r\n")
                                    .orElse("")
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(US_ASCII));
        }
        return all;
    }

    private void event(SplittableRandom random, StringBuilder to) {
        for (int d = 0; d < shape.get(0); d++) {
            to.append(d == 0 ? '[' : ',').append(Math.round(1e4 * random.nextGaussian()) / 1e4);
        }
        to.append(']');
    }
}
