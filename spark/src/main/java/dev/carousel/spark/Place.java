package dev.carousel.spark;

import java.util.Comparator;

/**
 * Where an event stands among those of its key.
 *
 * @param time as {@link EventTime#order}
 * @param tie what orders events of one time; 0 for all where nothing does
 */
record Place(long time, long tie) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
            Comparator.comparingLong(Place::time).thenComparingLong(Place::tie);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
