package dev.carousel.kafka.example;

import dev.carousel.kafka.Broker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows the same 200 pumps as {@link FlagReadings}, by a server in another process that has the sessions; a consumer carries readings
 * to it and answers back. {@code kafka/consumer-example} trains the detector, starts the server and runs it.
 */
public final class ScoreThroughServer {

    private ScoreThroughServer() {}

    private static ServerConsumer.Numbered reading(String value) {
        List<String> fields = List.of(value.split(",", -1));
        return new ServerConsumer.Numbered(
                Long.parseLong(fields.get(0)),
                Map.of("pressure", Double.parseDouble(fields.get(1)), "flow", Double.parseDouble(fields.get(2))));
    }

    private static String flag(String value, Object answer) {
        Map<?, ?> score = (Map<?, ?>) answer;
        return value.substring(0, value.indexOf(',')) + "," + score.get("score") + "," + score.get("alarm") + ","
                + score.get("column");
    }

    /** With the server's address, the model's name there, and a folder. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of(arguments[2])), "run");
        ServerConsumer consumer = new ServerConsumer(
                URI.create(arguments[0]), arguments[1], ScoreThroughServer::reading, ScoreThroughServer::flag);
        AtomicBoolean on = new AtomicBoolean(true);
        try (Broker broker = Broker.start(folder)) {
            broker.createTopics(4, PumpTopics.READINGS, PumpTopics.FLAGS);
            Thread consuming = new Thread(
                    () -> consumer.run(broker.address(), PumpTopics.READINGS, PumpTopics.FLAGS, on::get), "consumer");
            consuming.setUncaughtExceptionHandler((thread, failure) -> {
                failure.printStackTrace();
                Runtime.getRuntime().halt(1);
            });
            consuming.start();
            PumpTopics.send(broker.address());
            PumpTopics.follow(broker.address());
            on.set(false);
            consuming.join();
        }
    }
}
