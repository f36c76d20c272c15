package dev.carousel.kafka;

import static dev.carousel.kafka.TestSessions.bytes;
import static dev.carousel.kafka.TestSessions.event;
import static dev.carousel.kafka.TestSessions.key;
import static dev.carousel.kafka.TestSessions.model;
import static dev.carousel.kafka.TestSessions.number;
import static dev.carousel.kafka.TestSessions.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionPool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor in Kafka's own driver of topologies, a record at a time. */
class CarouselProcessorTest {

    private static final String IN = "readings";
    private static final String OUT = "answers";
    private static final Instant START = Instant.parse("2026-11-30T00:00:00Z");

    @TempDir
    Path folder;

    private final PackedNetwork network = model(1).network().pack();

    private CarouselProcessor<String, byte[], byte[]> processor(PackedNetwork of) {
        return CarouselProcessor.of(of, TestSessions::numbers, (key, value, y) -> bytes(number(value), y));
    }

    private TopologyTestDriver driver(CarouselProcessor<String, byte[], byte[]> processor) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(IN, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(processor)
                .to(OUT, Produced.with(Serdes.String(), Serdes.ByteArray()));
        return new TopologyTestDriver(builder.build(), properties(), START);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "carousel-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        return properties;
    }

    private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver) {
        return driver.createInputTopic(
                IN, new StringSerializer(), new ByteArraySerializer(), START, Duration.ofSeconds(1));
    }

    private static TestOutputTopic<String, byte[]> output(TopologyTestDriver driver) {
        return driver.createOutputTopic(OUT, new StringDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void answersAreThoseOfSessionsInProcessBitForBit() {
        Map<String, Session> alone = new HashMap<>();
        try (TopologyTestDriver driver = driver(processor(network))) {
            TestInputTopic<String, byte[]> readings = input(driver);
            TestOutputTopic<String, byte[]> answers = output(driver);
            for (long i = 0; i < 2000; i++) {
                String key = key(i, 50);
                readings.pipeInput(key, bytes(i, event(i)));
                TestRecord<String, byte[]> answer = answers.readRecord();
                float[] expected = step(alone.computeIfAbsent(key, none -> Session.of(network)), event(i));
                assertThat(answer.key()).isEqualTo(key);
                assertThat(answer.getRecordTime()).isEqualTo(START.plusSeconds(i));
                assertThat(answer.value()).isEqualTo(bytes(i, expected));
            }
            assertThat(answers.isEmpty()).isTrue();
        }
    }

    @Test
    void aTasksAnswersAreThoseOfItsStreams() {
        StreamModel text = StreamModel.of(Model.of(
                Network.initialised(
                        NetworkSpec.of(new OneHot(4), Recurrent.gru(4, 5), Dense.head(5, 4)), new SplittableRandom(1)),
                Vocabulary.of("abc\n").addTo(Task.of("text"))));
        TaskStream alone = text.open();
        CarouselProcessor<String, byte[], byte[]> processor = CarouselProcessor.of(
                text,
                value -> Event.text(new String(value, java.nio.charset.StandardCharsets.UTF_8)),
                (key, value, answer) -> answer.fields().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (TopologyTestDriver driver = driver(processor)) {
            for (String units : new String[] {"a", "cab", "b", "abcabc"}) {
                input(driver).pipeInput("pump", units.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                Answer expected = alone.add(Event.text(units));
                assertThat(output(driver).readValue())
                        .asString()
                        .isEqualTo(expected.fields().toString());
            }
        }
    }

    @Test
    void aRepetitionIsNeitherTakenNorAnswered() {
        Session alone = Session.of(network);
        try (TopologyTestDriver driver = driver(processor(network).withNumbers(TestSessions::number))) {
            TestInputTopic<String, byte[]> readings = input(driver);
            long[] numbers = {0, 1, 1, 0, 5, 5, 4, 6};
            for (long number : numbers) {
                readings.pipeInput("pump", bytes(number, event(number)));
            }
            TestOutputTopic<String, byte[]> answers = output(driver);
            for (long number : new long[] {0, 1, 5, 6}) {
                assertThat(answers.readValue()).isEqualTo(bytes(number, step(alone, event(number))));
            }
            assertThat(answers.isEmpty()).isTrue();
            assertThat(SessionQueries.of(driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE))
                            .find("pump")
                            .orElseThrow()
                            .number())
                    .hasValue(6);
            assertThat(driver.metrics().entrySet()).anySatisfy(metric -> {
                assertThat(metric.getKey().name()).isEqualTo("repeated-total");
                assertThat(metric.getValue().metricValue()).isEqualTo(4.0);
            });
        }
    }

    @Test
    void aSessionIsFoundByItsKeyAndCanBeRestoredElsewhere() {
        try (TopologyTestDriver driver = driver(processor(network))) {
            SessionQueries<String> sessions =
                    SessionQueries.of(driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE));
            assertThat(sessions.find("pump")).isEmpty();
            Session alone = Session.of(network);
            for (long i = 0; i < 3; i++) {
                input(driver).pipeInput("pump", bytes(i, event(i)), START.plusSeconds(i));
                step(alone, event(i));
            }
            SessionQueries.Found found = sessions.find("pump").orElseThrow();
            assertThat(found.state()).isEqualTo(alone.save());
            assertThat(found.number()).isEmpty();
            assertThat(found.usedAt()).isEqualTo(START.plusSeconds(2));
            try (SessionPool pool = SessionPool.of(network, PoolOptions.defaults())) {
                pool.restore("elsewhere", found.state());
                assertThat(pool.step("elsewhere", event(3))).isEqualTo(step(alone, event(3)));
            }
        }
    }

    @Test
    void anEventThatDoesNotFitLeavesTheSessionWhereItWas() {
        float[] wrong = {1, Float.NaN, 2};
        try (TopologyTestDriver driver = driver(processor(network))) {
            assertThatThrownBy(() -> input(driver).pipeInput("pump", bytes(0, wrong)))
                    .rootCause()
                    .hasMessageContaining("number 1 of 3 is NaN");
        }
        Session alone = Session.of(network);
        CarouselProcessor<String, byte[], byte[]> processor =
                processor(network).withRefused((key, value, cause) -> new byte[] {'?'});
        try (TopologyTestDriver driver = driver(processor)) {
            input(driver).pipeInput("pump", bytes(0, event(0)));
            input(driver).pipeInput("pump", bytes(1, wrong));
            input(driver).pipeInput("pump", bytes(2, event(2)));
            TestOutputTopic<String, byte[]> answers = output(driver);
            assertThat(answers.readValue()).isEqualTo(bytes(0, step(alone, event(0))));
            assertThat(answers.readValue()).isEqualTo(new byte[] {'?'});
            assertThat(answers.readValue()).isEqualTo(bytes(2, step(alone, event(2))));
        }
    }

    @Test
    void aSessionWithoutRecordsEnds() {
        CarouselProcessor<String, byte[], byte[]> processor = processor(network).withTimeToLive(Duration.ofMinutes(1));
        try (TopologyTestDriver driver = driver(processor)) {
            SessionQueries<String> sessions =
                    SessionQueries.of(driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE));
            input(driver).pipeInput("old", bytes(0, event(0)), START);
            input(driver).pipeInput("new", bytes(1, event(1)), START.plusSeconds(50));
            input(driver).pipeInput("new", bytes(2, event(2)), START.plusSeconds(90));
            assertThat(sessions.find("old")).isEmpty();
            assertThat(sessions.find("new")).isPresent();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> processor.withTimeToLive(Duration.ZERO))
                .withMessageContaining("for a millisecond at least");
    }

    @Test
    void twoProcessorsOfOneTaskCountForThemselves() {
        StreamsBuilder builder = new StreamsBuilder();
        var readings = builder.stream(IN, Consumed.with(Serdes.String(), Serdes.ByteArray()));
        for (String store : new String[] {"one", "two"}) {
            readings.filter((key, value) -> store.equals("one") || key.equals("pump"))
                    .process(processor(network).withStore(store))
                    .to(OUT, Produced.with(Serdes.String(), Serdes.ByteArray()));
        }
        try (TopologyTestDriver driver = new TopologyTestDriver(builder.build(), properties(), START)) {
            input(driver).pipeInput("pump", bytes(0, event(0)));
            input(driver).pipeInput("fan", bytes(1, event(1)));
            Map<String, Object> answered = new HashMap<>();
            driver.metrics().forEach((name, metric) -> {
                if (name.name().equals("answered-total")) {
                    answered.put(name.tags().get("carousel-id"), metric.metricValue());
                }
            });
            assertThat(answered).isEqualTo(Map.of("0_0.one", 2.0, "0_0.two", 1.0));
        }
    }

    @Test
    void aLateRecordDoesNotEndItsSession() {
        try (TopologyTestDriver driver = driver(processor(network).withTimeToLive(Duration.ofMinutes(1)))) {
            SessionQueries<String> sessions =
                    SessionQueries.of(driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE));
            input(driver).pipeInput("pump", bytes(0, event(0)), START.plusSeconds(100));
            input(driver).pipeInput("pump", bytes(1, event(1)), START.plusSeconds(10));
            assertThat(sessions.find("pump").orElseThrow().usedAt()).isEqualTo(START.plusSeconds(100));
            input(driver).pipeInput("other", bytes(2, event(2)), START.plusSeconds(120));
            assertThat(sessions.find("pump")).isPresent();
        }
    }

    @Test
    void sessionsGoOnWithOtherWeightsOfTheSameNetworkAndWithNoOtherNetwork() {
        PackedNetwork next = model(2).network().pack();
        byte[] saved;
        Session alone = Session.of(network);
        try (TopologyTestDriver driver = driver(processor(network))) {
            input(driver).pipeInput("pump", bytes(0, event(0)));
            step(alone, event(0));
            saved = driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE)
                    .get("pump");
        }
        Session goesOn = Session.of(next);
        System.arraycopy(
                alone.state().values(),
                0,
                goesOn.state().values(),
                0,
                alone.state().values().length);
        try (TopologyTestDriver driver = driver(processor(next))) {
            driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE).put("pump", saved);
            input(driver).pipeInput("pump", bytes(1, event(1)));
            assertThat(output(driver).readValue()).isEqualTo(bytes(1, step(goesOn, event(1))));
        }
        NetworkSpec other = NetworkSpec.of(Recurrent.gru(TestSessions.INPUTS, 32), Dense.head(32, 2));
        try (TopologyTestDriver driver =
                driver(processor(model(other, 1).network().pack()))) {
            driver.<String, byte[]>getKeyValueStore(CarouselProcessor.STORE).put("pump", saved);
            assertThatThrownBy(() -> input(driver).pipeInput("pump", bytes(1, event(1))))
                    .rootCause()
                    .hasMessageContaining("The session 'pump' was saved under a model of the layout");
        }
    }

    @Test
    void aRecordWithoutKeyOrValueIsRefused() {
        try (TopologyTestDriver driver = driver(processor(network))) {
            assertThatThrownBy(() -> input(driver).pipeInput(bytes(0, event(0))))
                    .rootCause()
                    .hasMessageContaining("A record of readings-0 at the offset 0 has no key");
            assertThatThrownBy(() -> input(driver).pipeInput("pump", null))
                    .rootCause()
                    .hasMessageContaining("has no value");
        }
    }
}
