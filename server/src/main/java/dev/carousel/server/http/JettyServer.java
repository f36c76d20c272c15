package dev.carousel.server.http;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty, as this server uses it: requests are handled by the thread that reads them, nothing waits for a slow client, and
 * what is refused before it is a request is a problem, too.
 */
public final class JettyServer {

    /** What is done with each request. */
    public interface Front {

        /** Handles a request, at once or later; must not wait. */
        void handle(Exchange exchange);
    }

    private static final int MOST_THREADS = 64;
    private static final int HEADER_BYTES = 16 * 1024;

    private final Server server;
    private final ServerConnector connector;
    private final WaitingThreads waiting;
    private final String scheme;
    private final int port;

    private JettyServer(Server server, ServerConnector connector, WaitingThreads waiting, String scheme) {
        this.server = server;
        this.connector = connector;
        this.waiting = waiting;
        this.scheme = scheme;
        this.port = connector.getLocalPort();
    }

    /**
     * Listens.
     *
     * @param tls the files of the certificate and of the key
     * @param connections how many may be open at once
     * @param silence after how many milliseconds a connection without a request is cut off
     * @throws IOException if it cannot; the message is a sentence for the user
     */
    public static JettyServer start(
            String host,
            int port,
            Optional<List<Path>> tls,
            int connections,
            long silence,
            Optional<AccessLog> log,
            Front front)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
        threads.setName("carousel-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setOutputBufferSize(64 * 1024);
        http.setMaxUnconsumedRequestContentReads(4);
        // A session may be named by any text, so by one with an encoded slash; no path here is a path of files.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "CAROUSEL", Violation.AMBIGUOUS_PATH_SEPARATOR, Violation.AMBIGUOUS_PATH_ENCODING));
        HttpConnectionFactory factory = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (tls.isPresent()) {
            SslContextFactory.Server ssl =
                    PemFiles.context(tls.get().get(0), tls.get().get(1));
            connector = new ServerConnector(server, ssl, factory);
        } else {
            connector = new ServerConnector(server, 1, -1, factory);
        }
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(silence);
        connector.setAcceptQueueSize(1024);
        SlowConnections slow = new SlowConnections(connector, silence);
        connector.addBean(slow);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(connections, connector));
        WaitingThreads waiting = new WaitingThreads();
        server.setHandler(new FrontHandler(front, threads, waiting, slow));
        server.setErrorHandler(new ProblemHandler());
        log.ifPresent(server::setRequestLog);
        server.setStopTimeout(0);
        try {
            server.start();
        } catch (IOException e) {
            stop(server);
            throw new IOException(
                    "Port " + port + " of " + host + " cannot be used (" + e.getMessage()
                            + "). Does another program listen there? Port 0 takes any that is free.",
                    e);
        } catch (Exception e) {
            stop(server);
            throw new IOException("The server cannot start: " + e, e);
        }
        return new JettyServer(server, connector, waiting, tls.isPresent() ? "https" : "http");
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // What cannot be stopped had not begun.
        }
    }

    private static final class FrontHandler extends Handler.Abstract.NonBlocking {

        private final Front front;
        private final Executor executor;
        private final Executor waiting;
        private final SlowConnections slow;

        FrontHandler(Front front, Executor executor, Executor waiting, SlowConnections slow) {
            this.front = front;
            this.executor = executor;
            this.waiting = waiting;
            this.slow = slow;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            slow.begun(request);
            Exchange exchange;
            try {
                exchange = new Exchange(request, response, callback, executor, waiting, () -> slow.streams(request));
            } catch (Problem e) {
                ProblemHandler.write(e, response, callback);
                return true;
            }
            exchange.guarded(() -> front.handle(exchange));
            return true;
        }
    }

    /** The server of Jetty, for upgrades. */
    public Server jetty() {
        return server;
    }

    /** The port on which it listens, or did. */
    public int port() {
        return port;
    }

    /** Where clients find it. */
    public URI address() {
        InetAddress address = new InetSocketAddress(connector.getHost(), 0).getAddress();
        String host = address == null || address.isAnyLocalAddress()
                ? "localhost"
                : address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        return URI.create(scheme + "://" + host + ":" + port + "/");
    }

    /** How many connections are open. */
    public int connections() {
        return connector.getConnectedEndPoints().size();
    }

    /** Waits for its end. */
    public void await() throws InterruptedException {
        server.join();
    }

    /**
     * Waits for the requests that are under way. Connections are taken meanwhile, so that whoever asks hears what is going on.
     *
     * @param millis how long at most
     * @param underWay how many requests there are
     */
    public static void drain(long millis, IntSupplier underWay) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (underWay.getAsInt() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Takes no new connections. */
    public void refuse() {
        connector.setAccepting(false);
    }

    /** Ends all connections. */
    public void close() {
        waiting.close();
        stop(server);
    }
}
