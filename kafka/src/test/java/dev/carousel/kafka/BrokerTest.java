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
import java.util.Map;
import java.util.function.LongPredicate;
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

/** A real broker and two instances as processes, of which one is killed in the middle: each reading is answered once. */
class BrokerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int PARTITIONS = 4;

    @TempDir
    Path folder;

    /** Every so many readings one is sent twice. */
    private static final int REPEATED = 50;

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
            Process first = instance(broker, "first");
            Process second = instance(broker, "second");
            try {
                send(broker, 0, readings / 2, keys);
                Answers answers = new Answers(readings, keys);
                answers.read(broker, count -> count > readings / 4, patience);
                first.destroyForcibly().waitFor();
                send(broker, readings / 2, readings, keys);
                first = instance(broker, "first");
                answers.read(broker, count -> count >= readings, patience);
                answers.readRest(broker);
                answers.assertRight();
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

    private Process instance(Broker broker, String name) throws Exception {
        Path state = Files.createDirectories(folder.resolve(name));
        return Broker.java(
                List.of("-Xmx512m"),
                folder.resolve(name + ".log"),
                SessionsApplication.class.getName(),
                broker.address(),
                state.toString());
    }

    // What cannot be sent has no answer in the end.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(Broker broker, int from, int to, int keys) {
        Map<String, Object> properties =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address(), ProducerConfig.LINGER_MS_CONFIG, 20);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                for (int times = i % REPEATED == 0 ? 2 : 1; times > 0; times--) {
                    producer.send(new ProducerRecord<>(SessionsApplication.READINGS, key(i, keys), bytes(i, event(i))));
                }
            }
        }
    }

    /** What was committed: of each reading the answer, each once. */
    private static final class Answers {

        private final byte[][] found;
        private final int keys;
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private int count;

        Answers(int readings, int keys) {
            this.found = new byte[readings][];
            this.keys = keys;
        }

        private KafkaConsumer<String, byte[]> consumer(Broker broker) {
            KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            broker.address(),
                            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                            "read_committed"),
                    new StringDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> all = consumer.partitionsFor(SessionsApplication.ANSWERS).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(all);
            all.forEach(one -> consumer.seek(one, positions.getOrDefault(one, 0L)));
            return consumer;
        }

        void read(Broker broker, LongPredicate enough, Duration patience) {
            Instant end = Instant.now().plus(patience);
            try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
                while (!enough.test(count)) {
                    assertThat(Instant.now()).as("%s answers so far", count).isBefore(end);
                    poll(consumer, Duration.ofMillis(200));
                }
            }
        }

        /** Whatever else was committed, which must be nothing. */
        void readRest(Broker broker) {
            try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
                poll(consumer, Duration.ofSeconds(2));
            }
        }

        private void poll(KafkaConsumer<String, byte[]> consumer, Duration wait) {
            for (ConsumerRecord<String, byte[]> one : consumer.poll(wait)) {
                int number = Math.toIntExact(number(one.value()));
                assertThat(found[number]).as("answers to reading %s", number).isNull();
                assertThat(one.key()).isEqualTo(key(number, keys));
                found[number] = one.value();
                count++;
            }
            consumer.assignment().forEach(one -> positions.put(one, consumer.position(one)));
        }

        void assertRight() {
            assertThat(count).isEqualTo(found.length);
            PackedNetwork network = TestSessions.model(1).network().pack();
            Map<String, Session> alone = new HashMap<>();
            for (int i = 0; i < found.length; i++) {
                float[] y = step(alone.computeIfAbsent(key(i, keys), none -> Session.of(network)), event(i));
                assertThat(found[i]).as("the answer to reading %s", i).isEqualTo(bytes(i, y));
            }
        }
    }
}
