package dev.carousel.kafka.example;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of the examples: a reading's key is its pump, its value time, pressure and flow; a flag's value time, score, alarm and column. */
final class PumpTopics {

    static final String READINGS = "readings";
    static final String FLAGS = "flags";

    private PumpTopics() {}

    /** Sends all readings of all pumps, in the order of time. */
    // What cannot be sent has no answer in the end.
    @SuppressWarnings("FutureReturnValueIgnored")
    static void send(String address) {
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

    /** Reads the flags until each reading has its answer, and prints the breakdowns that were found, and how many there were. */
    static void follow(String address) {
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
