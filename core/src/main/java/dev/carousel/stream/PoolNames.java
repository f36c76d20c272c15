package dev.carousel.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Which pools of this process keep their sessions in which store, under which name. Two of one name would overwrite each other's
 * states, unless they read them anew for each event.
 */
final class PoolNames {

    /** Of each store the names, and how many pools have each; all of them shared, or one that is not. */
    private static final Map<StateStore, Map<String, Integer>> SHARED = new WeakHashMap<>();

    private static final Map<StateStore, Map<String, Integer>> ALONE = new WeakHashMap<>();

    private PoolNames() {}

    /**
     * A pool begins.
     *
     * @param shared whether it reads its sessions anew for each event
     * @throws IllegalStateException if there is another that must be alone, or this one must and is not
     */
    static synchronized void begin(StateStore of, String name, boolean shared) {
        StateStore store = of.underlying();
        if (has(ALONE, store, name) || (!shared && has(SHARED, store, name))) {
            throw new IllegalStateException("Another pool keeps its sessions under the name "
                    + KeptSessions.shown(name) + " in this store, and each would overwrite what the other has written."
                    + " Use that one, close it first, give this one a name of its own (PoolOptions.withName), or let both"
                    + " read their sessions anew for each event (PoolOptions.withShared).");
        }
        (shared ? SHARED : ALONE)
                .computeIfAbsent(store, none -> new HashMap<>())
                .merge(name, 1, Integer::sum);
    }

    private static boolean has(Map<StateStore, Map<String, Integer>> pools, StateStore store, String name) {
        Map<String, Integer> names = pools.get(store);
        return names != null && names.containsKey(name);
    }

    /** A pool has ended. */
    static synchronized void end(StateStore store, String name, boolean shared) {
        Map<String, Integer> names = (shared ? SHARED : ALONE).get(store.underlying());
        if (names != null) {
            names.computeIfPresent(name, (of, pools) -> pools == 1 ? null : pools - 1);
        }
    }
}
