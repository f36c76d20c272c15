package dev.carousel.server.models;

import dev.carousel.server.http.Problem;
import dev.carousel.stream.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The sessions of a model that a store has of networks that are not served any more, since the file was replaced while no
 * server ran. They cannot go on, and begin anew only where a client says so: an answer from a new beginning would be a wrong
 * one that nobody notices.
 */
final class UnservedSessions {

    /** None, where nothing has to be asked. */
    static final UnservedSessions NONE = new UnservedSessions(Optional.empty(), List.of(), false);

    /** A number of each session's name, in order, by which most names that are not there are known without asking the store. */
    // Arrays of their own; compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    private record Stored(String name, long[] marks) {}

    private final Optional<StateStore> store;
    private final List<Stored> networks;
    private final boolean shared;

    private UnservedSessions(Optional<StateStore> store, List<Stored> networks, boolean shared) {
        this.store = store;
        this.networks = networks;
        this.shared = shared;
    }

    /**
     * Looks at a store.
     *
     * @param names under which it has sessions that are not served
     * @param shared whether other servers write to it, so that it has to be asked each time
     */
    static UnservedSessions of(StateStore store, List<String> names, boolean shared) {
        List<Stored> networks = new ArrayList<>();
        for (String name : names) {
            long[][] marks = {new long[16]};
            int[] count = {0};
            store.keys(name, key -> {
                if (count[0] == marks[0].length) {
                    marks[0] = Arrays.copyOf(marks[0], 2 * count[0]);
                }
                marks[0][count[0]++] = mark(key);
            });
            if (count[0] > 0) {
                long[] all = Arrays.copyOf(marks[0], count[0]);
                Arrays.sort(all);
                networks.add(new Stored(name, all));
            }
        }
        return networks.isEmpty() ? NONE : new UnservedSessions(Optional.of(store), List.copyOf(networks), shared);
    }

    /** FNV-1a of 64 bits. */
    private static long mark(String key) {
        long mark = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            mark = (mark ^ key.charAt(i)) * 0x100000001b3L;
        }
        return mark;
    }

    boolean isEmpty() {
        return networks.isEmpty();
    }

    /** How many there were. */
    long count() {
        return networks.stream().mapToLong(network -> network.marks().length).sum();
    }

    /** Whether a session may be one of them; asks nobody. */
    boolean mayHave(String key) {
        for (Stored network : networks) {
            if (shared || Arrays.binarySearch(network.marks(), mark(key)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses a session that is one of them; asks the store.
     *
     * @throws Problem 409
     */
    void refuse(String model, String key) {
        for (Stored network : networks) {
            if (isIn(network, key)) {
                String fingerprint = network.name().substring(network.name().lastIndexOf('@') + 1);
                throw Problem.of(
                                409,
                                "The session '" + key + "' of the model '" + model
                                        + "' was begun on another network (fingerprint " + fingerprint
                                        + "...), whose file is not served any more, so that it cannot go on. Put that file"
                                        + " back as another version of the model to go on with it; or begin it anew with"
                                        + " start=true (sequence_start), or end it by DELETE.")
                        .with("reason", "model-replaced");
            }
        }
    }

    private boolean isIn(Stored network, String key) {
        return (shared || Arrays.binarySearch(network.marks(), mark(key)) >= 0)
                && store.isPresent()
                && store.get().get(network.name(), key).isPresent();
    }

    /** Removes a session from the store, if it is one of them; whether it was. */
    boolean remove(String key) {
        boolean was = false;
        for (Stored network : networks) {
            if (isIn(network, key)) {
                store.orElseThrow().remove(network.name(), key);
                was = true;
            }
        }
        return was;
    }
}
