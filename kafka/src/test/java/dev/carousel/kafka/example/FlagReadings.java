package dev.carousel.kafka.example;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.kafka.Broker;
import dev.carousel.kafka.CarouselProcessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * A Kafka Streams application that follows 200 pumps and flags readings that are unusual, with a broker in a process next to it;
 * {@code kafka/example} trains the detector and runs it.
 */
public final class FlagReadings {

    private FlagReadings() {}

    /** The topology: a record's key is the pump, its value time, pressure and flow; a flag's value time, score, alarm and column. */
    static StreamsBuilder topology(StreamModel model) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(PumpTopics.READINGS, Consumed.with(Serdes.String(), Serdes.String()))
                .process(CarouselProcessor.of(model, FlagReadings::event, FlagReadings::flag))
                .to(PumpTopics.FLAGS, Produced.with(Serdes.String(), Serdes.String()));
        return builder;
    }

    private static Event event(String value) {
        List<String> fields = List.of(value.split(",", -1));
        return Event.of("pressure", Double.parseDouble(fields.get(1))).with("flow", Double.parseDouble(fields.get(2)));
    }

    private static String flag(String pump, String value, Answer answer) {
        Answer.Score score = (Answer.Score) answer;
        return String.format(
                Locale.ROOT,
                "%s,%.1f,%s,%s",
                value.substring(0, value.indexOf(',')),
                score.score(),
                score.alarm(),
                score.farthestColumn());
    }

    /** With the file of the detector and an empty folder. */
    public static void main(String[] arguments) throws Exception {
        StreamModel model = StreamModel.load(Path.of(arguments[0]));
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(arguments[1])), "run");
        try (Broker broker = Broker.start(folder)) {
            broker.createTopics(4, PumpTopics.READINGS, PumpTopics.FLAGS);
            Properties properties = new Properties();
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "pumps");
            properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address());
            properties.put(
                    StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
            properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
            try (KafkaStreams streams = new KafkaStreams(topology(model).build(), properties)) {
                CountDownLatch running = new CountDownLatch(1);
                streams.setStateListener((now, before) -> {
                    if (now == KafkaStreams.State.RUNNING) {
                        running.countDown();
                    }
                });
                streams.start();
                running.await();
                PumpTopics.send(broker.address());
                PumpTopics.follow(broker.address());
            }
        }
    }
}
