package dev.carousel.kafka;

import static dev.carousel.kafka.TestSessions.bytes;
import static dev.carousel.kafka.TestSessions.event;
import static dev.carousel.kafka.TestSessions.key;
import static dev.carousel.kafka.TestSessions.number;
import static dev.carousel.kafka.TestSessions.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker and two instances as processes, of which one is killed in the middle of a transaction: each reading is answered once,
 * by exactly-once-v2 alone.
 */
class BrokerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PARTITIONS = 4;

    @TempDir
    Path folder;

    @Test
    void eachReadingIsAnsweredOnceThoughAnInstanceIsKilled() throws Exception {
        run(8_000, 400, PATIENCE);
    }

    /** A minute or two; docs/engines.md names the switch. */
    @Test
    @EnabledIfSystemProperty(named = "carousel.engines", matches = "long")
    void eachOfManyReadingsIsAnsweredOnceThoughAnInstanceIsKilled() throws Exception {
        run(500_000, 20_000, Duration.ofMinutes(20));
    }

    private void run(int readings, int keys, Duration patience) throws Exception {
        try (Broker broker = Broker.start(folder)) {
            broker.createTopics(PARTITIONS, SessionsApplication.READINGS, SessionsApplication.ANSWERS);
            Process first = instance(broker, "first", readings / 4);
            Process second = instance(broker, "second", Long.MAX_VALUE);
            try {
                await("first", SessionsApplication.RUNNING, first, patience);
                await("second", SessionsApplication.RUNNING, second, patience);
                long begin = System.nanoTime();
                send(broker, 0, readings / 2, keys);
                int lost = killInTransaction(broker, first, readings / 2, keys, patience);
                send(broker, readings / 2, readings, keys);
                first = instance(broker, "first", Long.MAX_VALUE);
                Answers answers = new Answers("read_committed", readings, keys);
                answers.read(broker, () -> answers.count >= readings, patience);
                double seconds = (System.nanoTime() - begin) / 1e9;
                answers.readRest(broker, patience);
                answers.assertRight();
                System.out.printf(
                        Locale.ROOT,
                        "%,d readings of %,d keys, an instance killed and restarted: all answers were committed after %.1f s%n",
                        readings,
                        keys,
                        seconds);
                Answers all = new Answers("read_uncommitted", readings, keys);
                all.readRest(broker, patience);
                assertThat(all.times[lost])
                        .as("answers to reading %s, of which one is in a transaction that was aborted", lost)
                        .isGreaterThan(1);
            } catch (AssertionError | Exception e) {
                throw new AssertionError(
                        e.getMessage() + "\n" + Broker.shown(folder.resolve("first.log"))
                                + Broker.shown(folder.resolve("second.log")),
                        e);
            } finally {
                first.destroyForcibly().waitFor();
                second.destroyForcibly().waitFor();
            }
        }
    }

    /** Waits for a file that an instance writes. */
    private Path await(String instance, String name, Process process, Duration patience) throws InterruptedException {
        Path file = folder.resolve(instance).resolve(name);
        Instant end = Instant.now().plus(patience);
        while (!Files.exists(file)) {
            assertThat(process.isAlive() && Instant.now().isBefore(end))
                    .as("%s is alive and comes to be %s", instance, name)
                    .isTrue();
            Thread.sleep(20);
        }
        return file;
    }

    /**
     * Kills an instance after an answer that it has sent and not committed.
     *
     * @return the number of the reading
     */
    private int killInTransaction(Broker broker, Process first, int sent, int keys, Duration patience)
            throws Exception {
        int number = Integer.parseInt(Files.readString(await("first", SessionsApplication.WAITING, first, patience)));
        Answers uncommitted = new Answers("read_uncommitted", sent, keys);
        uncommitted.read(broker, () -> uncommitted.times[number] > 0, patience);
        first.destroyForcibly().waitFor();
        return number;
    }

    /** From a reading on it goes no further. */
    private Process instance(Broker broker, String name, long last) throws Exception {
        Path state = Files.createDirectories(folder.resolve(name));
        return Broker.java(
                List.of("-Xmx512m"),
                folder.resolve(name + ".log"),
                SessionsApplication.class.getName(),
                broker.address(),
                state.toString(),
                "" + last);
    }

    // What cannot be sent has no answer in the end.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(Broker broker, int from, int to, int keys) throws InterruptedException {
        Map<String, Object> properties =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address(), ProducerConfig.LINGER_MS_CONFIG, 20);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                if (i < 2000 && i % 10 == 0) {
                    // Slowly in the beginning, until both instances have work.
                    Thread.sleep(10);
                }
                producer.send(new ProducerRecord<>(SessionsApplication.READINGS, key(i, keys), bytes(i, event(i))));
            }
        }
    }

    /** The answers that a reader of an isolation level finds: how many to each reading, and of these the last. */
    private static final class Answers {

        private final String isolation;
        private final byte[][] found;
        private final int[] times;
        private final int keys;
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private int count;

        Answers(String isolation, int readings, int keys) {
            this.isolation = isolation;
            this.found = new byte[readings][];
            this.times = new int[readings];
            this.keys = keys;
        }

        private KafkaConsumer<String, byte[]> consumer(Broker broker) {
            KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            broker.address(),
                            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                            isolation),
                    new StringDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> all = consumer.partitionsFor(SessionsApplication.ANSWERS).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(all);
            all.forEach(one -> consumer.seek(one, positions.getOrDefault(one, 0L)));
            return consumer;
        }

        void read(Broker broker, BooleanSupplier enough, Duration patience) {
            try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
                read(consumer, enough, patience);
            }
        }

        /** Whatever else there is up to the end. */
        void readRest(Broker broker, Duration patience) {
            try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
                Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
                read(
                        consumer,
                        () -> ends.entrySet().stream()
                                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue()),
                        patience);
            }
        }

        private void read(KafkaConsumer<String, byte[]> consumer, BooleanSupplier enough, Duration patience) {
            Instant end = Instant.now().plus(patience);
            while (!enough.getAsBoolean()) {
                assertThat(Instant.now()).as("%s answers so far", count).isBefore(end);
                poll(consumer, Duration.ofMillis(200));
            }
        }

        private void poll(KafkaConsumer<String, byte[]> consumer, Duration wait) {
            for (ConsumerRecord<String, byte[]> one : consumer.poll(wait)) {
                int number = Math.toIntExact(number(one.value()));
                assertThat(one.key()).isEqualTo(key(number, keys));
                found[number] = one.value();
                times[number]++;
                count++;
            }
            consumer.assignment().forEach(one -> positions.put(one, consumer.position(one)));
        }

        void assertRight() {
            for (int i = 0; i < times.length; i++) {
                assertThat(times[i]).as("answers to reading %s", i).isEqualTo(1);
            }
            PackedNetwork network = TestSessions.model(1).network().pack();
            Map<String, Session> alone = new HashMap<>();
            for (int i = 0; i < found.length; i++) {
                float[] y = step(alone.computeIfAbsent(key(i, keys), none -> Session.of(network)), event(i));
                assertThat(found[i]).as("the answer to reading %s", i).isEqualTo(bytes(i, y));
            }
        }
    }
}
