package dev.carousel.kafka.example;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.kafka.Broker;
import dev.carousel.kafka.CarouselProcessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
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

    private static final String READINGS = "readings";
    private static final String FLAGS = "flags";

    private FlagReadings() {}

    /** The topology: a record's key is the pump, its value time, pressure and flow; a flag's value time, score, alarm and column. */
    static StreamsBuilder topology(StreamModel model) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(READINGS, Consumed.with(Serdes.String(), Serdes.String()))
                .process(CarouselProcessor.of(model, FlagReadings::event, FlagReadings::flag))
                .to(FLAGS, Produced.with(Serdes.String(), Serdes.String()));
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
            broker.createTopics(4, READINGS, FLAGS);
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
                send(broker.address());
                follow(broker.address());
            }
        }
    }

    // What cannot be sent has no answer in the end.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(String address) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address),
                new StringSerializer(),
                new StringSerializer())) {
            for (int t = 0; t < Pump.TIMES; t++) {
                for (int i = 0; i < Pump.PUMPS; i++) {
                    Pump reading = Pump.read(i, t);
                    producer.send(new ProducerRecord<>(
                            READINGS, reading.pump(), t + "," + reading.pressure() + "," + reading.flow()));
                }
            }
        }
    }

    private static void follow(String address) {
        int answered = 0;
        int found = 0;
        int others = 0;
        Map<String, Object> properties = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address,
                ConsumerConfig.GROUP_ID_CONFIG, "watchers",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(FLAGS));
            while (answered < Pump.PUMPS * Pump.TIMES) {
                for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
                    List<String> flag = List.of(one.value().split(",", -1));
                    int time = Integer.parseInt(flag.get(0));
                    boolean alarm = Boolean.parseBoolean(flag.get(2));
                    answered++;
                    if (alarm && Pump.breaksNow(one.key(), time)) {
                        found++;
                        System.out.printf(
                                "%-8s  reading %3d  %s is unusual, score %s%n",
                                one.key(), time, flag.get(3), flag.get(1));
                    } else if (alarm && !Pump.breaks(one.key(), time)) {
                        others++;
                    }
                }
            }
        }
        System.out.printf(
                "%d readings of %d pumps were answered: %d of %d breakdowns were flagged, and %d readings of pumps that were fine%n",
                answered, Pump.PUMPS, found, Pump.BROKEN, others);
    }
}
