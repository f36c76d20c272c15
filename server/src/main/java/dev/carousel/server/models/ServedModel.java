package dev.carousel.server.models;

import dev.carousel.server.http.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A model by its name, and its versions. New sessions begin on the newest; one that runs stays on its own.
 *
 * <p>Any thread; versions come and go while it is used.
 */
public final class ServedModel {

    private final String name;
    private volatile List<ModelVersion<?, ?>> versions;
    private volatile UnservedSessions unserved = UnservedSessions.NONE;

    /** By session, the versions on which it must still be ended, since it has begun anew or ended on a newer one. */
    private final ConcurrentMap<String, Set<ModelVersion<?, ?>>> behind = new ConcurrentHashMap<>();

    ServedModel(String name, List<ModelVersion<?, ?>> versions) {
        this.name = name;
        this.versions = List.copyOf(versions);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** From the oldest to the newest; never empty. */
    public List<ModelVersion<?, ?>> versions() {
        return versions;
    }

    /** That on which new sessions begin. */
    public ModelVersion<?, ?> newest() {
        List<ModelVersion<?, ?>> all = versions;
        return all.get(all.size() - 1);
    }

    /**
     * A version by its label.
     *
     * @throws Problem 404
     */
    public ModelVersion<?, ?> version(String label) {
        return versions.stream()
                .filter(version -> version.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        Problem.notFound("The model '" + name + "' has no version '" + label + "'; its versions are "
                                + versions.stream().map(ModelVersion::label).toList() + "."));
    }

    /** Whether one must wait to know which version a session is on, since there are several or the store has others. */
    public boolean asks() {
        return versions.size() > 1 || !unserved.isEmpty();
    }

    /** Whether one must wait to know which version a session is on. */
    public boolean asks(String session) {
        return versions.size() > 1 || unserved.mayHave(session) || behind.containsKey(session);
    }

    /**
     * The version that has a session, or where none has, the newest. Waits for sessions and the store where {@link #asks(String)}.
     *
     * @throws Problem 409 if it is a session of a network that is not served any more
     */
    public ModelVersion<?, ?> of(String session) {
        Optional<ModelVersion<?, ?>> running = running(session);
        if (running.isEmpty()) {
            unserved.refuse(name, session);
        }
        return running.orElseGet(this::newest);
    }

    /** The version that has a session, where one has to ask; the newest, where there is no other. */
    private Optional<ModelVersion<?, ?>> running(String session) {
        List<ModelVersion<?, ?>> all = versions;
        if (!asks(session)) {
            return Optional.of(all.get(all.size() - 1));
        }
        leaveBehind(session);
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).pool().has(session)) {
                return Optional.of(all.get(i));
            }
        }
        return Optional.empty();
    }

    /** As {@link #of}, for what replaces the session, whichever network it is of. */
    public ModelVersion<?, ?> ofAny(String session) {
        return running(session).orElseGet(this::newest);
    }

    /** Ends a session on all versions; whether there was one. Waits for sessions and the store. */
    public boolean leave(String session) {
        boolean was = unserved.remove(session);
        for (ModelVersion<?, ?> version : versions) {
            was |= version.pool().leave(session);
        }
        return was;
    }

    /**
     * Notes that a session has begun anew on a version, or ended there, so that it must end on older ones, too; waits for nothing.
     * Until {@link #leaveBehind(String)} has done it, whoever asks for the session does it first.
     */
    public void noteBehind(String session, ModelVersion<?, ?> kept) {
        Set<ModelVersion<?, ?>> older = new HashSet<>();
        for (ModelVersion<?, ?> version : versions) {
            if (version == kept) {
                break;
            }
            older.add(version);
        }
        behind.merge(session, Set.copyOf(older), (one, other) -> {
            Set<ModelVersion<?, ?>> both = new HashSet<>(one);
            both.addAll(other);
            return Set.copyOf(both);
        });
    }

    /**
     * Ends a session where {@link #noteBehind} said that it must be ended, if it did. Waits for sessions and the store; if they
     * fail it stays noted.
     */
    public void leaveBehind(String session) {
        Set<ModelVersion<?, ?>> older = behind.get(session);
        if (older == null) {
            return;
        }
        unserved.remove(session);
        for (ModelVersion<?, ?> version : versions) {
            if (older.contains(version)) {
                version.pool().leave(session);
            }
        }
        behind.remove(session, older);
    }

    /** Ends all sessions where they must be ended, the first that cannot be is an error. */
    void leaveBehind() {
        behind.keySet().forEach(this::leaveBehind);
    }

    void setUnserved(UnservedSessions sessions) {
        unserved = sessions;
    }

    /** Makes a version the newest. */
    void add(ModelVersion<?, ?> version) {
        List<ModelVersion<?, ?>> more = new ArrayList<>(versions);
        more.add(version);
        versions = List.copyOf(more);
    }

    /** Takes a version out; the last one stays. */
    void remove(ModelVersion<?, ?> version) {
        List<ModelVersion<?, ?>> rest = new ArrayList<>(versions);
        if (rest.size() > 1) {
            rest.remove(version);
        }
        versions = List.copyOf(rest);
    }
}
