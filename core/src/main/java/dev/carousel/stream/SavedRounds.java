package dev.carousel.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns in rounds: in each, every session with an event left takes one step.
 *
 * @param <S> what a session remembers
 * @param <X> an event as the steps take it
 * @param <E> an event
 * @param <A> the answer to an event
 */
final class SavedRounds<S, X, E, A> implements SessionSteps.Group<S, X, A> {

    final SessionSteps<S, X, A> steps;
    private final int maxBatch;
    private final Function<E, X> taking;
    final String layout;
    private final byte[] head;

    private final List<SavedSessions.Turn<E, A>> turns = new ArrayList<>();
    private final List<KeptSession<S, X, A>> sessions = new ArrayList<>();

    /** Of those that step now: which turn, and its event. */
    private final List<Integer> places = new ArrayList<>();

    private final List<X> events = new ArrayList<>();
    private int round;

    SavedRounds(SessionSteps<S, X, A> steps, int maxBatch, Function<E, X> taking) {
        this.steps = steps;
        this.maxBatch = maxBatch;
        this.taking = taking;
        this.layout = steps.layout();
        this.head = ByteBuffer.allocate(SavedSessions.HEAD)
                .putInt(SavedSessions.MAGIC)
                .put(digest(layout), 0, SavedSessions.LAYOUT)
                .array();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    void take(List<SavedSessions.Turn<E, A>> all) {
        try {
            int longest = 0;
            for (SavedSessions.Turn<E, A> turn : all) {
                turn.requireNot(turn.stepped);
                sessions.add(session(turn));
                longest = Math.max(longest, turn.size());
            }
            turns.addAll(all);
            for (round = 0; round < longest; round++) {
                for (int i = 0; i < turns.size(); i++) {
                    if (round < turns.get(i).size() && isNew(i)) {
                        join(i);
                    }
                }
                stepGroup();
            }
            for (int i = 0; i < turns.size(); i++) {
                finish(turns.get(i), sessions.get(i));
            }
        } finally {
            turns.clear();
            sessions.clear();
            places.clear();
            events.clear();
        }
    }

    private KeptSession<S, X, A> session(SavedSessions.Turn<E, A> turn) {
        if (turn.saved.isEmpty()) {
            KeptSession<S, X, A> begun = new KeptSession<>(turn.key, steps.open(turn.key));
            begun.usedAt = Long.MIN_VALUE;
            return begun;
        }
        byte[] saved = turn.saved.get();
        byte[] record = SavedSessions.record(saved);
        for (int i = 0; i < SavedSessions.HEAD; i++) {
            if (saved[i] != head[i]) {
                throw new IllegalArgumentException("The session " + KeptSessions.shown(turn.key)
                        + " was saved under a model of the layout "
                        + HexFormat.of().formatHex(saved, Integer.BYTES, SavedSessions.HEAD) + " but this one has "
                        + layout.substring(0, 2 * SavedSessions.LAYOUT)
                        + ". Has the model been replaced by one of another network, or with other columns or another"
                        + " normalisation? Begin its sessions anew.");
            }
        }
        SessionRecord.Read<S, A> read = SessionRecord.read(steps, turn.key, record, this::restored);
        KeptSession<S, X, A> session = new KeptSession<>(turn.key, read.state());
        session.become(read.state(), read.applied(), List.of());
        session.usedAt = read.usedAt();
        session.dirty = false;
        return session;
    }

    /** All of one layout: what is of another model goes on with the weights of this one. */
    private S restored(String key, byte[] state) {
        return steps.adopt(key, state);
    }

    /** Adds a place for the outcome; whether the event is one that the session has not taken. */
    private boolean isNew(int i) {
        SavedSessions.Turn<E, A> turn = turns.get(i);
        turn.answers.add(Optional.empty());
        turn.refusals.add(Optional.empty());
        long number = turn.numbers.get(round);
        return number == KeptSession.UNNUMBERED || number > sessions.get(i).applied;
    }

    private void join(int i) {
        X event;
        try {
            event = taking.apply(turns.get(i).events.get(round));
        } catch (RuntimeException e) {
            turns.get(i).refusals.set(round, Optional.of(e));
            return;
        }
        places.add(i);
        events.add(event);
        if (places.size() == maxBatch) {
            stepGroup();
        }
    }

    private void stepGroup() {
        if (!places.isEmpty()) {
            steps.step(this);
            places.clear();
            events.clear();
        }
    }

    private void finish(SavedSessions.Turn<E, A> turn, KeptSession<S, X, A> session) {
        turn.stepped = true;
        if (!session.dirty) {
            return;
        }
        byte[] record = SessionRecord.of(steps, session);
        byte[] saved = new byte[SavedSessions.HEAD + record.length];
        System.arraycopy(head, 0, saved, 0, SavedSessions.HEAD);
        System.arraycopy(record, 0, saved, SavedSessions.HEAD, record.length);
        turn.saved = Optional.of(saved);
        turn.moved = true;
    }

    @Override
    public int size() {
        return places.size();
    }

    @Override
    public S session(int i) {
        return sessions.get(places.get(i)).state;
    }

    @Override
    public X event(int i) {
        return events.get(i);
    }

    @Override
    public void answer(int i, A answer) {
        int place = places.get(i);
        turns.get(place).answers.set(round, Optional.of(answer));
        KeptSession<S, X, A> session = sessions.get(place);
        session.dirty = true;
        session.applied = Math.max(session.applied, turns.get(place).numbers.get(round));
        // A late event does not make the session one that was not used for longer.
        session.usedAt = Math.max(session.usedAt, turns.get(place).time(round));
    }

    @Override
    public void refuse(int i, RuntimeException cause) {
        turns.get(places.get(i)).refusals.set(round, Optional.of(cause));
    }
}
