package dev.carousel.data.stream;

import dev.carousel.stream.SessionSteps;
import java.util.function.BiFunction;

/**
 * Streams of a task that take a step of the caller's own, and whose answers nobody keeps.
 *
 * @param <A> what the step gives
 */
final class OwnSteps<A> implements SessionSteps<TaskStream, Event, A> {

    private final StreamSteps streams;
    private final BiFunction<? super TaskStream, ? super Event, ? extends A> own;

    OwnSteps(StreamModel model, BiFunction<? super TaskStream, ? super Event, ? extends A> own) {
        this.streams = new StreamSteps(model);
        this.own = own;
    }

    @Override
    public String fingerprint() {
        return streams.fingerprint();
    }

    @Override
    public String layout() {
        return streams.layout();
    }

    @Override
    public TaskStream open(String key) {
        return streams.open(key);
    }

    @Override
    public void step(Group<TaskStream, Event, A> group) {
        for (int i = 0; i < group.size(); i++) {
            A answer;
            try {
                answer = own.apply(group.session(i), group.event(i));
            } catch (RuntimeException e) {
                group.refuse(i, e);
                continue;
            }
            group.answer(i, answer);
        }
    }

    @Override
    public byte[] save(TaskStream session) {
        return streams.save(session);
    }

    @Override
    public TaskStream restore(String key, byte[] saved) {
        return streams.restore(key, saved);
    }

    @Override
    public TaskStream adopt(String key, byte[] saved) {
        return streams.adopt(key, saved);
    }

    @Override
    public byte[] write(A answer) {
        throw notKept();
    }

    @Override
    public A read(byte[] written) {
        throw notKept();
    }

    /** Pools keep answers; what is saved by an engine has none. */
    private static IllegalStateException notKept() {
        return new IllegalStateException("A step of your own gives answers that cannot be kept with a session:"
                + " use StreamModel.savedSessions(maxBatch) where they must be.");
    }
}
