package dev.carousel.kafka.example;

import dev.carousel.client.CarouselClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A consumer that gives the records of a topic to the sessions of a server, each record to the session of its key, and writes the
 * answers to another topic, each once.
 *
 * <p>The records of a key are numbered by their producer, from 0 or 1 on, without a gap. One poll is one request and one transaction:
 * the answers and the offsets of the records are committed together. After a crash between request and commit the records come again,
 * with the same numbers: the server gives the answers that it gave before, and no session moves twice. Start as many instances as
 * the topic has partitions.
 */
public final class ServerConsumer {

    /** One record as the server is to see it. */
    public record Numbered(long number, Object event) {}

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final CarouselClient server;
    private final String model;
    private final Function<String, Numbered> reading;
    private final BiFunction<String, Object, String> answering;

    /**
     * A consumer.
     *
     * @param model the model's name on the server
     * @param reading what a record's value says: its number, and an event as {@link CarouselClient#lines} takes it
     * @param answering the value to write, from the value that was read and what the model says: a list of numbers, or a map in the
     *     words of its task
     */
    public ServerConsumer(
            URI server,
            String model,
            Function<String, Numbered> reading,
            BiFunction<String, Object, String> answering) {
        this.server = CarouselClient.of(server).withPatience(Duration.ofMinutes(5));
        this.model = model;
        this.reading = reading;
        this.answering = answering;
    }

    /**
     * Consumes for as long as it is asked to.
     *
     * @param brokers Kafka's address
     * @throws IllegalStateException if the server refuses a record; nothing of its poll is committed
     */
    public void run(String brokers, String from, String to, BooleanSupplier on) {
        try (KafkaConsumer<String, String> consumer = consumer(brokers);
                KafkaProducer<String, String> producer = producer(brokers)) {
            producer.initTransactions();
            consumer.subscribe(List.of(from));
            while (on.getAsBoolean()) {
                ConsumerRecords<String, String> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    commit(consumer, producer, records, answers(records), to);
                }
            }
        }
    }

    private List<Map<String, Object>> answers(ConsumerRecords<String, String> records) {
        List<Map<String, ?>> lines = new ArrayList<>();
        for (ConsumerRecord<String, String> one : records) {
            Numbered numbered = reading.apply(one.value());
            lines.add(Map.of("session", one.key(), "sequence", numbered.number(), "event", numbered.event()));
        }
        List<Map<String, Object>> answers = server.lines(model, lines);
        while (answers.stream().anyMatch(ServerConsumer::isBusy)) {
            // Numbered lines may be sent again: those that were taken get the answers that they had.
            LockSupport.parkNanos(PAUSE.toNanos());
            answers = server.lines(model, lines);
        }
        return answers;
    }

    /** Whether a line was refused because the server has too much to do; when it refuses all, the client itself waits. */
    private static boolean isBusy(Map<String, Object> answer) {
        return answer.get("error") instanceof Map<?, ?> error
                && error.get("status") instanceof Long status
                && (status == 429 || status == 503);
    }

    // The commit fails if one of the records could not be sent.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void commit(
            KafkaConsumer<String, String> consumer,
            KafkaProducer<String, String> producer,
            ConsumerRecords<String, String> records,
            List<Map<String, Object>> answers,
            String to) {
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        int line = 0;
        for (ConsumerRecord<String, String> one : records) {
            Map<String, Object> answer = answers.get(line++);
            if (answer.containsKey("error")) {
                producer.abortTransaction();
                throw new IllegalStateException("The server refuses " + one + ": " + answer.get("error"));
            }
            producer.send(new ProducerRecord<>(to, one.key(), answering.apply(one.value(), answer.get("output"))));
            offsets.put(new TopicPartition(one.topic(), one.partition()), new OffsetAndMetadata(one.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
    }

    private static KafkaConsumer<String, String> consumer(String brokers) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        brokers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "carousel",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        // So that the loss of an instance is noticed within seconds.
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        6000,
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        1000),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static KafkaProducer<String, String> producer(String brokers) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        brokers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "carousel-" + UUID.randomUUID(),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        10_000),
                new StringSerializer(),
                new StringSerializer());
    }
}
