package dev.carousel.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A turn of one thread of a pool: all that it found waiting, taken in rounds. In each round every session that has something to do
 * takes one step, many of them together; then what has changed is written in one commit, and only then is anybody told.
 * Allocates nothing where all sessions are in memory and nothing is written.
 */
final class SessionTurn<S, E, A> implements SessionSteps.Group<S, E, A> {

    /** Each time another one has gone on, so that together they always do. */
    private static final int MOST_ATTEMPTS = 100;

    private final SessionSteps<S, E, A> steps;
    private final KeptSessions<S, E, A> sessions;
    private final boolean gaps;
    private final int maxBatch;
    private final PoolCounters counters;

    private final List<PoolWork<S, E, A>> works = new ArrayList<>();

    /** All sessions of the turn, and those that have something left to do. */
    private final List<KeptSession<S, E, A>> touched = new ArrayList<>();

    private final List<KeptSession<S, E, A>> active = new ArrayList<>();

    /** Those that step together. */
    private final List<KeptSession<S, E, A>> group = new ArrayList<>();

    /** Which of these have been answered or refused. */
    private final boolean[] settled;

    private final IllegalStateException undescribed =
            new IllegalStateException("The pool failed to take a turn, and could not say why: is there memory left?");

    /** Why a session of this turn could not be taken back to where it was. */
    private @Nullable RuntimeException lost;

    private long now;

    SessionTurn(
            SessionSteps<S, E, A> steps, KeptSessions<S, E, A> sessions, PoolOptions options, PoolCounters counters) {
        this.steps = steps;
        this.sessions = sessions;
        this.gaps = options.gaps();
        this.maxBatch = options.maxBatch();
        this.counters = counters;
        this.settled = new boolean[maxBatch];
    }

    /** Filled before a turn. */
    List<PoolWork<S, E, A>> works() {
        return works;
    }

    /** Takes the turn; afterwards there are no works. */
    void run() {
        now = System.currentTimeMillis();
        try {
            int attempts = 0;
            while (!attempt()) {
                restart(++attempts);
            }
        } catch (RuntimeException | Error e) {
            abandon(described(e));
        }
        for (int i = 0; i < works.size(); i++) {
            finish(works.get(i));
        }
        works.clear();
        lost = null;
        touched.clear();
        active.clear();
        group.clear();
    }

    /** Never fails itself, such as for want of memory. */
    private IllegalStateException described(Throwable failure) {
        try {
            return new IllegalStateException("The pool failed to take a turn: " + failure, failure);
        } catch (RuntimeException | Error e) {
            return undescribed;
        }
    }

    /** Whether it was not in vain: another pool may have overtaken this one, where sessions are shared. */
    private boolean attempt() {
        sessions.find(works);
        link();
        while (!active.isEmpty()) {
            round();
        }
        return commit();
    }

    private void restart(int attempts) {
        if (attempts == MOST_ATTEMPTS) {
            throw new IllegalStateException("Another pool has overtaken this one " + attempts
                    + " times in a row. Let the" + " events of a session come to one server.");
        }
        sessions.drop(touched);
        touched.clear();
        works.forEach(PoolWork::restart);
    }

    private void link() {
        for (int i = 0; i < works.size(); i++) {
            PoolWork<S, E, A> work = works.get(i);
            @Nullable KeptSession<S, E, A> session = work.session;
            if (session != null && work.failure == null) {
                if (session.head == null) {
                    touched.add(session);
                    active.add(session);
                }
                session.add(work);
            }
        }
    }

    /** One step of every session that has an event. */
    private void round() {
        int left = 0;
        for (int i = 0; i < active.size(); i++) {
            KeptSession<S, E, A> session = active.get(i);
            if (advance(session)) {
                active.set(left++, session);
                group.add(session);
                if (group.size() == maxBatch) {
                    step();
                }
            }
        }
        for (int i = active.size() - 1; i >= left; i--) {
            active.remove(i);
        }
        step();
    }

    /** Does what is no event, up to the next event of a session; whether there is one. */
    private boolean advance(KeptSession<S, E, A> session) {
        while (session.head != null) {
            PoolWork<S, E, A> work = session.head;
            if (session.lost || (session.unreadable != null && !work.replaces())) {
                // Of one that is lost there is none: the commit will say why.
                work.failure = session.unreadable;
                session.pop();
                continue;
            }
            if (work.size() > 0) {
                if (work.at == 0) {
                    begin(work, session);
                }
                if (work.failure == null && work.at < work.size()) {
                    return true;
                }
                if (work.failure == null) {
                    complete(work, session);
                }
            } else {
                perform(work, session);
            }
            session.pop();
        }
        return false;
    }

    private void perform(PoolWork<S, E, A> work, KeptSession<S, E, A> session) {
        try {
            work.perform(session, now);
        } catch (RuntimeException e) {
            work.failure = e;
        } catch (Error e) {
            work.failure = described(e);
        }
    }

    /** Answers what was answered before, and refuses numbers that cannot be next. */
    private void begin(PoolWork<S, E, A> work, KeptSession<S, E, A> session) {
        if (work.part().begins()) {
            putAside(work, session);
            return;
        }
        if (work.part().follows() && !session.present) {
            work.failure = EventRefusals.noSession(session);
            return;
        }
        long first = work.first();
        if (first != KeptSession.UNNUMBERED) {
            if (first > session.applied) {
                work.failure = EventRefusals.gap(first, session, session.applied == KeptSession.UNNUMBERED, gaps);
            } else if (first < session.firstAnswered()) {
                work.failure = EventRefusals.forgotten(first, session);
            } else {
                int from = (int) (first - session.firstAnswered());
                int known = Math.min(work.size(), session.answers.size() - from);
                for (int i = 0; i < known; i++) {
                    work.answer(i, session.answers.get(from + i));
                }
                work.at = known;
                work.repeated = known == work.size();
                counters.repeated.add(known);
            }
        }
        if (work.failure == null && work.size() - work.at > 1) {
            try {
                work.before = steps.save(session.state);
            } catch (RuntimeException | Error e) {
                work.failure =
                        new IllegalStateException("The session cannot be saved, so that no event was taken: " + e, e);
            }
        }
    }

    /** Puts another session in the place of this one, at its beginning, until all events of the call are taken. */
    private void putAside(PoolWork<S, E, A> work, KeptSession<S, E, A> session) {
        if (work.first() != KeptSession.UNNUMBERED) {
            work.failure = EventRefusals.gap(work.first(), session, true, gaps);
        }
        if (work.failure != null) {
            return;
        }
        try {
            S fresh = steps.open(session.key);
            work.aside = session.state;
            session.state = fresh;
        } catch (RuntimeException e) {
            work.failure = e;
        } catch (Error e) {
            work.failure = described(e);
        }
    }

    private void complete(PoolWork<S, E, A> work, KeptSession<S, E, A> session) {
        work.before = null;
        if (work.repeated && !work.part().ends()) {
            return;
        } else if (work.aside != null) {
            work.aside = null;
            session.applied = KeptSession.UNNUMBERED;
            session.answers = List.of();
            session.unreadable = null;
        }
        if (work.part().ends()) {
            session.clear(steps.open(session.key), false);
            return;
        }
        session.present = true;
        session.dirty = true;
        session.shrunk = false;
        session.usedAt = now;
        if (work.first() != KeptSession.UNNUMBERED) {
            session.applied = work.first() + work.size() - 1;
            session.answers = work.answers();
        }
    }

    private void step() {
        int count = group.size();
        if (count == 0) {
            return;
        }
        Arrays.fill(settled, 0, count, false);
        @Nullable Throwable failure = null;
        try {
            steps.step(this);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (int i = 0; i < count; i++) {
            // Of a step that fails, those that have not been answered have not moved.
            if (!settled[i]) {
                refuse(
                        i,
                        new IllegalStateException(
                                failure == null
                                        ? "The steps have neither answered nor refused an event."
                                        : "A step failed: " + failure,
                                failure));
            }
        }
        group.clear();
        counters.events.add(count);
        counters.steps.increment();
        counters.largest.accumulate(count);
    }

    @Override
    public int size() {
        return group.size();
    }

    @Override
    public S session(int i) {
        return group.get(i).state;
    }

    @Override
    public E event(int i) {
        PoolWork<S, E, A> work = head(i);
        return work.event(work.at);
    }

    @Override
    public void answer(int i, A answer) {
        PoolWork<S, E, A> work = head(i);
        work.answer(work.at, answer);
        work.at++;
        settled[i] = true;
    }

    @Override
    public void refuse(int i, RuntimeException cause) {
        PoolWork<S, E, A> work = head(i);
        KeptSession<S, E, A> session = group.get(i);
        work.failure = cause;
        takeBack(work, session);
        session.pop();
        settled[i] = true;
    }

    private PoolWork<S, E, A> head(int i) {
        return Objects.requireNonNull(group.get(i).head);
    }

    private boolean commit() {
        Optional<PoolException> failed;
        try {
            failed = sessions.commit(touched);
        } catch (KeptSessions.Overtaken e) {
            return false;
        }
        @Nullable RuntimeException cause = failed.isPresent() ? failed.get() : lost;
        if (cause != null) {
            for (PoolWork<S, E, A> work : works) {
                if (work.session != null && work.session.lost && work.failure == null) {
                    work.failure = cause;
                }
            }
        }
        sessions.evictBeyond();
        return true;
    }

    /** Fails what has not failed otherwise; sessions are as the store has them, where it has all. */
    private void abandon(IllegalStateException cause) {
        for (PoolWork<S, E, A> work : works) {
            work.failure = work.failure == null ? cause : work.failure;
        }
        for (KeptSession<S, E, A> session : touched) {
            while (session.head != null) {
                session.pop();
            }
        }
        for (PoolWork<S, E, A> work : works) {
            if (work.session != null) {
                takeBack(work, work.session);
            }
        }
        sessions.drop(touched);
    }

    /** Of events of one call, all are taken or none. */
    private void takeBack(PoolWork<S, E, A> work, KeptSession<S, E, A> session) {
        if (work.aside != null) {
            session.state = work.aside;
            work.aside = null;
        }
        if (work.before == null) {
            return;
        }
        try {
            session.state = steps.restore(session.key, work.before);
        } catch (RuntimeException | Error e) {
            sessions.forget(session);
            session.lost = true;
            lost = described(e);
        }
        work.before = null;
    }

    private void finish(PoolWork<S, E, A> work) {
        try {
            work.finish();
        } catch (RuntimeException | Error e) {
            counters.callbackFailures.increment();
        }
        if (work instanceof LoneWork) {
            return;
        }
        work.session = null;
    }
}
