package dev.carousel.server.models;

import dev.carousel.stream.Sessions;
import java.nio.file.Path;

/**
 * One version of a model and its sessions.
 *
 * @param model the name of the model
 * @param label of the version
 * @param file where it was read from
 * @param stored under which name a store has its sessions
 * @param task what it was trained for; empty for a network without a task
 * @param form how events are read and answers written
 * @param pool its sessions
 * @param example a request that shows what it does
 * @param <E> an event
 * @param <A> an answer
 */
public record ModelVersion<E, A>(
        String model,
        String label,
        Path file,
        String stored,
        String task,
        EventForm<E, A> form,
        Sessions<E, A> pool,
        ModelExample example) {}
