package dev.carousel.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** One connection that asks and waits for the answer, again and again; it reads no more of it than its status and its length. */
final class LoadConnection {

    private final URI server;
    private final List<byte[]> requests;
    private final byte[] head = new byte[8192];
    private long[] latencies = new long[1 << 14];
    private int count;
    private final Map<Integer, Long> statuses = new TreeMap<>();

    LoadConnection(URI server, List<byte[]> requests) {
        this.server = server;
        this.requests = requests;
    }

    /** Nanoseconds of each request that was answered with 200. */
    long[] latencies() {
        return Arrays.copyOf(latencies, count);
    }

    /** How often each status came; 0 for a connection that broke. */
    Map<Integer, Long> statuses() {
        return statuses;
    }

    static long[] joined(long[] a, long[] b) {
        long[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /**
     * Asks from one time to another.
     *
     * @param every after how many nanoseconds the next request begins; 0 for at once
     * @param number of the connection, of so many, by which they begin one after the other
     */
    void run(long begin, long end, long every, int number, int of) {
        long next = begin + every * number / of;
        int at = 0;
        while (next < end) {
            try (Socket socket = new Socket(server.getHost(), server.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(60_000);
                InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                OutputStream out = socket.getOutputStream();
                while (next < end) {
                    sleepUntil(next);
                    out.write(requests.get(at++ % requests.size()));
                    int status = answer(in);
                    long now = System.nanoTime();
                    statuses.merge(status, 1L, Long::sum);
                    if (status == 200) {
                        add(now - next);
                    }
                    next = every == 0 ? now : next + every;
                }
            } catch (IOException e) {
                statuses.merge(0, 1L, Long::sum);
                next = Math.max(next + every, System.nanoTime());
            }
        }
    }

    private static void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void add(long nanos) {
        latencies = count == latencies.length ? Arrays.copyOf(latencies, 2 * count) : latencies;
        latencies[count++] = nanos;
    }

    private int answer(InputStream in) throws IOException {
        int length = 0;
        while (length < 4
                || head[length - 1] != '\n'
                || head[length - 2] != '\r'
                || head[length - 3] != '\n'
                || head[length - 4] != '\r') {
            int next = in.read();
            if (next < 0 || length == head.length) {
                throw new IOException("The answer ends within its head.");
            }
            head[length++] = (byte) next;
        }
        String text = new String(head, 0, length, US_ASCII);
        int at = text.indexOf("Content-Length: ");
        if (at < 0) {
            throw new IOException("The answer has no length.");
        }
        int from = at + "Content-Length: ".length();
        in.skipNBytes(Integer.parseInt(text.substring(from, text.indexOf('\r', from))));
        return Integer.parseInt(text.substring(9, 12));
    }
}
