package dev.carousel.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * An instance of an application that answers readings, exactly once by its transactions alone: readings have numbers, but the sessions
 * do not know them. It ends when it is killed.
 */
public final class SessionsApplication {

    static final String READINGS = "readings";
    static final String ANSWERS = "answers";

    /** A file in the folder of an instance: it has been given its part of the work. */
    static final String RUNNING = "running";

    /** A file there: the number of the answer after which it waits to be killed. */
    static final String WAITING = "waiting";

    private SessionsApplication() {}

    /**
     * With the address of the broker, a folder for its state, and the number from which on it answers one more reading and then waits to
     * be killed, with that answer in a transaction that is not committed.
     */
    public static void main(String[] arguments) throws InterruptedException {
        try (KafkaStreams streams = streams(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]))) {
            streams.setUncaughtExceptionHandler(failure -> {
                failure.printStackTrace();
                return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse
                        .SHUTDOWN_CLIENT;
            });
            streams.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.RUNNING) {
                    write(Path.of(arguments[1]), RUNNING, "");
                }
            });
            streams.start();
            new CountDownLatch(1).await();
        }
    }

    /** Sends answers on; after the first one from a number on it says so, and goes no further. */
    private static final class Waiting extends ContextualProcessor<String, byte[], String, byte[]> {

        private final Path folder;
        private final long last;

        Waiting(Path folder, long last) {
            this.folder = folder;
            this.last = last;
        }

        @Override
        public void process(Record<String, byte[]> answer) {
            context().forward(answer);
            long number = TestSessions.number(answer.value());
            if (number >= last) {
                write(folder, WAITING, "" + number);
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** A file that is complete once it is there. */
    private static void write(Path folder, String name, String text) {
        try {
            Path complete = Files.writeString(folder.resolve(name + ".tmp"), text);
            Files.move(complete, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KafkaStreams streams(String address, Path folder, long last) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(READINGS, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(CarouselProcessor.of(
                        TestSessions.model(1).network().pack(),
                        TestSessions::numbers,
                        (String key, byte[] value, float[] y) -> TestSessions.bytes(TestSessions.number(value), y)))
                .process(() -> new Waiting(folder, last))
                .to(ANSWERS, Produced.with(Serdes.String(), Serdes.ByteArray()));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "carousel");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // So that the loss of an instance is noticed, and its transactions end, within seconds.
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1000);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 10_000);
        return new KafkaStreams(builder.build(), properties);
    }
}
