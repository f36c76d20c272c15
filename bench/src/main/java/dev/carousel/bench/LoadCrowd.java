package dev.carousel.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Connections that are open and ask nothing, while others are measured: some send nothing, some a byte a second. */
final class LoadCrowd implements AutoCloseable {

    private static final byte[] HEAD = ("POST /v1/models/load/sessions/slow/events HTTP/1.1\r\nHost: localhost\r\n"
                    + "X: " + "x".repeat(4000))
            .getBytes(US_ASCII);

    private final List<Socket> silent = new ArrayList<>();
    private final List<Socket> trickling = new ArrayList<>();
    private final Thread thread = new Thread(this::trickle, "trickle");
    private volatile boolean over;
    private final AtomicInteger cut = new AtomicInteger();

    /** Opens them. */
    LoadCrowd(URI server, int withoutBytes, int withBytes) throws IOException {
        for (int i = 0; i < withoutBytes + withBytes; i++) {
            (i < withoutBytes ? silent : trickling).add(new Socket(server.getHost(), server.getPort()));
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void trickle() {
        boolean[] gone = new boolean[trickling.size()];
        for (int at = 0; !over; at++) {
            long next = System.nanoTime() + 1_000_000_000L;
            for (int i = 0; i < gone.length; i++) {
                if (!gone[i]) {
                    try {
                        trickling.get(i).getOutputStream().write(HEAD[at % HEAD.length]);
                    } catch (IOException e) {
                        gone[i] = true;
                        cut.incrementAndGet();
                    }
                }
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** How many were opened, and how many of those that send bytes the server has cut off. */
    String line() {
        return silent.size() + " connections sent nothing, " + trickling.size()
                + " a byte a second; of these the server cut off " + cut.get();
    }

    @Override
    public void close() throws IOException {
        over = true;
        LockSupport.unpark(thread);
        for (List<Socket> sockets : List.of(silent, trickling)) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
