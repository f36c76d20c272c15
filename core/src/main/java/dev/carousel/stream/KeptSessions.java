package dev.carousel.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sessions of one thread of a pool in memory, the longest idle first, and what passes between them and the store. */
final class KeptSessions<S, E, A> {

    /** Another pool has written a session that this one was about to write. */
    static final class Overtaken extends RuntimeException {

        private static final long serialVersionUID = 1;

        Overtaken() {
            super("Another pool has written a session meanwhile.", null, false, false);
        }
    }

    /** How many sessions one write has at most that is no commit of a turn. */
    private static final int CHUNK = 1024;

    private final SessionSteps<S, E, A> steps;
    private final Optional<StateStore> store;
    private final String model;
    private final boolean writeThrough;
    private final boolean shared;
    private final int most;
    private final AtomicInteger all;
    private final int mostOfAll;
    private final PoolCounters counters;
    private final Map<String, KeptSession<S, E, A>> sessions = new HashMap<>();
    private final IdleOrder<S, E, A> order = new IdleOrder<>();
    private final List<StateStore.Change> changes = new ArrayList<>();
    private final List<KeptSession<S, E, A>> committing = new ArrayList<>();

    /** What was read of sessions that are shared, and must still be there when they are written. */
    private Map<String, byte[]> expected = Map.of();

    /** Why the last session that was to leave could not. */
    private @Nullable PoolException stuck;

    /**
     * None yet.
     *
     * @param all how many there are of all threads
     */
    KeptSessions(
            SessionSteps<S, E, A> steps,
            String model,
            PoolOptions options,
            Optional<StateStore> store,
            AtomicInteger all,
            PoolCounters counters) {
        this.steps = steps;
        this.store = store;
        this.model = model;
        this.writeThrough =
                options.writeThrough() && store.filter(StateStore::durable).isPresent();
        this.shared = options.shared();
        if (shared && !writeThrough) {
            throw new IllegalArgumentException(
                    "Sessions: a pool shares its sessions with others through a durable store, but "
                            + (store.isEmpty() ? "it has none." : "its store ends with this process."));
        }
        this.mostOfAll = options.maxInMemory();
        this.most = Math.max(1, options.maxInMemory() / options.threads());
        this.all = all;
        this.counters = counters;
    }

    boolean writeThrough() {
        return writeThrough;
    }

    /** Finds the session of each work in memory or in the store, or makes one; a work whose session there is not fails. */
    void find(List<PoolWork<S, E, A>> works) {
        int missing = 0;
        for (int i = 0; i < works.size(); i++) {
            PoolWork<S, E, A> work = works.get(i);
            KeptSession<S, E, A> session = sessions.get(work.key());
            work.session = session;
            if (session == null) {
                missing++;
            } else {
                order.touch(session);
            }
        }
        if (missing > 0) {
            load(works.stream().filter(work -> work.session == null).toList());
        }
    }

    private void load(List<PoolWork<S, E, A>> works) {
        Map<String, byte[]> records = Map.of();
        if (store.isPresent()) {
            List<String> keys = works.stream().map(PoolWork::key).distinct().toList();
            try {
                records = store.get().getAll(model, keys);
            } catch (RuntimeException e) {
                PoolException cause = failed(e, "read");
                works.forEach(work -> work.failure = cause);
                return;
            }
        }
        expected = records;
        for (PoolWork<S, E, A> work : works) {
            KeptSession<S, E, A> made = sessions.get(work.key());
            if (made == null) {
                try {
                    made = begun(work, Optional.ofNullable(records.get(work.key())));
                    keep(made);
                } catch (RuntimeException e) {
                    work.failure = e;
                }
            }
            work.session = made;
        }
    }

    /** In the map and in the order, or should there be no memory in neither. */
    private void keep(KeptSession<S, E, A> made) {
        order.add(made);
        boolean kept = false;
        try {
            sessions.put(made.key, made);
            kept = true;
        } finally {
            if (!kept) {
                order.remove(made);
            }
        }
        all.incrementAndGet();
    }

    private KeptSession<S, E, A> begun(PoolWork<S, E, A> work, Optional<byte[]> record) {
        if (record.isEmpty()) {
            if (work.makes()) {
                requireRoom();
            }
            return new KeptSession<>(work.key(), steps.open(work.key()));
        }
        KeptSession<S, E, A> session;
        try {
            SessionRecord.Read<S, A> read = SessionRecord.read(steps, work.key(), record.get());
            session = new KeptSession<>(work.key(), read.state());
            session.become(read.state(), read.applied(), read.answers());
            session.usedAt = read.usedAt();
            counters.loaded.increment();
        } catch (RuntimeException e) {
            PoolException unreadable = new PoolException(
                    PoolException.Kind.STORE_DAMAGED,
                    "The store has a record of the session " + shown(work.key()) + " that cannot be read. "
                            + e.getMessage()
                            + " Let the session leave or restore it to begin anew.",
                    e);
            if (!work.replaces()) {
                throw unreadable;
            }
            session = new KeptSession<>(work.key(), steps.open(work.key()));
            session.present = true;
            session.unreadable = unreadable;
        }
        session.stored = true;
        session.dirty = false;
        return session;
    }

    private void requireRoom() {
        if (store.isEmpty() && all.get() >= mostOfAll) {
            throw new PoolException(
                    PoolException.Kind.TOO_MANY_SESSIONS,
                    "There are " + all.get() + " sessions already, and there may be " + mostOfAll
                            + ". Let some leave, allow more (maxInMemory), or give the pool a store for those that are idle.");
        }
        if (stuck != null && sessions.size() >= most) {
            throw new PoolException(
                    stuck.kind(),
                    "There is no room for one more session in memory, since the store does not take idle ones: "
                            + stuck.getMessage(),
                    stuck);
        }
    }

    static String shown(String key) {
        return "'" + (key.length() > 80 ? key.substring(0, 80) + "..." : key) + "'";
    }

    /**
     * Writes what has changed of some sessions, where answers wait for it; in one commit.
     *
     * @return why it failed, if so: the sessions that had changed are then no longer in memory, so that the next event finds
     *     what the store has
     */
    Optional<PoolException> commit(List<KeptSession<S, E, A>> touched) {
        committing.clear();
        changes.clear();
        for (int i = 0; i < touched.size(); i++) {
            KeptSession<S, E, A> session = touched.get(i);
            boolean removed = !session.present && session.stored && !session.lost;
            if (removed || (writeThrough && session.present && session.dirty && !session.lost)) {
                committing.add(session);
                changes.add(new StateStore.Change(
                        session.key, removed ? Optional.empty() : Optional.of(SessionRecord.of(steps, session))));
            }
        }
        try {
            write();
        } catch (PoolException e) {
            for (KeptSession<S, E, A> session : committing) {
                session.lost = true;
                forget(session);
            }
            forgetOthers(touched);
            return Optional.of(e);
        }
        for (int i = 0; i < committing.size(); i++) {
            committing.get(i).stored = true;
            committing.get(i).dirty = false;
        }
        forgetOthers(touched);
        return Optional.empty();
    }

    /** What is shared is read anew in each turn, whether the last one was written or not; what is no session goes. */
    private void forgetOthers(List<KeptSession<S, E, A>> touched) {
        for (int i = 0; i < touched.size(); i++) {
            if (shared || !touched.get(i).present || touched.get(i).unreadable != null) {
                forget(touched.get(i));
            }
        }
    }

    /** After a turn that has failed: where the store has all, those that have changed are taken from it again. */
    void drop(List<KeptSession<S, E, A>> touched) {
        changes.clear();
        for (KeptSession<S, E, A> session : touched) {
            if (shared || !session.present || session.unreadable != null || (writeThrough && session.dirty)) {
                forget(session);
            }
        }
    }

    void forget(KeptSession<S, E, A> session) {
        if (sessions.remove(session.key, session)) {
            order.remove(session);
            all.decrementAndGet();
        }
    }

    private void write() {
        if (changes.isEmpty()) {
            return;
        }
        try {
            if (shared) {
                if (!store.orElseThrow().writeIf(model, changes, expected)) {
                    throw new Overtaken();
                }
            } else {
                store.orElseThrow().write(model, changes);
            }
            counters.commits.increment();
            counters.written.add(changes.size());
        } catch (Overtaken e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw failed(e, "write");
        } finally {
            changes.clear();
        }
    }

    private PoolException failed(Throwable e, String what) {
        counters.storeFailures.increment();
        return e instanceof PoolException known
                ? known
                : new PoolException(
                        PoolException.Kind.STORE_FAILED,
                        "The store failed to " + what + " sessions: " + e.getMessage(),
                        e);
    }

    /** Lets the longest idle sessions go to the store until there are no more than allowed. */
    void evictBeyond() {
        if (store.isPresent() && sessions.size() > most) {
            evict(session -> sessions.size() > most);
        }
    }

    /** Lets sessions go to the store that had no event since then. */
    void evictIdle(long since) {
        if (store.isPresent()) {
            evict(session -> session.usedAt < since);
        }
    }

    /** Makes sessions smaller that had no event since then. */
    void shrinkIdle(long since) {
        @Nullable KeptSession<S, E, A> session = order.oldest();
        while (session != null && session.usedAt < since) {
            if (!session.shrunk) {
                steps.shrink(session.state);
                session.shrunk = true;
            }
            session = order.after(session);
        }
    }

    /** The longest idle first, as long as they shall go. */
    private void evict(Predicate<KeptSession<S, E, A>> goes) {
        List<KeptSession<S, E, A>> going = new ArrayList<>();
        try {
            @Nullable KeptSession<S, E, A> session = order.oldest();
            while (session != null && goes.test(session)) {
                // It leaves at once, so that the next one is judged without it, and comes back if it cannot be written.
                going.add(session);
                sessions.remove(session.key);
                order.remove(session);
                session = order.oldest();
                if (going.size() == CHUNK) {
                    write(going);
                    going.clear();
                }
            }
            write(going);
            stuck = null;
        } catch (RuntimeException | Error e) {
            changes.clear();
            for (int i = going.size() - 1; i >= 0; i--) {
                sessions.put(going.get(i).key, going.get(i));
                order.addOldest(going.get(i));
            }
            stuck = e instanceof PoolException known ? known : failed(e, "write");
        }
    }

    private void write(List<KeptSession<S, E, A>> going) {
        for (KeptSession<S, E, A> session : going) {
            if (session.dirty) {
                changes.add(new StateStore.Change(session.key, Optional.of(SessionRecord.of(steps, session))));
            }
        }
        write();
        counters.evicted.add(going.size());
        all.addAndGet(-going.size());
    }

    /**
     * Writes all that the store does not have.
     *
     * @throws PoolException if it fails
     */
    void flush() {
        if (store.isEmpty()) {
            return;
        }
        List<KeptSession<S, E, A>> dirty = new ArrayList<>();
        for (KeptSession<S, E, A> session : sessions.values()) {
            if (session.dirty) {
                dirty.add(session);
            }
        }
        for (int from = 0; from < dirty.size(); from += CHUNK) {
            List<KeptSession<S, E, A>> some = dirty.subList(from, Math.min(dirty.size(), from + CHUNK));
            for (KeptSession<S, E, A> session : some) {
                changes.add(new StateStore.Change(session.key, Optional.of(SessionRecord.of(steps, session))));
            }
            write();
            for (KeptSession<S, E, A> session : some) {
                session.dirty = false;
                session.stored = true;
            }
        }
    }

    /** Calls with each session. */
    void each(Consumer<KeptSession<S, E, A>> with) {
        sessions.values().forEach(with);
    }
}
