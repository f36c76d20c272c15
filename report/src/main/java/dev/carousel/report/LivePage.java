package dev.carousel.report;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The page of a training while it trains: a small web server that this machine alone can reach.
 *
 * <pre>{@code
 * try (LivePage page = LivePage.start("Sales", 0)) {
 *     log.info("Look at {}", page.address());
 *     Trainer.of(network, plan, team).train(training, heldOut, page);
 * }
 * }</pre>
 *
 * <p>It listens on the loopback address alone and answers only those who ask for it by that name, so that no page from
 * elsewhere can read it through a browser. The thread that trains writes down a few numbers and waits for nobody: pages are
 * made and sent by threads of the server's own, at most twice a second, and only while somebody looks. When it is closed,
 * browsers get the last state and keep it.
 */
public final class LivePage implements TrainingListener, AutoCloseable {

    private static final int MOST_THREADS = 32;
    private static final int MOST_READERS = 16;
    private static final long EVERY_MILLIS = 500;
    private static final long LAST_WORDS_MILLIS = 1_500;

    private final String title;
    private final TrainingHistory history;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService drawing;
    private final Semaphore places = new Semaphore(MOST_READERS);
    private final LiveFeed feed = new LiveFeed();
    private final Set<String> names;

    private volatile List<Section> more = List.of();
    private volatile String word = "";
    private volatile long changes;
    private volatile boolean closed;

    // Of the thread that draws.
    private long drawn = -1;

    private LivePage(String title, TrainingHistory history, HttpServer server) {
        this.title = title;
        this.history = history;
        this.server = server;
        int port = server.getAddress().getPort();
        names = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "carousel live page");
            thread.setDaemon(true);
            return thread;
        };
        threads = new ThreadPoolExecutor(
                MOST_THREADS, MOST_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
        threads.allowCoreThreadTimeOut(true);
        drawing = Executors.newSingleThreadScheduledExecutor(daemons);
    }

    /**
     * Starts a page of a training that counts steps of sequences.
     *
     * @param title its heading
     * @param port where it listens; 0 for any that is free
     * @throws IOException if it cannot listen there; the message is a sentence for the user
     */
    public static LivePage start(String title, int port) throws IOException {
        return start(title, port, new TrainingHistory());
    }

    /**
     * Starts a page.
     *
     * @param title its heading
     * @param port where it listens; 0 for any that is free
     * @param history what the page shows; the page tells it of the training, so it must not be a listener itself
     * @throws IOException if it cannot listen there; the message is a sentence for the user
     */
    public static LivePage start(String title, int port, TrainingHistory history) throws IOException {
        if (port < 0 || port > 65_535) {
            throw new IOException("There is no port " + port + ": ports are 0 to 65535, where 0 is any that is free.");
        }
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (BindException e) {
            throw new IOException(
                    "Port " + port + " cannot be used (" + e.getMessage()
                            + "). Does another program listen there? Port 0 takes any that is free.",
                    e);
        }
        LivePage page = new LivePage(title, history, server);
        server.createContext("/", page::answer);
        server.setExecutor(page.threads);
        server.start();
        page.drawAgainAndAgain();
        return page;
    }

    // Nobody asks what became of the drawing: it ends with the page.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void drawAgainAndAgain() {
        drawing.scheduleWithFixedDelay(this::draw, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Where a browser finds it. */
    public URI address() {
        InetAddress address = server.getAddress().getAddress();
        String host = address instanceof Inet6Address ? "[::1]" : address.getHostAddress();
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/");
    }

    /** Shows further sections below those of the training, instead of those shown before. */
    public void show(List<Section> sections) {
        more = List.copyOf(sections);
        changed();
    }

    /** Shows a sentence instead of how far the training is: that it failed, or what is being done now. */
    public void say(String sentence) {
        word = sentence;
        changed();
    }

    private synchronized void changed() {
        changes++;
    }

    private String status() {
        return word.isEmpty() ? history.status() : word;
    }

    private List<Page.Part> parts() {
        List<Section> all = new ArrayList<>(history.sections());
        all.addAll(more);
        return Page.parts(all);
    }

    private void draw() {
        long version = history.version() + changes;
        if (version != drawn && feed.hasReaders()) {
            feed.publish(status(), parts(), false);
            drawn = version;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
            exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            String host = exchange.getRequestHeaders().getFirst("Host");
            String path = exchange.getRequestURI().getPath();
            if (host == null || !names.contains(host.toLowerCase(Locale.ROOT))) {
                send(exchange, 403, "text/plain", "This page is for this machine alone.\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, 405, "text/plain", "This page can only be read.\n");
            } else if ("/".equals(path)) {
                send(exchange, 200, "text/html", Page.of(title, status(), parts(), true));
            } else if ("/events".equals(path)) {
                events(exchange);
            } else {
                send(exchange, 404, "text/plain", "There is no such page here.\n");
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void events(HttpExchange exchange) throws IOException {
        if (!places.tryAcquire()) {
            send(exchange, 503, "text/plain", "Too many look at this page already.\n");
            return;
        }
        feed.count(1);
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            changed();
            feed.serve(exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The page was closed.");
        } finally {
            feed.count(-1);
            places.release();
        }
    }

    /** Gives browsers the last state and ends; does nothing if that has been done. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        drawing.shutdownNow();
        try {
            drawing.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
            feed.publish(status(), parts(), true);
            feed.awaitReaders(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        history.trainingStarted(plan, batches);
    }

    @Override
    public void trainingResumed(List<EpochFigures> epochs, int batches) {
        history.trainingResumed(epochs, batches);
    }

    @Override
    public void epochStarted(int epoch) {
        history.epochStarted(epoch);
    }

    @Override
    public void batchEnded(int batch, long items, double loss, double gradientNorm) {
        history.batchEnded(batch, items, loss, gradientNorm);
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        history.epochEnded(figures);
    }

    @Override
    public void trainingEnded(TrainingResult result) {
        history.trainingEnded(result);
    }
}
