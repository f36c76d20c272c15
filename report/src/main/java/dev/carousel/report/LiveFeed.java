package dev.carousel.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What browsers are told, one thread for each of them: whoever is slow waits for nobody and holds up nobody, and gets the
 * newest state of the page when it is ready for it, not all those in between.
 */
final class LiveFeed {

    /** After so long without news a line is sent that says nothing: so we notice who has gone. */
    private static final long SILENCE_MILLIS = 5_000;

    /** The page at one time. */
    private record State(long number, String status, List<Page.Part> parts, boolean last) {}

    private State state = new State(0, "", List.of(), false);
    private int readers;

    /** Puts the page before all who read it. */
    synchronized void publish(String status, List<Page.Part> parts, boolean last) {
        state = new State(state.number() + 1, status, parts, last);
        notifyAll();
    }

    synchronized boolean hasReaders() {
        return readers > 0;
    }

    /** Waits until all have read the last state, but no longer than so many milliseconds. */
    synchronized void awaitReaders(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (readers > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Whether one more reader came, or one went: 1 or -1. */
    synchronized void count(int change) {
        readers += change;
        notifyAll();
    }

    /**
     * Sends events to one browser until the last state, or until it has gone, and ends the answer.
     *
     * @throws IOException if it has gone
     */
    void serve(OutputStream out) throws IOException, InterruptedException {
        Map<String, String> known = new HashMap<>();
        State seen = new State(0, "", List.of(), false);
        while (!seen.last()) {
            State next = awaitAfter(seen.number());
            out.write(next == seen ? bytes(":\n\n") : event(next, known));
            out.flush();
            seen = next;
        }
        out.close();
    }

    /** The next state, or the same one after a while. */
    private synchronized State awaitAfter(long number) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS);
        long left = SILENCE_MILLIS;
        while (state.number() == number && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return state;
    }

    /** The sections that this browser does not have yet, and where new ones belong. */
    private static byte[] event(State state, Map<String, String> known) {
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < state.parts().size(); i++) {
            Page.Part part = state.parts().get(i);
            if (!part.markup().equals(known.put(part.id(), part.markup()))) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("id", part.id());
                entry.put("title", part.title());
                entry.put(
                        "before",
                        i + 1 < state.parts().size() ? state.parts().get(i + 1).id() : "");
                entry.put("markup", part.markup());
                parts.add(entry);
            }
        }
        Map<String, Object> news = new LinkedHashMap<>();
        news.put("status", state.status());
        news.put("parts", parts);
        return bytes("event: " + (state.last() ? "end" : "news") + "\ndata: " + TextHtml.script(news) + "\n\n");
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
