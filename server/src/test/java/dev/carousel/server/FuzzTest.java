package dev.carousel.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.json.Json;
import dev.carousel.stream.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that chance has spoilt: none is answered by an error of the server, none that is refused changes a state, and all
 * refusals are problems. Four seconds; {@code -Dcarousel.fuzz.minutes=30} goes on for as long as that, and {@code
 * -Dcarousel.fuzz.seed=N} begins elsewhere.
 */
class FuzzTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    /** Who asks a second time asks as a client that is right. */
    private HttpResponse<byte[]> get(Live live, String path) {
        return live.send(
                live.request(path).header("Authorization", "Bearer " + SECRET).build());
    }

    /** What each session is, and how many there are. */
    private Map<String, String> states(Live live) {
        Map<String, String> states = new LinkedHashMap<>();
        for (String session : FuzzedRequests.SESSIONS) {
            HttpResponse<byte[]> state = get(live, "/v1/models/m/sessions/" + session + "/state");
            assertThat(state.statusCode()).isIn(200, 404);
            states.put(session, state.statusCode() == 404 ? "none" : Arrays.toString(state.body()));
        }
        String model = Live.text(get(live, "/v1/models/m"));
        states.put("count", model.replaceAll("(?s).*\"sessions\":([0-9]+).*", "$1"));
        return states;
    }

    /** What comes back until the other side ends the connection; empty if it does so at once. */
    private static byte[] answer(int port, byte[] request) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (SocketException e) {
                // It has been cut off; there may be an answer still.
            }
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[1 << 14];
            try {
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    all.write(bytes, 0, count);
                }
            } catch (SocketException e) {
                // As above.
            }
        }
        return all.toByteArray();
    }

    /** The status of an answer, checked. */
    private static int check(String answer, String about) {
        assertThat(answer).as(about).matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9].*");
        int status = Integer.parseInt(answer.substring(9, 12));
        if (status == 100) {
            return check(answer.substring(answer.indexOf("\r\n\r\n") + 4), about);
        }
        if (status < 400) {
            return status;
        }
        // 501 and 505 are the right ones for a version or a coding that HTTP/1.1 has not.
        assertThat(status)
                .as(about + answer)
                .matches(one -> one < 500 || one == 501 || one == 503 || one == 505 || one == 507, "no error of ours");
        int head = answer.indexOf("\r\n\r\n");
        String headers = answer.substring(0, head).toLowerCase(java.util.Locale.ROOT);
        String body = answer.substring(head + 4);
        if (body.isEmpty()) {
            // Of HEAD.
            assertThat(about).as(answer).contains("HEAD ");
            return status;
        }
        int from = body.indexOf('{');
        Map<?, ?> problem = (Map<?, ?>) Json.parse(body.substring(from, body.lastIndexOf('}') + 1));
        boolean inference =
                headers.contains("content-type: application/json") && problem.get("error") instanceof String;
        assertThat(inference || headers.contains("content-type: application/problem+json"))
                .as(about + answer)
                .isTrue();
        assertThat(problem.get("status")).as(about).isEqualTo((long) status);
        assertThat(String.valueOf(problem.get("detail")))
                .as(about)
                .hasSizeGreaterThan(15)
                .doesNotContain("Exception");
        return status;
    }

    @Test
    void whateverComesIsAnsweredAsItShouldBe() throws Exception {
        long minutes = Integer.getInteger("carousel.fuzz.minutes", 0);
        long seed = Long.getLong("carousel.fuzz.seed", 1);
        Path tokens = Files.writeString(folder.resolve("tokens"), SECRET);
        ServerLimits limits =
                ServerLimits.defaults().withBody(64 * 1024).withTimes(Duration.ofSeconds(2), Duration.ofSeconds(5));
        Map<Integer, Integer> statuses = new TreeMap<>();
        try (Live live =
                Live.start(folder, options -> options.withTokens(tokens).withLimits(limits))) {
            Map<String, String> before = states(live);
            long end =
                    System.nanoTime() + (minutes > 0 ? Duration.ofMinutes(minutes) : Duration.ofSeconds(4)).toNanos();
            long requests = 0;
            for (; requests < 20 || System.nanoTime() < end; requests++) {
                FuzzedRequests.Sent sent = new FuzzedRequests(seed + requests, SECRET).next();
                String text = new String(sent.bytes(), ISO_8859_1);
                String about = "seed " + (seed + requests) + ":\n"
                        + (text.length() > 2000 ? text.substring(0, 2000) + "..." : text) + "\n";
                String answer = new String(answer(live.server.port(), sent.bytes()), UTF_8);
                Map<String, String> after = states(live);
                int status = 0;
                if (answer.isEmpty()) {
                    assertThat(sent.whole()).as(about + "has no answer").isFalse();
                } else {
                    status = check(answer, about);
                }
                statuses.merge(status, 1, Integer::sum);
                if (status == 0 || status >= 400) {
                    assertThat(after).as(about + answer).isEqualTo(before);
                }
                before = after;
            }
            System.out.println("fuzzed " + requests + " requests from seed " + seed + ": " + statuses);
            float[] y = new float[Live.O];
            Session.of(live.network).step(Live.event(1), y);
            HttpResponse<byte[]> right = live.send(live.request("/v1/models/m/sessions/s0/events?start=true")
                    .header("Authorization", "Bearer " + SECRET)
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                            "{\"event\":" + Live.json(Live.event(1)) + "}"))
                    .build());
            assertThat(right.statusCode()).as(Live.text(right)).isEqualTo(200);
            assertThat(Live.outputs(right).get(0)).isEqualTo(y);
        }
    }
}
