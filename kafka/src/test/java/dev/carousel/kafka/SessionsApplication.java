package dev.carousel.kafka;

import java.nio.file.Path;
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

/** An instance of an application that answers readings, exactly once; it ends when it is killed. */
public final class SessionsApplication {

    static final String READINGS = "readings";
    static final String ANSWERS = "answers";

    private SessionsApplication() {}

    /** With the address of the broker and a folder for its state. */
    public static void main(String[] arguments) throws InterruptedException {
        try (KafkaStreams streams = streams(arguments[0], Path.of(arguments[1]))) {
            streams.setUncaughtExceptionHandler(failure -> {
                failure.printStackTrace();
                return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse
                        .SHUTDOWN_CLIENT;
            });
            streams.start();
            new CountDownLatch(1).await();
        }
    }

    static KafkaStreams streams(String address, Path folder) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(READINGS, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(CarouselProcessor.of(
                                TestSessions.model(1).network().pack(),
                                TestSessions::numbers,
                                (String key, byte[] value, float[] y) ->
                                        TestSessions.bytes(TestSessions.number(value), y))
                        .withNumbers(TestSessions::number))
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
