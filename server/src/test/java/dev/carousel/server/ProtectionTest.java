package dev.carousel.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.stream.PoolOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, and what nobody can do to others. */
class ProtectionTest {

    private static final String EVENTS = "/v1/models/m/sessions/s/events";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private HttpResponse<byte[]> ask(Live live, String path, String token) {
        HttpRequest.Builder request = live.request(path);
        if (!token.isEmpty()) {
            request.header("Authorization", token);
        }
        return live.send(request.build());
    }

    @Test
    void whoHasNoTokenIsRefusedAndWhoHasIsNamedInTheLog() throws Exception {
        Path tokens =
                Files.writeString(folder.resolve("tokens"), "# ours\nshop: " + SECRET + "\n" + "x".repeat(20) + "\n");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Live live = Live.start(
                folder, options -> options.withTokens(tokens).withAccessLog(new PrintStream(log, true, UTF_8)))) {
            for (String token :
                    List.of("", "Bearer", "Bearer " + SECRET + "0", "Basic " + SECRET, "Bearer x", SECRET)) {
                HttpResponse<byte[]> response = ask(live, "/v1/models", token);
                assertThat(response.statusCode()).as(token).isEqualTo(401);
                assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
                assertThat(ask(live, "/v2/models/m", token).statusCode()).isEqualTo(401);
                assertThat(ask(live, "/metrics", token).statusCode()).isEqualTo(401);
                assertThat(ask(live, EVENTS, token).statusCode()).isEqualTo(401);
            }
            assertThat(ask(live, "/health/ready", "").statusCode()).isEqualTo(200);
            assertThat(ask(live, "/v2/health/ready", "").statusCode()).isEqualTo(200);
            assertThat(ask(live, "/", "").statusCode()).isEqualTo(200);
            assertThat(ask(live, "/v1/models?secret=1", "Bearer " + SECRET).statusCode())
                    .isEqualTo(200);
            assertThat(ask(live, "/v1/models", "bearer " + "x".repeat(20)).statusCode())
                    .isEqualTo(200);
            assertThat(live.server.exampleLine()).contains("Bearer $TOKEN").doesNotContain(SECRET);
        }
        assertThat(log.toString(UTF_8))
                .contains(" shop GET /v1/models 200 ", " - GET /v1/models 401 ")
                .doesNotContain("secret", SECRET);
    }

    @Test
    void elsewhereItListensOnlyWithTokens() throws Exception {
        assertThatThrownBy(() -> Live.start(folder, options -> options.withHost("0.0.0.0")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("--tokens");
        Path tokens = folder.resolve("tokens");
        for (String text : List.of("", "# none\n", "short\n", "a: has a blank in the middle\n")) {
            Files.writeString(tokens, text);
            assertThatThrownBy(() -> Live.start(folder, options -> options.withTokens(tokens)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("tokens");
        }
        Files.writeString(tokens, SECRET);
        try (Live live = Live.start(
                folder,
                options -> options.withHost("0.0.0.0").withTokens(tokens).withNames(Set.of("Here.Example")))) {
            try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port())) {
                socket.getOutputStream()
                        .write(
                                ("GET /v1/models HTTP/1.1\r\nHost: here.example\r\nConnection: close\r\nAuthorization: Bearer "
                                                + SECRET + "\r\n\r\n")
                                        .getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    private static void run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Keys made by the JDK's own keytool, written as PEM. */
    @Test
    void tlsByKeyFiles() throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                folder,
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                "k",
                "-keystore",
                "k.p12",
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "3650");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("k.p12"))) {
            store.load(in, "changeit".toCharArray());
        }
        java.util.Base64.Encoder mime = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'});
        Path key =
                Files.writeString(
                        folder.resolve("key.pem"),
                        "-----BEGIN PRIVATE KEY-----\n"
                                + mime.encodeToString(store.getKey("k", "changeit".toCharArray())
                                        .getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        Path certificate = Files.writeString(
                folder.resolve("cert.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + mime.encodeToString(store.getCertificate("k").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        try (Live live = Live.start(folder, options -> options.withTls(certificate, key))) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            try (InputStream in = Files.newInputStream(certificate)) {
                trusted.setCertificateEntry(
                        "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            HttpClient client = HttpClient.newBuilder().sslContext(context).build();
            assertThat(live.server.address().getScheme()).isEqualTo("https");
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(live.at(EVENTS))
                            .POST(BodyPublishers.ofString("{\"event\":[1,2,3]}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            try (Socket plain = new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port())) {
                plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
                byte[] answer = plain.getInputStream().readNBytes(4);
                assertThat(new String(answer, US_ASCII)).isNotEqualTo("HTTP");
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Live.start(folder, options -> options.withTls(certificate, key)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
        assertThatThrownBy(() -> Live.start(folder, options -> options.withTls(key, key)))
                .isInstanceOf(DataException.class);
    }

    /** Whether the other side has ended a connection. */
    private static boolean ended(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        try {
            while (socket.getInputStream().read() >= 0) {
                // An answer that says why.
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void silentAndSlowConnectionsStopNobodyAndAreCutOff() throws Exception {
        ServerLimits limits = ServerLimits.defaults().withTimes(Duration.ofSeconds(10), Duration.ofSeconds(10));
        List<Socket> sockets = new ArrayList<>();
        try (Live live = Live.start(folder, options -> options.withLimits(limits))) {
            try {
                for (int i = 0; i < 300; i++) {
                    sockets.add(new Socket(java.net.InetAddress.getLoopbackAddress(), live.server.port()));
                }
                String slow = "POST " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
                        + " ".repeat(1000);
                boolean open = true;
                long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
                for (int at = 0; open && System.nanoTime() < end; at++) {
                    // A third sends nothing, a third a byte of its head at a time, a third its head and then bytes of
                    // its body.
                    for (int i = 0; i < sockets.size(); i++) {
                        int from = i % 3 == 0 ? -1 : i % 3 == 1 ? at : slow.indexOf("\r\n\r\n") + 4 + at;
                        try {
                            if (i % 3 == 2 && at == 0) {
                                sockets.get(i)
                                        .getOutputStream()
                                        .write(slow.substring(0, from).getBytes(US_ASCII));
                            } else if (from >= 0 && from < 60) {
                                sockets.get(i).getOutputStream().write(slow.charAt(from));
                            }
                        } catch (SocketException e) {
                            // It has been cut off.
                        }
                    }
                    HttpResponse<byte[]> response =
                            live.post("/v1/models/m/sessions/free" + at + "/events", "{\"event\":[1,2,3]}");
                    assertThat(response.statusCode()).isEqualTo(200);
                    open = false;
                    for (int i = 0; i < 30 && !open; i++) {
                        open = !ended(sockets.get(i));
                    }
                }
                assertThat(open).isFalse();
                assertThat(live.get("/v1/models/m/sessions/s").statusCode()).isEqualTo(404);
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void tooMuchIsRefusedWithATimeToComeBackAndItRecovers() throws Exception {
        PoolOptions small = PoolOptions.defaults()
                .withQueueCapacity(4)
                .withThreads(1)
                .withBatchDelay(Duration.ofMillis(20))
                .withMaxInMemory(1000);
        try (Live live = Live.start(folder, options -> options.withPool(small))) {
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                all.add(live.client.sendAsync(
                        live.request("/v1/models/m/sessions/o" + i % 50 + "/events")
                                .POST(BodyPublishers.ofString("{\"event\":[1,2,3]}"))
                                .build(),
                        BodyHandlers.ofByteArray()));
            }
            int answered = 0;
            int refused = 0;
            for (CompletableFuture<HttpResponse<byte[]>> one : all) {
                HttpResponse<byte[]> response = one.get(60, TimeUnit.SECONDS);
                if (response.statusCode() == 200) {
                    answered++;
                } else {
                    assertThat(response.statusCode()).isEqualTo(429);
                    assertThat(response.headers().firstValue("Retry-After")).contains("1");
                    refused++;
                }
            }
            assertThat(answered).isPositive();
            assertThat(refused).isPositive();
            assertThat(live.post(EVENTS, "{\"event\":[1,2,3]}").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void thereAreOnlySoManySessionsAndModels() throws Exception {
        try (Live live = Live.start(
                folder,
                options ->
                        options.withPool(PoolOptions.defaults().withThreads(1).withMaxInMemory(2)))) {
            for (int i = 0; i < 2; i++) {
                assertThat(live.post("/v1/models/m/sessions/n" + i + "/events", "{\"event\":[1,2,3]}")
                                .statusCode())
                        .isEqualTo(200);
            }
            HttpResponse<byte[]> third = live.post("/v1/models/m/sessions/n2/events", "{\"event\":[1,2,3]}");
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(Live.json(third).get("reason")).isEqualTo("too-many-sessions");
            assertThat(third.headers().firstValue("Retry-After")).isPresent();
            assertThat(live.delete("/v1/models/m/sessions/n0").statusCode()).isEqualTo(204);
            assertThat(live.post("/v1/models/m/sessions/n2/events", "{\"event\":[1,2,3]}")
                            .statusCode())
                    .isEqualTo(200);
        }
        Live.save(folder.resolve("m2.safetensors"), 1, 2);
        assertThatThrownBy(() -> Live.serve(ServerOptions.of(List.of(folder))
                        .withPort(0)
                        .withLimits(ServerLimits.defaults().withModels(1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("--max-models");
    }

    @Test
    void theEndWaitsForWhatIsUnderWayAndTakesNothingNew() throws Exception {
        Live live = Live.start(
                folder,
                options ->
                        options.withPool(PoolOptions.defaults().withThreads(1).withBatchDelay(Duration.ofMillis(400))));
        CompletableFuture<HttpResponse<byte[]>> running = live.client.sendAsync(
                live.request(EVENTS)
                        .POST(BodyPublishers.ofString("{\"event\":[1,2,3]}"))
                        .build(),
                BodyHandlers.ofByteArray());
        while (!Live.text(live.get("/metrics")).contains("carousel_requests_active 2.0") && !running.isDone()) {
            Thread.sleep(5);
        }
        live.close();
        assertThat(running.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> live.get("/health/ready")).isInstanceOf(java.io.UncheckedIOException.class);
        live.close();
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        try (Live live = Live.start(folder, options -> options)) {
            assertThatThrownBy(() -> CarouselServer.start(ServerOptions.of(List.of(folder.resolve("m.safetensors")))
                            .withPort(live.server.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Does another program listen there?");
        }
    }
}
