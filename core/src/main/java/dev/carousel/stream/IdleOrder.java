package dev.carousel.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the order of their last use. The links are numbers: each use moves one, and references that are written into old
 * objects are dear, for the garbage collector takes note of each.
 */
final class IdleOrder<S, E, A> {

    private static final int NONE = -1;
    private static final int FIRST = 16;

    /** The session at each place, and its neighbours in the order; a free place has the next free one as its newer. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private @Nullable KeptSession<S, E, A>[] at = new KeptSession[FIRST];

    private int[] older = new int[FIRST];
    private int[] newer = new int[FIRST];
    private int oldest = NONE;
    private int newest = NONE;
    private int free = NONE;
    private int used;

    /** A session that has just been used. */
    void add(KeptSession<S, E, A> session) {
        linkNewest(placed(session));
    }

    /** A session that comes back before all others. */
    void addOldest(KeptSession<S, E, A> session) {
        int place = placed(session);
        older[place] = NONE;
        newer[place] = oldest;
        if (oldest == NONE) {
            newest = place;
        } else {
            older[oldest] = place;
        }
        oldest = place;
    }

    private int placed(KeptSession<S, E, A> session) {
        int place = free;
        if (place == NONE) {
            if (used == older.length) {
                grow();
            }
            place = used++;
        } else {
            free = newer[place];
        }
        at[place] = session;
        session.place = place;
        return place;
    }

    /** All or nothing, should there be no memory. */
    private void grow() {
        int more = Math.addExact(older.length, older.length >> 1);
        int[] moreOlder = Arrays.copyOf(older, more);
        int[] moreNewer = Arrays.copyOf(newer, more);
        at = Arrays.copyOf(at, more);
        older = moreOlder;
        newer = moreNewer;
    }

    /** The session is used now. */
    void touch(KeptSession<S, E, A> session) {
        int place = session.place;
        if (place != newest) {
            unlink(place);
            linkNewest(place);
        }
    }

    void remove(KeptSession<S, E, A> session) {
        int place = session.place;
        unlink(place);
        at[place] = null;
        newer[place] = free;
        free = place;
        session.place = NONE;
    }

    private void linkNewest(int place) {
        older[place] = newest;
        newer[place] = NONE;
        if (newest == NONE) {
            oldest = place;
        } else {
            newer[newest] = place;
        }
        newest = place;
    }

    private void unlink(int place) {
        int before = older[place];
        int after = newer[place];
        if (before == NONE) {
            oldest = after;
        } else {
            newer[before] = after;
        }
        if (after == NONE) {
            newest = before;
        } else {
            older[after] = before;
        }
    }

    /** The longest idle one, if there is any. */
    @Nullable
    KeptSession<S, E, A> oldest() {
        return oldest == NONE ? null : at[oldest];
    }

    /** The one that was used next after another. */
    @Nullable
    KeptSession<S, E, A> after(KeptSession<S, E, A> session) {
        int next = newer[session.place];
        return next == NONE ? null : at[next];
    }
}
