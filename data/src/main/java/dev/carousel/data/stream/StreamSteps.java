package dev.carousel.data.stream;

import dev.carousel.stream.SessionSteps;
import java.util.function.Function;

/** Streams of a task in a pool; those of one thread share buffers. */
final class StreamSteps implements SessionSteps<TaskStream, Event, Answer> {

    private final StreamModel model;
    private final Function<String, TaskStream> opening;

    StreamSteps(StreamModel model) {
        this.model = model;
        this.opening = model.opening();
    }

    @Override
    public String fingerprint() {
        return model.fingerprint();
    }

    @Override
    public String layout() {
        return model.layout();
    }

    @Override
    public TaskStream open(String key) {
        return opening.apply(key);
    }

    @Override
    public void step(Group<TaskStream, Event, Answer> group) {
        for (int i = 0; i < group.size(); i++) {
            Answer answer;
            try {
                answer = group.session(i).add(group.event(i));
            } catch (RuntimeException e) {
                group.refuse(i, e);
                continue;
            }
            group.answer(i, answer);
        }
    }

    @Override
    public byte[] save(TaskStream session) {
        return session.save();
    }

    @Override
    public TaskStream restore(String key, byte[] saved) {
        TaskStream stream = opening.apply(key);
        stream.restore(saved);
        return stream;
    }

    @Override
    public TaskStream adopt(String key, byte[] saved) {
        TaskStream stream = opening.apply(key);
        stream.adopt(saved);
        return stream;
    }

    @Override
    public byte[] write(Answer answer) {
        return AnswerBytes.of(answer);
    }

    @Override
    public Answer read(byte[] written) {
        return AnswerBytes.read(written, model.unitNames());
    }
}
