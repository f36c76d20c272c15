package dev.carousel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser without a window, and one page in it: its console, its scripts, its picture. */
final class Chromium implements AutoCloseable {

    private final Process process;
    private final WebSocket socket;
    private final Map<Long, CompletableFuture<Map<?, ?>>> asked = new ConcurrentHashMap<>();
    private final List<String> console = new CopyOnWriteArrayList<>();
    private long last;

    private Chromium(Process process, URI page) throws Exception {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Listener())
                .get(60, TimeUnit.SECONDS);
        ask("Runtime.enable", Map.of());
        ask("Log.enable", Map.of());
        ask("Page.enable", Map.of());
    }

    /** Where it is installed, if it is. */
    static Optional<Path> installed() {
        return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name -> Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                .orElse("")
                                .split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path program, Path folder) throws Exception {
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
        int port = 0;
        for (String line = said.readLine(); port == 0 && line != null; line = said.readLine()) {
            if (line.startsWith("DevTools listening on ")) {
                port = URI.create(line.substring("DevTools listening on ".length()))
                        .getPort();
                break;
            }
        }
        if (port == 0) {
            process.destroyForcibly();
            throw new IOException("The browser does not listen.");
        }
        Thread drain = new Thread(() -> said.lines().forEach(line -> {}));
        drain.setDaemon(true);
        drain.start();
        String list = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        Map<?, ?> page = ((List<?>) Json.parse(list))
                .stream()
                        .map(one -> (Map<?, ?>) one)
                        .filter(one -> "page".equals(one.get("type")))
                        .findFirst()
                        .orElseThrow();
        return new Chromium(process, URI.create(String.valueOf(page.get("webSocketDebuggerUrl"))));
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean end) {
            text.append(data);
            if (end) {
                take((Map<?, ?>) Json.parse(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void take(Map<?, ?> message) {
        if (message.get("id") instanceof Long id) {
            asked.remove(id).complete(message);
            return;
        }
        String method = String.valueOf(message.get("method"));
        if (method.equals("Runtime.consoleAPICalled")
                || method.equals("Runtime.exceptionThrown")
                || method.equals("Log.entryAdded")) {
            console.add(Json.write(message));
        }
    }

    Map<?, ?> ask(String method, Map<String, ?> parameters) throws Exception {
        CompletableFuture<Map<?, ?>> answer = new CompletableFuture<>();
        asked.put(++last, answer);
        socket.sendText(Json.write(Map.of("id", last, "method", method, "params", parameters)), true)
                .get(60, TimeUnit.SECONDS);
        Map<?, ?> message = answer.get(60, TimeUnit.SECONDS);
        if (message.get("error") != null) {
            throw new IllegalStateException(method + ": " + message);
        }
        return (Map<?, ?>) message.get("result");
    }

    /** All that its console has had to say. */
    List<String> console() {
        return console;
    }

    void open(URI page) throws Exception {
        ask("Page.navigate", Map.of("url", page.toString()));
    }

    /** The value of an expression. */
    Object value(String expression) throws Exception {
        Map<?, ?> result = ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (result.get("exceptionDetails") != null) {
            throw new IllegalStateException(expression + ": " + result);
        }
        return ((Map<?, ?>) result.get("result")).get("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Boolean.TRUE.equals(value(expression))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within a minute: " + expression + "; the page is\n"
                        + value("document.body ? document.body.innerText : ''"));
            }
            Thread.sleep(50);
        }
    }

    void size(int width, int height, boolean phone) throws Exception {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        (long) width,
                        "height",
                        (long) height,
                        "deviceScaleFactor",
                        phone ? 2L : 1L,
                        "mobile",
                        phone));
    }

    /** Writes a picture of the whole page. */
    void picture(Path file) throws Exception {
        Map<?, ?> shot = ask("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
