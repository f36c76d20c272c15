package dev.carousel.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Requests that are right, and what chance makes of them: of a seed always the same. */
final class FuzzedRequests {

    /** The sessions that requests are of. */
    static final List<String> SESSIONS = List.of("s0", "s1", "s2");

    private static final String[] PIECES = {
        "NaN",
        "Infinity",
        "1e999",
        "-1",
        "1e-400",
        "0x10",
        "null",
        "true",
        "{}",
        "[]",
        "[[",
        "]]",
        "{\"",
        "\"",
        ",",
        ":",
        "\\u0000",
        "\\ud800",
        "\u0000",
        "\n",
        "99999999999999999999",
        "{\"events\":",
        "\"sequence\":7",
        "\"session\":\"s0\"",
        "\"event\":[1,2,3]",
        "\"shape\":[1,3]",
        "[1,2]",
        "[1,2,3,4]",
        "\"\"",
        "é",
        "\uFEFF",
        "/*",
        "'",
        "-0",
        "1.5"
    };

    private static final String[] PATHS = {
        "/",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/v1/models",
        "/v1/models/m",
        "/v1/status",
        "/v2",
        "/v1/models/m/example",
        "/v1/models/m/sessions/s0",
        "/v1/models/m/sessions/s1/state",
        "/v1/models/m/sessions/s2/picture",
        "/v1/models/m/sessions/none",
        "/v1/models/none/sessions/s0",
        "/v2/models/m",
        "/v2/models/m/ready",
        "/v2/health/ready",
        "/v2/models/m/versions/1",
        "/v2/models/m/versions/7/infer",
        "/v1/models/m/sessions/%2e%2e/state",
        "/v1/../etc/passwd",
        "/v1/models/m/sessions/s0/../../../../etc/passwd",
        "/v1/models/m/sessions/%00/state",
        "/v1/models/m/sessions/%ff",
        "/v1//models",
        "/v1/models/m/sessions/a%2fb",
        "//",
        "/%",
        "/v1/models/m;x=y/sessions/s0",
        "*",
        "http://evil.example/v1/models",
        "/v1/models/m/outputs/x",
        "/v1/echo",
        "/v1/models/m/sessions/s0/events/more"
    };

    private static final String[] METHODS = {
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "POST ", "X", ""
    };

    private static final String[] HOSTS = {
        "localhost",
        "127.0.0.1",
        "[::1]",
        "evil.example",
        "localhost.evil.example",
        "",
        "a b",
        "localhost:99999",
        "1.2.3.256"
    };

    private final SplittableRandom random;
    private final String token;

    /** What is sent. */
    record Sent(byte[] bytes, boolean whole) {}

    FuzzedRequests(long seed, String token) {
        this.random = new SplittableRandom(seed);
        this.token = token;
    }

    private <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String of(String[] all) {
        return all[random.nextInt(all.length)];
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private String event() {
        return "[" + random.nextInt(-9, 9) + "," + random.nextInt(100) / 8.0 + "," + random.nextInt(7) + "]";
    }

    private String events() {
        StringBuilder text = new StringBuilder("{\"events\":[").append(event());
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(',').append(event());
        }
        return text.append(chance(0.3) ? "],\"sequence\":" + random.nextInt(5) + "}" : "]}")
                .toString();
    }

    private String lines() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            text.append("{\"session\":\"")
                    .append(of(SESSIONS))
                    .append("\",\"event\":")
                    .append(event())
                    .append("}\n");
        }
        return text.toString();
    }

    private byte[] infer(Map<String, String> headers) {
        boolean binary = chance(0.5);
        int steps = random.nextInt(1, 4);
        StringBuilder json = new StringBuilder("{\"id\":\"r\",");
        if (chance(0.8)) {
            json.append("\"parameters\":{\"sequence_id\":\"")
                    .append(of(SESSIONS))
                    .append("\",\"sequence_start\":")
                    .append(chance(0.5))
                    .append(",\"sequence_end\":")
                    .append(chance(0.2))
                    .append("},");
        }
        json.append("\"inputs\":[{\"name\":\"x\",\"shape\":[1,").append(steps).append(",3],\"datatype\":\"FP32\",");
        if (!binary) {
            json.append("\"data\":[").append(event());
            for (int i = 1; i < steps; i++) {
                json.append(',').append(event());
            }
            return json.append("]}]}").toString().getBytes(UTF_8);
        }
        int size = 12 * steps + (chance(0.3) ? random.nextInt(-13, 14) : 0);
        json.append("\"parameters\":{\"binary_data_size\":")
                .append(chance(0.8) ? 12L * steps : random.nextLong())
                .append("}}]}");
        byte[] head = json.toString().getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(head.length + Math.max(0, size)).order(ByteOrder.LITTLE_ENDIAN);
        all.put(head);
        while (all.remaining() >= 4) {
            all.putFloat(chance(0.9) ? random.nextInt(9) : Float.intBitsToFloat(random.nextInt()));
        }
        headers.put(
                "Inference-Header-Content-Length",
                chance(0.9) ? String.valueOf(head.length) : of(new String[] {"-1", "0", "99999999999", "x", "7"}));
        return all.array();
    }

    /** The next request. */
    Sent next() {
        if (chance(0.03)) {
            byte[] garbage = new byte[random.nextInt(1, 400)];
            random.nextBytes(garbage);
            return new Sent(garbage, false);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", chance(0.95) ? "localhost" : of(HOSTS));
        headers.put(
                "Authorization", "Bearer " + (chance(0.95) ? token : token.substring(random.nextInt(token.length()))));
        headers.put("Connection", "close");
        String method = "POST";
        String path = "/v1/models/m/sessions/" + of(SESSIONS) + "/events";
        byte[] body;
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                body = events().getBytes(UTF_8);
                path += chance(0.3) ? "?start=true" : chance(0.3) ? "?answers=last" : "";
            }
            case 2 -> {
                path = "/v1/models/m/events";
                body = lines().getBytes(UTF_8);
            }
            case 3, 4 -> {
                path = "/v2/models/m/infer";
                body = infer(headers);
            }
            case 5 -> {
                method = "PUT";
                path = "/v1/models/m/sessions/" + of(SESSIONS) + "/state";
                body = new byte[random.nextInt(200)];
                random.nextBytes(body);
            }
            case 6 -> {
                String open = of(new String[] {"[", "{\"a\":", "{\"events\":[", "[[1,2,3],"});
                body = ("{\"events\":" + open.repeat(random.nextInt(1, 40_000 / open.length()))).getBytes(UTF_8);
            }
            case 7 -> {
                method = of(METHODS);
                path = of(PATHS);
                body = new byte[0];
            }
            default -> {
                method = of(METHODS);
                body = chance(0.5) ? events().getBytes(UTF_8) : lines().getBytes(UTF_8);
            }
        }
        if (chance(0.6)) {
            body = changed(body);
        }
        return written(method, path, headers, body);
    }

    private byte[] changed(byte[] body) {
        byte[] now = body;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(now.length + 1);
            byte[] piece = (chance(0.7) ? of(PIECES) : Character.toString((char) random.nextInt(256))).getBytes(UTF_8);
            int to = Math.min(now.length, at + (chance(0.5) ? random.nextInt(6) : 0));
            now = switch (random.nextInt(4)) {
                case 0 -> Arrays.copyOf(now, at);
                case 1 -> joined(Arrays.copyOf(now, at), piece, Arrays.copyOfRange(now, at, now.length));
                case 2 -> joined(Arrays.copyOf(now, at), piece, Arrays.copyOfRange(now, to, now.length));
                default -> joined(Arrays.copyOf(now, at), new byte[0], Arrays.copyOfRange(now, to, now.length));
            };
        }
        return now;
    }

    private static byte[] joined(byte[] a, byte[] b, byte[] c) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(a);
        all.writeBytes(b);
        all.writeBytes(c);
        return all.toByteArray();
    }

    private Sent written(String method, String path, Map<String, String> headers, byte[] body) {
        boolean whole = true;
        String length = String.valueOf(body.length);
        boolean chunked = chance(0.1);
        if (chance(0.05)) {
            length = of(new String[] {"100000000", "-1", "x", "", "00", "9999999999999999999", "0"});
            whole = false;
        }
        if (chunked) {
            headers.put("Transfer-Encoding", chance(0.9) ? "chunked" : "gzip");
        }
        if (!chunked || chance(0.1)) {
            headers.put("Content-Length", length);
        }
        if (chance(0.05)) {
            headers.put(
                    of(new String[] {
                        "Content-Type", "Origin", "Expect", "Upgrade", "X", "Content-Encoding", "Range", "X y"
                    }),
                    of(new String[] {
                        "websocket", "100-continue", "http://evil.example", "null", "x".repeat(20_000), "é", "\u0001"
                    }));
        }
        List<String> names = new ArrayList<>(headers.keySet());
        StringBuilder head =
                new StringBuilder(method + " " + path + " HTTP/1." + (chance(0.97) ? 1 : random.nextInt(3)) + "\r\n");
        for (String name : names) {
            head.append(name).append(": ").append(headers.get(name)).append("\r\n");
        }
        byte[] sent = body;
        if (chunked) {
            sent = joined(
                    (Integer.toHexString(body.length) + (chance(0.95) ? "\r\n" : "z\r\n")).getBytes(ISO_8859_1),
                    body,
                    (body.length == 0 ? "\r\n" : "\r\n0\r\n\r\n").getBytes(ISO_8859_1));
        }
        byte[] all = joined(head.append("\r\n").toString().getBytes(ISO_8859_1), sent, new byte[0]);
        if (chance(0.02)) {
            return new Sent(Arrays.copyOf(all, random.nextInt(1, all.length)), false);
        }
        return new Sent(all, whole);
    }
}
