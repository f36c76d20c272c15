package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Session;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose disk is full: what it cannot keep it does not answer, and what it has answered is there. The disk is a limit on
 * the size of files; {@code -Dcarousel.full.disk=FOLDER} is a folder on a small disk instead, such as a tmpfs of 2 MB.
 */
class FullServerTest {

    private static final int SESSIONS = 60;
    private static final int EVENTS = 100;

    /** Bytes that a small disk has left. */
    private static final int ROOM = 80 * 1024;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    /** Gives a session some events, as many as make its record, with their answers, a large one. */
    private HttpResponse<byte[]> post(ServerProcess server, int session, long number) throws Exception {
        StringBuilder body = new StringBuilder("{\"sequence\":" + number + ",\"events\":[");
        for (int i = 0; i < EVENTS; i++) {
            body.append(i > 0 ? "," : "").append(Live.json(Live.event(1000L * session + number + i)));
        }
        return http.send(
                HttpRequest.newBuilder(server.at("/v1/models/m/sessions/f" + session + "/events"))
                        .POST(BodyPublishers.ofString(body.append("]}").toString()))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    @Test
    void whatCannotBeKeptIsNotAnsweredAndWhatWasAnsweredIsThere() throws Exception {
        String disk = System.getProperty("carousel.full.disk", "");
        Assumptions.assumeTrue(
                !disk.isEmpty() || Files.isExecutable(Path.of("/bin/bash")),
                "needs a shell that limits the size of files");
        Path model = folder.resolve("m.safetensors");
        PackedNetwork network = Live.save(model, 1, Live.D).pack();
        String sessions =
                (disk.isEmpty() ? folder : Path.of(disk)).resolve("sessions").toString();
        List<String> limit =
                disk.isEmpty() ? List.of("/bin/bash", "-c", "ulimit -f 80; exec \"$0\" \"$@\"") : List.of();
        if (!disk.isEmpty()) {
            long free = Files.getFileStore(Path.of(disk)).getUsableSpace();
            Files.write(Path.of(disk).resolve("ballast"), new byte[(int) Math.max(0, Math.min(free - ROOM, 1 << 28))]);
        }
        Map<Integer, Long> answered = new TreeMap<>();
        int full = 0;
        try (ServerProcess server = ServerProcess.start(model, sessions, limit)) {
            for (int n = 0; full < 20; n++) {
                int session = n % SESSIONS;
                long number = answered.getOrDefault(session, (long) -EVENTS) + EVENTS;
                HttpResponse<byte[]> response = post(server, session, number);
                if (response.statusCode() == 200) {
                    answered.put(session, number);
                } else {
                    assertThat(response.statusCode()).as(Live.text(response)).isIn(503, 507);
                    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
                    full += response.statusCode() == 507 ? 1 : 0;
                    if (full == 1) {
                        assertThat(Live.text(response)).contains("no room", "store-full");
                    }
                }
                assertThat(n).as("the disk is full some time").isLessThan(20 * SESSIONS);
            }
            assertThat(server.isAlive()).isTrue();
            assertThat(http.send(
                                    HttpRequest.newBuilder(server.at("/health/live"))
                                            .build(),
                                    BodyHandlers.ofByteArray())
                            .statusCode())
                    .isEqualTo(200);
            server.kill();
        }
        assertThat(answered).isNotEmpty();
        if (!disk.isEmpty()) {
            makeRoom(Path.of(disk));
        }
        try (ServerProcess server = ServerProcess.start(model, sessions)) {
            for (Map.Entry<Integer, Long> one : answered.entrySet()) {
                HttpResponse<byte[]> again = post(server, one.getKey(), one.getValue());
                if (again.statusCode() == 409) {
                    // The one that was written but not answered came after it.
                    again = post(server, one.getKey(), one.getValue() + EVENTS);
                }
                Session alone = Session.of(network);
                float[] y = new float[Live.O];
                long last = (Long) Live.json(again).get("sequence");
                assertThat(last).isIn(one.getValue() + EVENTS - 1, one.getValue() + 2 * EVENTS - 1);
                for (long n = 0; n <= last; n++) {
                    alone.step(Live.event(1000L * one.getKey() + n), y);
                }
                assertThat(Live.outputs(again).get(EVENTS - 1)).isEqualTo(y);
            }
            assertThat(post(server, SESSIONS, 0).statusCode()).isEqualTo(200);
        }
    }

    /** What else lies on the disk goes, for a file of its own needs room to be compacted. */
    private static void makeRoom(Path disk) throws Exception {
        Files.deleteIfExists(disk.resolve("ballast"));
    }
}
