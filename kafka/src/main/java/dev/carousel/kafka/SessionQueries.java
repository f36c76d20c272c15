package dev.carousel.kafka;

import dev.carousel.stream.SavedSessions;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Interactive queries of the sessions that this instance of an application has, while it runs.
 *
 * <pre>{@code
 * SessionQueries<String> sessions = SessionQueries.of(streams, CarouselProcessor.STORE);
 * sessions.find("pump-17").ifPresent(found -> stream.restore(found.state()));      // a copy to look into the future with
 * }</pre>
 *
 * <p>Which instance has a key, {@link KafkaStreams#queryMetadataForKey} tells. Any thread may ask.
 *
 * @param <K> a key
 */
public final class SessionQueries<K> {

    /**
     * A session as it is now.
     *
     * @param state its state, which {@code Session.restore}, {@code TaskStream.restore} and pools read
     * @param number of its last event, if these are numbered
     * @param usedAt the time of its last record
     */
    // An array, which is what everybody reads states from; compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    public record Found(byte[] state, OptionalLong number, Instant usedAt) {}

    private final ReadOnlyKeyValueStore<K, byte[]> store;

    private SessionQueries(ReadOnlyKeyValueStore<K, byte[]> store) {
        this.store = store;
    }

    /** Of a store that is at hand, such as that of a test driver. */
    public static <K> SessionQueries<K> of(ReadOnlyKeyValueStore<K, byte[]> store) {
        return new SessionQueries<>(store);
    }

    /**
     * Of an application.
     *
     * @param store the name, {@link CarouselProcessor#STORE} if no other was given
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if the application is not running, moves the store just
     *     now, or has none of this name
     */
    public static <K> SessionQueries<K> of(KafkaStreams streams, String store) {
        return of(streams.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<K, byte[]>keyValueStore())));
    }

    /** The session of a key, if this instance has it. */
    public Optional<Found> find(K key) {
        return Optional.ofNullable(store.get(key))
                .map(saved -> new Found(
                        SavedSessions.state(saved),
                        SavedSessions.applied(saved),
                        Instant.ofEpochMilli(SavedSessions.usedAt(saved))));
    }

    /** About how many sessions this instance has. */
    public long size() {
        return store.approximateNumEntries();
    }
}
