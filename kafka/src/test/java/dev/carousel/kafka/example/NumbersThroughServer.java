package dev.carousel.kafka.example;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A consumer in a process of its own, which ends when it is killed: values are a number and the numbers of an event, or of an answer. */
public final class NumbersThroughServer {

    private NumbersThroughServer() {}

    /** With Kafka's address, the server's, the model's name there, and both topics. */
    public static void main(String[] arguments) {
        new ServerConsumer(
                        URI.create(arguments[1]),
                        arguments[2],
                        NumbersThroughServer::reading,
                        NumbersThroughServer::answer)
                .run(arguments[0], arguments[3], arguments[4], () -> true);
    }

    private static ServerConsumer.Numbered reading(String value) {
        List<String> fields = List.of(value.split(",", -1));
        List<Float> event = new ArrayList<>();
        fields.subList(1, fields.size()).forEach(field -> event.add(Float.parseFloat(field)));
        return new ServerConsumer.Numbered(Long.parseLong(fields.get(0)), event);
    }

    private static String answer(String value, Object answer) {
        StringBuilder text = new StringBuilder(value.substring(0, value.indexOf(',')));
        for (Object number : (List<?>) answer) {
            text.append(',').append(((Number) number).floatValue());
        }
        return text.toString();
    }
}
