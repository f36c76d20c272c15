package dev.carousel.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * The events of a key that a micro-batch brings, in an order that does not depend on how Spark has moved them: each has a place of its
 * own, or is refused.
 */
final class KeyEvents {

    /** An event that has a place. */
    record Arrived(Row row, EventTime time, Place place) {}

    /** An event that is not taken. */
    record Refused(Row row, String why) {}

    private final String key;
    private final boolean breaksTies;
    private final TreeMap<Place, List<Arrived>> places = new TreeMap<>();
    private final List<Refused> refused = new ArrayList<>();

    /**
     * Of a key.
     *
     * @param breaksTies whether the third column orders events of one time
     */
    KeyEvents(String key, boolean breaksTies) {
        this.key = key;
        this.breaksTies = breaksTies;
    }

    /** Adds a row whose first columns are the key, the time and what breaks ties. */
    void add(Row row) {
        List<String> names = List.of("key", "time", "tie-breaker");
        for (int i = 0; i < names.size(); i++) {
            if (row.isNullAt(i)) {
                refused.add(new Refused(row, "The event has no " + names.get(i) + "."));
                return;
            }
        }
        EventTime time = EventTime.of(row.get(1));
        Place place = new Place(time.order(), EventTime.of(row.get(2)).order());
        places.computeIfAbsent(place, none -> new ArrayList<>(1)).add(new Arrived(row, time, place));
    }

    /**
     * Those to be taken, in their order; the others are {@link #refused} then.
     *
     * @param last the place of the last event that was taken before; none if the stream begins
     */
    List<Arrived> after(Optional<Place> last) {
        List<Arrived> taking = new ArrayList<>();
        places.forEach((place, events) -> {
            if (last.isPresent() && place.compareTo(last.get()) <= 0) {
                String why = place.equals(last.get()) ? repeated() : late();
                events.forEach(one -> refused.add(new Refused(one.row(), why)));
                return;
            }
            Row first = events.get(0).row();
            if (events.stream().allMatch(one -> one.row().equals(first))) {
                taking.add(events.get(0));
                events.stream().skip(1).forEach(one -> refused.add(new Refused(one.row(), repeated())));
            } else {
                events.forEach(one -> refused.add(new Refused(one.row(), unordered(events.size()))));
            }
        });
        return taking;
    }

    private String late() {
        return "The event is late: one of " + key + " that is younger was taken before.";
    }

    private String repeated() {
        return "The event is at the same time as another one of " + key
                + (breaksTies
                        ? ", and has the same tie-breaker. Was it sent twice?"
                        : ". Was it sent twice? If both are to count, name a column that orders them (withTieBreaker).");
    }

    private String unordered(int count) {
        return count + " different events of " + key + " are at the same time"
                + (breaksTies
                        ? " and have the same tie-breaker, so that their order is unknown and none is taken."
                        : ", so that their order is unknown and none is taken. Name a column that orders them"
                                + " (withTieBreaker).");
    }

    /** What has no place, was there before, or came too late. */
    List<Refused> refused() {
        return refused;
    }
}
