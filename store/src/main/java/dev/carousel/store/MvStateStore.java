package dev.carousel.store;

import dev.carousel.stream.PoolException;
import dev.carousel.stream.StateStore;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a file, durable: what was written is on the disk when a call returns, and is there whole or not at all, whatever ends
 * the process. Pure Java, H2's MVStore.
 *
 * <pre>{@code
 * try (StateStore store = MvStateStore.open(Path.of("sessions"));
 *         SessionPool pool = SessionPool.of(network, PoolOptions.defaults().withName("pumps"), store)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>A thread that is interrupted within a call goes on to its end, and the file stays open for the others.
 *
 * <p>Writes of several threads that wait at the same time become one commit, with one flush to the disk. One process at a time may
 * have the file open. After a failed write, such as to a full disk, the file is opened again at the next call, as the last
 * commit left it.
 */
public final class MvStateStore implements StateStore {

    private static final String FILE = "sessions.mv.db";

    /** What the name of a model's map begins with. */
    private static final String MAP = "sessions of ";

    /** Small pages, since a change of a session writes the page that it is on. */
    private static final int PAGE_BYTES = 4 * 1024;

    /** How many commits pass between two looks at how much of the file is in use, and from which share on it is left as it is. */
    private static final int COMMITS_A_LOOK = 256;

    private static final int FILL_PERCENT = 50;

    private static final int COMPACT_BYTES = 8 * 1024 * 1024;

    /** For how long what is no longer in use is kept; every commit is flushed, so that it need not be kept for long. */
    private static final int RETENTION_MILLIS = 1000;

    private final Path file;
    private final ConcurrentLinkedQueue<Commit> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable MVStore store;
    private boolean closed;
    private int commits;

    private MvStateStore(Path file) {
        this.file = file;
    }

    /**
     * Opens the store in a folder, which is made if it is not there.
     *
     * @throws PoolException of the kind {@code STORE_FAILED} if the folder cannot be used, this process or another has the store
     *     open already, or the file is damaged
     */
    public static MvStateStore open(Path folder) {
        Objects.requireNonNull(folder, "MvStateStore: folder is null");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new PoolException(
                    PoolException.Kind.STORE_FAILED, folder + ": cannot be made for sessions: " + e.getMessage(), e);
        }
        MvStateStore made = new MvStateStore(folder.resolve(FILE));
        made.opened();
        return made;
    }

    /** The store, opened again if a write has failed. Called with the lock, or by {@link #open}. */
    private MVStore opened() {
        if (closed) {
            throw new PoolException(PoolException.Kind.STORE_FAILED, file + ": the store has been closed.");
        }
        @Nullable MVStore open = store;
        if (open != null && !open.isClosed()) {
            return open;
        }
        try {
            MVStore made = new MVStore.Builder()
                    .fileName(SteadyPath.of(file))
                    .autoCommitDisabled()
                    .pageSplitSize(PAGE_BYTES)
                    .open();
            made.setVersionsToKeep(0);
            made.setRetentionTime(RETENTION_MILLIS);
            store = made;
            return made;
        } catch (MVStoreException e) {
            throw failure(e, "cannot be opened" + whoHasIt(e));
        }
    }

    /** A lock of this process overlaps; one of another is just not given. */
    private static String whoHasIt(MVStoreException e) {
        if (e.getErrorCode() != DataUtils.ERROR_FILE_LOCKED) {
            return "";
        }
        return e.getCause() instanceof OverlappingFileLockException
                ? ", since this process has it open already: use that MvStateStore for all pools, or close it first"
                : ", since another process has it open";
    }

    private PoolException failure(Throwable e, String what) {
        PoolException.Kind kind = isFull(e) ? PoolException.Kind.STORE_FULL : PoolException.Kind.STORE_FAILED;
        return new PoolException(
                kind,
                file + ": " + what
                        + (kind == PoolException.Kind.STORE_FULL
                                ? ", since there is no room left on the disk. Make room and go on."
                                : ": " + (e.getMessage() == null ? e.toString() : e.getMessage())),
                e);
    }

    /** Java has no exception of its own for it. */
    private static boolean isFull(Throwable e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof IOException
                    && (text.contains("No space left")
                            || text.contains("not enough space")
                            || text.contains("quota exceeded")
                            || text.contains("File too large"))) {
                return true;
            }
        }
        return false;
    }

    private static MVMap<String, byte[]> map(MVStore of, String model) {
        return of.openMap(MAP + model);
    }

    private interface Reading<T> {

        T of(MVMap<String, byte[]> map);
    }

    /** Reads while others write; if that fails, since one of them has failed, once more when nobody does. */
    private <T> T read(String model, Reading<T> reading) {
        @Nullable MVStore open = store;
        if (open != null) {
            try {
                return reading.of(map(open, model));
            } catch (MVStoreException e) {
                // Below.
            }
        }
        lock.lock();
        try {
            return reading.of(map(opened(), model));
        } catch (MVStoreException e) {
            abandon();
            throw failure(e, "cannot be read");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> get(String model, String key) {
        return read(model, map -> Optional.ofNullable(map.get(key)).map(byte[]::clone));
    }

    @Override
    public void write(String model, List<Change> changes) {
        commit(new Commit(model, changes, Optional.empty()));
    }

    @Override
    public boolean writeIf(String model, List<Change> changes, Map<String, byte[]> expected) {
        Commit commit = new Commit(model, changes, Optional.of(expected));
        commit(commit);
        return commit.written;
    }

    private void commit(Commit own) {
        waiting.add(own);
        lock.lock();
        try {
            // Whoever comes first writes for all who wait.
            if (!own.done) {
                commitAll();
            }
        } finally {
            lock.unlock();
        }
        if (own.failure != null) {
            throw own.failure;
        }
    }

    private void commitAll() {
        List<Commit> all = new ArrayList<>();
        for (@Nullable Commit one = waiting.poll(); one != null; one = waiting.poll()) {
            all.add(one);
        }
        @Nullable PoolException failure = null;
        try {
            MVStore open = opened();
            all.forEach(one -> apply(open, one));
            open.commit();
            open.sync();
        } catch (PoolException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            // Whatever it is, nobody who waits may believe that it was written.
            failure = failure(e, "cannot be written");
            abandon();
        }
        for (Commit one : all) {
            one.failure = failure;
            one.done = true;
        }
        if (failure == null) {
            compact();
        }
    }

    private static void apply(MVStore open, Commit one) {
        MVMap<String, byte[]> map = map(open, one.model);
        for (Change change : one.changes) {
            if (one.expected.isPresent()
                    && !Arrays.equals(map.get(change.key()), one.expected.get().get(change.key()))) {
                return;
            }
        }
        for (Change change : one.changes) {
            if (change.record().isPresent()) {
                map.put(change.key(), change.record().get().clone());
            } else {
                map.remove(change.key());
            }
        }
        one.written = true;
    }

    /** Makes the file smaller where much of it is of no use any more. */
    private void compact() {
        @Nullable MVStore open = store;
        if (++commits % COMMITS_A_LOOK != 0 || open == null) {
            return;
        }
        try {
            open.compact(FILL_PERCENT, COMPACT_BYTES);
            open.commit();
            open.sync();
        } catch (RuntimeException | Error e) {
            // What was to be written is written; the next call will tell if the file is of no use.
            abandon();
        }
    }

    /** Lets go of the file without writing, so that the next call finds it as the last commit left it. */
    private void abandon() {
        @Nullable MVStore open = store;
        store = null;
        if (open != null) {
            try {
                open.closeImmediately();
            } catch (RuntimeException | Error e) {
                // It is not used again; if the file stays locked, the next call says so.
            }
        }
    }

    @Override
    public void keys(String model, Consumer<String> each) {
        List<String> keys = read(model, map -> {
            List<String> all = new ArrayList<>();
            for (Iterator<String> next = map.keyIterator(null); next.hasNext(); ) {
                all.add(next.next());
            }
            return all;
        });
        keys.forEach(each);
    }

    @Override
    public void models(Consumer<String> each) {
        List<String> names = new ArrayList<>();
        lock.lock();
        try {
            MVStore open = opened();
            for (String name : open.getMapNames()) {
                if (name.startsWith(MAP) && !open.openMap(name).isEmpty()) {
                    names.add(name.substring(MAP.length()));
                }
            }
        } catch (MVStoreException e) {
            abandon();
            throw failure(e, "cannot be read");
        } finally {
            lock.unlock();
        }
        names.forEach(each);
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            @Nullable MVStore open = store;
            store = null;
            if (open != null) {
                open.close();
            }
        } catch (MVStoreException e) {
            throw failure(e, "cannot be closed");
        } finally {
            lock.unlock();
        }
    }
}
