package dev.carousel.kafka;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.SavedSessions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * A step of a Kafka Streams topology that keeps a session of a model for each key, and answers each record.
 *
 * <pre>{@code
 * StreamModel model = StreamModel.load(Path.of("anomaly.safetensors"));
 * builder.<String, Reading>stream("readings")
 *         .process(CarouselProcessor.of(model, Reading::event, (pump, reading, answer) -> Flag.of(reading, answer)))
 *         .to("flags");
 * }</pre>
 *
 * <p>The state of a session is a row of a key-value store with a changelog, {@value #STORE} unless {@link #withStore} says
 * otherwise. With {@code processing.guarantee=exactly_once_v2} records, states and answers are committed together, so that each
 * record is answered once however often an instance fails; standby replicas keep copies of the store. Answers have the key, the
 * time and the headers of their records, and are, to the bit, those of a session in process that gets the records of its key.
 *
 * <p>A model is shared by all threads. When an application starts with another model of the same network, columns and
 * normalisation, its sessions go on with the new weights; a state of any other model stops the task with a message that says so:
 * give the new model another store, and its sessions begin anew.
 *
 * @param <K> a key
 * @param <V> a value, from which an event is made
 * @param <R> what becomes of an answer
 */
public final class CarouselProcessor<K, V, R> implements ProcessorSupplier<K, V, K, R> {

    /** The name of the store where nothing else is said. */
    public static final String STORE = "carousel-sessions";

    /**
     * Makes of an answer what goes on.
     *
     * @param <K> a key
     * @param <V> a value
     * @param <A> an answer of the model
     * @param <R> what goes on
     */
    @FunctionalInterface
    public interface Output<K, V, A, R> {

        /** What goes on after a record has been answered. */
        R of(K key, V value, A answer);
    }

    /**
     * What each processor needs.
     *
     * @param sessions made for each task
     * @param number of a value; -1 for none
     * @param refused what becomes of a record that does not fit; none if it is an error
     * @param timeToLive after which a session without events ends; none if it never does
     */
    record Settings<K, V, E, A, R>(
            Supplier<SavedSessions<E, A>> sessions,
            Function<? super V, E> event,
            Output<? super K, ? super V, A, ? extends R> output,
            String store,
            ToLongFunction<? super V> number,
            Optional<Output<? super K, ? super V, RuntimeException, ? extends R>> refused,
            Optional<Duration> timeToLive) {

        Processor<K, V, K, R> processor() {
            return new SessionProcessor<>(this);
        }

        Settings<K, V, E, A, R> with(String name) {
            return new Settings<>(sessions, event, output, name, number, refused, timeToLive);
        }

        Settings<K, V, E, A, R> with(ToLongFunction<? super V> numbering) {
            return new Settings<>(sessions, event, output, store, numbering, refused, timeToLive);
        }

        Settings<K, V, E, A, R> withRefused(Output<? super K, ? super V, RuntimeException, ? extends R> instead) {
            return new Settings<>(sessions, event, output, store, number, Optional.of(instead), timeToLive);
        }

        Settings<K, V, E, A, R> with(Duration longest) {
            return new Settings<>(sessions, event, output, store, number, refused, Optional.of(longest));
        }
    }

    private final Settings<K, V, ?, ?, R> settings;

    /** None if the default serde of the application serves. */
    private final @Nullable Serde<K> keys;

    private CarouselProcessor(Settings<K, V, ?, ?, R> settings, @Nullable Serde<K> keys) {
        this.settings = settings;
        this.keys = keys;
    }

    /**
     * Sessions of a model of any task.
     *
     * @param event makes an event of a value; one that throws stops the task
     * @param output makes of an answer what goes on
     */
    public static <K, V, R> CarouselProcessor<K, V, R> of(
            StreamModel model,
            Function<? super V, Event> event,
            Output<? super K, ? super V, Answer, ? extends R> output) {
        return of(() -> model.savedSessions(1), event, output);
    }

    /**
     * Sessions of a bare network.
     *
     * @param event makes of a value the network's inputSize numbers, or one that is an id
     * @param output makes of its outputSize numbers what goes on
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     */
    public static <K, V, R> CarouselProcessor<K, V, R> of(
            PackedNetwork network,
            Function<? super V, float[]> event,
            Output<? super K, ? super V, float[], ? extends R> output) {
        network.spec().requireStepwise("A CarouselProcessor");
        return of(() -> SavedSessions.of(network, 1), event, output);
    }

    private static <K, V, E, A, R> CarouselProcessor<K, V, R> of(
            Supplier<SavedSessions<E, A>> sessions,
            Function<? super V, E> event,
            Output<? super K, ? super V, A, ? extends R> output) {
        return new CarouselProcessor<>(
                new Settings<>(sessions, event, output, STORE, value -> -1, Optional.empty(), Optional.empty()), null);
    }

    /** With another name of the store, which is part of the name of the changelog's topic. */
    public CarouselProcessor<K, V, R> withStore(String name) {
        return new CarouselProcessor<>(settings.with(name), keys);
    }

    /** With keys written by this serde, instead of the application's default. */
    public CarouselProcessor<K, V, R> withKeys(Serde<K> serde) {
        return new CarouselProcessor<>(settings, serde);
    }

    /**
     * With numbered values: one whose number is not above that of the last one of its key is a repetition, such as of a producer
     * that sent again what it got no answer to. It is neither taken nor answered. Numbers may leave some out.
     *
     * @param number 0 or more
     */
    public CarouselProcessor<K, V, R> withNumbers(ToLongFunction<? super V> number) {
        return new CarouselProcessor<>(settings.with(number), keys);
    }

    /**
     * With something that goes on instead of an answer where a record does not fit, such as for a number that is not finite; the
     * session is where it was. Without, such a record stops the task, or goes to the application's processing exception handler.
     *
     * @param instead makes of the reason what goes on
     */
    public CarouselProcessor<K, V, R> withRefused(Output<? super K, ? super V, RuntimeException, ? extends R> instead) {
        return new CarouselProcessor<>(settings.withRefused(instead), keys);
    }

    /**
     * With an end of sessions that have had no record for long, by the time of the records. The store is looked through each
     * quarter of that time.
     *
     * @param longest more than 0
     */
    public CarouselProcessor<K, V, R> withTimeToLive(Duration longest) {
        if (longest.isNegative() || longest.toMillis() == 0) {
            throw new IllegalArgumentException(
                    "CarouselProcessor: sessions must live for a millisecond at least, not for " + longest + ".");
        }
        return new CarouselProcessor<>(settings.with(longest), keys);
    }

    @Override
    public Processor<K, V, K, R> get() {
        return settings.processor();
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(settings.store()), keys, Serdes.ByteArray())
                        .withCachingEnabled());
    }
}
