package dev.carousel.kafka;

import static dev.carousel.kafka.TestSessions.event;
import static dev.carousel.kafka.TestSessions.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kafka.example.NumbersThroughServer;
import dev.carousel.network.PackedNetwork;
import dev.carousel.server.CarouselServer;
import dev.carousel.server.ServerOptions;
import dev.carousel.store.MvStateStore;
import dev.carousel.stream.Session;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker, a server, and a consumer between them that is killed again and again: each reading is answered once. */
class ServerConsumerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String READINGS = "readings";
    private static final String ANSWERS = "answers";
    private static final int KEYS = 100;

    /** Of each key so many readings are sent between two kills, and so many in all until one was taken twice. */
    private static final int PART = 40;

    private static final int AT_LEAST = 3 * PART;
    private static final int AT_MOST = 20 * PART;

    @TempDir
    Path folder;

    @Test
    void eachReadingIsAnsweredOnceThoughTheConsumerIsKilled() throws Exception {
        Path model = folder.resolve("pumps.safetensors");
        TestSessions.model(1).save(model);
        try (Broker broker = Broker.start(folder);
                CarouselServer server = CarouselServer.start(ServerOptions.of(List.of(model))
                        .withPort(0)
                        .withReload(Duration.ZERO)
                        .withStore(MvStateStore.open(folder.resolve("sessions"))))) {
            broker.createTopics(4, READINGS, ANSWERS);
            Process consumer = consumer(broker, server);
            SplittableRandom random = new SplittableRandom(5);
            try {
                int number = 0;
                while (number < AT_LEAST || (figure(server, "repeated") == 0 && number < AT_MOST)) {
                    send(broker, number, number + PART);
                    awaitMoreEvents(server, (long) number * KEYS + random.nextInt(KEYS * PART));
                    consumer.destroyForcibly().waitFor();
                    consumer = consumer(broker, server);
                    number += PART;
                }
                assertRight(answers(broker, number), number);
                // At least one kill fell between a request and its commit.
                assertThat(figure(server, "repeated")).isPositive();
            } catch (AssertionError | Exception e) {
                throw new AssertionError(e.getMessage() + "\n" + Broker.shown(folder.resolve("consumer.log")), e);
            } finally {
                consumer.destroyForcibly().waitFor();
            }
        }
    }

    private Process consumer(Broker broker, CarouselServer server) throws Exception {
        return Broker.java(
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                folder.resolve("consumer.log"),
                NumbersThroughServer.class.getName(),
                broker.address(),
                "http://127.0.0.1:" + server.port(),
                "pumps",
                READINGS,
                ANSWERS);
    }

    /** Waits until sessions have taken so many events in all. */
    private static void awaitMoreEvents(CarouselServer server, long events) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (figure(server, "events") < events) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
    }

    /** A counter of the server. */
    private static long figure(CarouselServer server, String name) throws Exception {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher events = Pattern.compile("^carousel_" + name + "_total\\{.*} ([0-9.E]+)$", Pattern.MULTILINE)
                .matcher(metrics);
        assertThat(events.find()).as(metrics).isTrue();
        return (long) Double.parseDouble(events.group(1));
    }

    private static void send(Broker broker, int from, int to) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address(), ProducerConfig.LINGER_MS_CONFIG, 20),
                new StringSerializer(),
                new StringSerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int number = from; number < to; number++) {
                for (int key = 0; key < KEYS; key++) {
                    sent.add(producer.send(new ProducerRecord<>(
                            READINGS, "pump-" + key, text(number, event((long) number * KEYS + key)))));
                }
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private static String text(int number, float[] numbers) {
        StringBuilder text = new StringBuilder().append(number);
        for (float one : numbers) {
            text.append(',').append(one);
        }
        return text.toString();
    }

    /** What was committed: of each pump and number the answer, each once. */
    private static List<String> answers(Broker broker, int numbers) {
        List<String> all = new ArrayList<>();
        Instant end = Instant.now().plus(PATIENCE);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address(),
                        ConsumerConfig.GROUP_ID_CONFIG, "watchers",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(ANSWERS));
            while (all.size() < KEYS * numbers) {
                assertThat(Instant.now()).as("%s answers so far", all.size()).isBefore(end);
                take(consumer, Duration.ofMillis(200), all);
            }
            // Whatever else was committed, which must be nothing.
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(one -> consumer.position(one.getKey()) < one.getValue())) {
                assertThat(Instant.now()).as("The last answers").isBefore(end);
                take(consumer, Duration.ofMillis(200), all);
            }
        }
        return all;
    }

    private static void take(KafkaConsumer<String, String> consumer, Duration wait, List<String> all) {
        for (ConsumerRecord<String, String> one : consumer.poll(wait)) {
            all.add(one.key() + "," + one.value());
        }
    }

    private static void assertRight(List<String> answers, int numbers) {
        PackedNetwork network = TestSessions.model(1).network().pack();
        Set<String> expected = new HashSet<>();
        for (int key = 0; key < KEYS; key++) {
            Session alone = Session.of(network);
            for (int number = 0; number < numbers; number++) {
                expected.add("pump-" + key + "," + text(number, step(alone, event((long) number * KEYS + key))));
            }
        }
        assertThat(answers).hasSize(KEYS * numbers);
        assertThat(new HashSet<>(answers)).isEqualTo(expected);
    }
}
