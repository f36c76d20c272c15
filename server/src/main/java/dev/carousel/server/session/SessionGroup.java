package dev.carousel.server.session;

import dev.carousel.server.http.Problem;
import dev.carousel.server.http.Problems;
import dev.carousel.server.models.ModelVersion;
import dev.carousel.stream.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The lines of one session among those of a request: one call of the pool. */
final class SessionGroup<E, A> implements Sessions.Callback<A> {

    private final ModelVersion<E, A> version;
    private final String session;
    private final int most;
    private final List<E> events = new ArrayList<>(1);
    private final List<LineSlot> slots = new ArrayList<>(1);
    private OptionalLong first = OptionalLong.empty();
    private int numbered;
    private @Nullable Problem refused;
    private @Nullable OutputFeed feed;
    private Runnable done = () -> {};

    SessionGroup(ModelVersion<E, A> version, String session, int most) {
        this.version = version;
        this.session = session;
        this.most = most;
    }

    /** Reads the event of a line. */
    void read(JsonParser parser, LineSlot slot) {
        E event = version.form().read(parser);
        if (events.size() == most) {
            throw EventsBody.tooMany(most);
        }
        events.add(event);
        slots.add(slot);
    }

    /** The number of the line that was read last. */
    void number(OptionalLong sequence) {
        if (events.size() == 1) {
            first = sequence;
        }
        boolean follows = sequence.isPresent() == first.isPresent()
                && (first.isEmpty() || sequence.getAsLong() == first.getAsLong() + events.size() - 1);
        if (!follows) {
            throw Problem.badRequest(
                    "The lines of a session must be numbered one after the other, or not at all, but event "
                            + events.size() + " of session '" + session + "' in this request is "
                            + (sequence.isPresent() ? "number " + sequence.getAsLong() : "not numbered")
                            + " and the first is "
                            + (first.isPresent() ? "number " + first.getAsLong() : "not numbered") + ".");
        }
        numbered++;
    }

    /** How many numbers its answers are. */
    long numbers() {
        return (long) events.size() * version.form().outputs();
    }

    /** A line of it cannot be used, and so none is. */
    void refuse(LineSlot slot) {
        if (refused == null) {
            refused = slot.problem();
        }
    }

    /** Gives the events to the pool; {@code whenDone} is run once all slots have an answer. */
    void submit(OutputFeed to, Runnable whenDone) {
        feed = to;
        done = whenDone;
        if (refused != null || numbered != events.size() || events.isEmpty()) {
            refuseAll(Problem.of(
                    refused == null ? 400 : refused.status(),
                    "Another line of this session in this request cannot be used, so none of them was taken."
                            + (refused == null ? "" : " " + refused.detail())));
            return;
        }
        try {
            version.pool().submit(session, first, events, this);
        } catch (RuntimeException e) {
            refuseAll(Problems.of(e));
        }
    }

    private void refuseAll(Problem problem) {
        for (LineSlot slot : slots) {
            if (slot.status() == 200) {
                slot.refuse(problem);
            }
        }
        done.run();
    }

    @Override
    public void answered(List<A> answers) {
        try {
            for (int i = 0; i < answers.size(); i++) {
                A answer = answers.get(i);
                OptionalLong number = first.isPresent() ? OptionalLong.of(first.getAsLong() + i) : OptionalLong.empty();
                slots.get(i).answer(number, json -> version.form().write(json, answer));
            }
            if (feed != null) {
                feed.publish(version, session, first, answers);
            }
        } finally {
            done.run();
        }
    }

    @Override
    public void failed(RuntimeException cause) {
        refuseAll(Problems.of(cause));
    }
}
