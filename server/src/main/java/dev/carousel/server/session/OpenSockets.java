package dev.carousel.server.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The WebSockets of a server: how many of their messages are under way, and their end when the server ends. */
public final class OpenSockets {

    private final Set<SessionSocket> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean draining;

    /** None yet. */
    public OpenSockets() {}

    void opened(SessionSocket socket) {
        all.add(socket);
        if (draining) {
            socket.drain();
        }
    }

    void closed(SessionSocket socket) {
        all.remove(socket);
    }

    void begun() {
        underWay.incrementAndGet();
    }

    void over() {
        underWay.decrementAndGet();
    }

    /** How many messages have no answer yet. */
    public int underWay() {
        return underWay.get();
    }

    /** How many sockets are open. */
    public int size() {
        return all.size();
    }

    /** Takes no new messages: each socket is closed (1001, going away), after the answer that it waits for. */
    public void drain() {
        draining = true;
        all.forEach(SessionSocket::drain);
    }
}
