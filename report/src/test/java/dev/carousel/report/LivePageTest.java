package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.json.Json;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.report.Section.Table;
import dev.carousel.train.TrainingPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LivePageTest {

    private static final TrainingPlan PLAN =
            TrainingPlan.of(new SoftmaxCrossEntropy()).withEpochs(4);

    /** What a server answered. */
    private record Answer(int code, String type, String body) {}

    private static Answer get(URI address) throws IOException {
        return ask("GET", address);
    }

    private static Answer ask(String method, URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestMethod(method);
        int code = connection.getResponseCode();
        try (InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(code, connection.getContentType(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void thePageShowsHowFarTheTrainingIs() throws Exception {
        try (LivePage page = LivePage.start("A <title>", 0)) {
            assertThat(page.address().toString()).matches("http://127\\.0\\.0\\.1:[0-9]+/");
            page.trainingStarted(PLAN, 10);
            page.epochStarted(1);
            page.batchEnded(0, 50, 2.5, 1);
            page.batchEnded(1, 50, 2.25, 1);
            Answer answer = get(page.address());
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.type()).isEqualTo("text/html; charset=utf-8");
            var document = Jsoup.parse(answer.body());
            assertThat(document.select("h1").text()).isEqualTo("A <title>");
            assertThat(document.select("#status").text()).startsWith("Training: epoch 1 of 4, 5 % of all");
            assertThat(document.select("#s-loss-of-the-updates tbody tr").eachText())
                    .containsExactly("1 2.5", "2 2.25");
        }
    }

    @Test
    void aBrowserIsToldWhatChangedAndThatItEnded() throws Exception {
        LivePage page = LivePage.start("Live", 0);
        HttpURLConnection events =
                (HttpURLConnection) page.address().resolve("events").toURL().openConnection();
        assertThat(events.getContentType()).isEqualTo("text/event-stream");
        CompletableFuture<List<String>> lines = CompletableFuture.supplyAsync(() -> lines(events));
        SmallTraining.run(SmallTraining.network(), page);
        page.show(List.of(new Table("Own </script>", "", List.of("a"), List.of(List.of("1")))));
        page.close();
        List<String> all = lines.get(20, TimeUnit.SECONDS);
        assertThat(all).contains("event: end");
        String data = all.stream()
                .filter(line -> line.startsWith("data: "))
                .reduce((a, b) -> b)
                .orElseThrow();
        Map<?, ?> last = (Map<?, ?>) Json.parse(data.substring("data: ".length()));
        assertThat(last.get("status")).isEqualTo("Training ended after 3 epochs.");
        assertThat(all.stream().filter(line -> line.startsWith("data: ")))
                .anyMatch(line -> line.contains("Own \\u003c") || line.contains("Own &lt;"))
                .allMatch(line -> !line.contains("<"));
        page.close();
        assertThatThrownBy(() -> get(page.address())).isInstanceOf(IOException.class);
    }

    private static List<String> lines(HttpURLConnection connection) {
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: 127.0.0.1",
                "Host: evil.example:PORT",
                "Host: 127.0.0.1.evil.example:PORT",
                "X-No-Host: x"
            })
    void whoAsksForAnotherHostGetsNothing(String host) throws Exception {
        try (LivePage page = LivePage.start("Secret", 0)) {
            String answer = raw(
                    page,
                    "GET / HTTP/1.1\r\n"
                            + host.replace("PORT", "" + page.address().getPort()));
            assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("Secret");
        }
    }

    @Test
    void whoAsksByOneOfItsNamesGetsThePage() throws Exception {
        try (LivePage page = LivePage.start("Secret", 0)) {
            for (String name : List.of("127.0.0.1", "localhost", "LOCALHOST", "[::1]")) {
                assertThat(raw(
                                page,
                                "GET / HTTP/1.1\r\nHost: " + name + ":"
                                        + page.address().getPort()))
                        .startsWith("HTTP/1.1 200")
                        .contains("Secret");
            }
        }
    }

    private static String raw(LivePage page, String head) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), page.address().getPort())) {
            socket.getOutputStream()
                    .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itCanOnlyBeRead() throws Exception {
        try (LivePage page = LivePage.start("Live", 0)) {
            assertThat(ask("POST", page.address()).code()).isEqualTo(405);
            assertThat(get(page.address().resolve("favicon.ico")).code()).isEqualTo(404);
            assertThat(get(page.address().resolve("/../../etc/passwd")).code()).isEqualTo(404);
        }
    }

    @Test
    void nobodyButThisMachineReachesIt() throws Exception {
        try (LivePage page = LivePage.start("Live", 0)) {
            assertThat(InetAddress.getByName(page.address().getHost()).isLoopbackAddress())
                    .isTrue();
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> LivePage.start("Live", other.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Port " + other.getLocalPort() + " cannot be used")
                    .hasMessageContaining("Port 0 takes any that is free");
        }
        assertThatThrownBy(() -> LivePage.start("Live", 65_536)).hasMessageContaining("There is no port 65536");
    }

    @Test
    void browsersThatReadNothingOrVanishHoldUpNobody() throws Exception {
        LivePage page = LivePage.start("Live", 0);
        Socket[] idle = new Socket[10];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new Socket();
            idle[i].setReceiveBufferSize(1024);
            idle[i].connect(new java.net.InetSocketAddress(
                    InetAddress.getLoopbackAddress(), page.address().getPort()));
            String path = i % 2 == 0 ? "/events" : "/";
            idle[i].getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                    + page.address().getPort() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
        idle[0].close();
        idle[1].close();
        page.trainingStarted(PLAN, 100_000);
        page.epochStarted(1);
        long started = System.nanoTime();
        // As long as it takes for a few pages to be made, which nobody reads.
        for (int i = 0; System.nanoTime() - started < Duration.ofSeconds(2).toNanos(); i++) {
            long before = System.nanoTime();
            page.batchEnded(i, 50, 2, 1);
            assertThat(System.nanoTime() - before)
                    .isLessThan(Duration.ofSeconds(1).toNanos());
        }
        // One who reads is served all the same.
        assertThat(get(page.address()).code()).isEqualTo(200);
        long closing = System.nanoTime();
        page.close();
        assertThat(System.nanoTime() - closing)
                .isLessThan(Duration.ofSeconds(10).toNanos());
        for (Socket socket : idle) {
            socket.close();
        }
    }

    @Test
    void moreReadersThanItHasPlacesForAreTurnedAway() throws Exception {
        Socket[] readers = new Socket[17];
        try (LivePage page = LivePage.start("Live", 0)) {
            String last = "";
            for (int i = 0; i < readers.length; i++) {
                readers[i] = new Socket(
                        InetAddress.getLoopbackAddress(), page.address().getPort());
                readers[i]
                        .getOutputStream()
                        .write(("GET /events HTTP/1.1\r\nHost: localhost:"
                                        + page.address().getPort() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                last = new BufferedReader(new InputStreamReader(readers[i].getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
            }
            assertThat(last).startsWith("HTTP/1.1 503");
        } finally {
            for (Socket socket : readers) {
                socket.close();
            }
        }
    }
}
