package dev.carousel.server;

import java.time.Duration;

/**
 * What a server takes at most, so that no client stops others.
 *
 * @param body bytes of a request's body
 * @param events of a request
 * @param models that are served
 * @param connections that are open at once
 * @param requests that are under way at once; beyond it the answer is 503
 * @param bodyTime in which a body must be whole
 * @param silence after which a connection without a request is cut off, however many bytes of one trickle in
 * @param drain how long the end waits for requests that are under way
 */
public record ServerLimits(
        int body,
        int events,
        int models,
        int connections,
        int requests,
        Duration bodyTime,
        Duration silence,
        Duration drain) {

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public ServerLimits {
        positive("body", body);
        positive("events", events);
        positive("models", models);
        positive("connections", connections);
        positive("requests", requests);
        positive("bodyTime", bodyTime.toMillis());
        positive("silence", silence.toMillis());
        positive("drain", drain.toMillis());
    }

    private static void positive(String what, long number) {
        if (number < 1) {
            throw new IllegalArgumentException("ServerLimits: " + what + " is " + number + " but must be at least 1.");
        }
    }

    /** 8 MB, 10,000 events, 100 models, 10,000 connections, 4,096 requests, 20 s, 60 s, 10 s. */
    public static ServerLimits defaults() {
        return new ServerLimits(
                8 << 20,
                10_000,
                100,
                10_000,
                4_096,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10));
    }

    /** With another limit of bytes. */
    public ServerLimits withBody(int bytes) {
        return new ServerLimits(bytes, events, models, connections, requests, bodyTime, silence, drain);
    }

    /** With another limit of events. */
    public ServerLimits withEvents(int most) {
        return new ServerLimits(body, most, models, connections, requests, bodyTime, silence, drain);
    }

    /** With another limit of models. */
    public ServerLimits withModels(int most) {
        return new ServerLimits(body, events, most, connections, requests, bodyTime, silence, drain);
    }

    /** With another limit of connections. */
    public ServerLimits withConnections(int most) {
        return new ServerLimits(body, events, models, most, requests, bodyTime, silence, drain);
    }

    /** With another limit of requests. */
    public ServerLimits withRequests(int most) {
        return new ServerLimits(body, events, models, connections, most, bodyTime, silence, drain);
    }

    /** With other times for slow clients. */
    public ServerLimits withTimes(Duration body, Duration silent) {
        return new ServerLimits(this.body, events, models, connections, requests, body, silent, drain);
    }

    /** With another time to drain. */
    public ServerLimits withDrain(Duration time) {
        return new ServerLimits(body, events, models, connections, requests, bodyTime, silence, time);
    }
}
