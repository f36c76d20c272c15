package dev.carousel.data.stream;

import dev.carousel.data.file.SavedState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Answers as bytes, to be kept with the stream that gave them and given again; every bit comes back. */
final class AnswerBytes {

    private static final int MAGIC = 0x43544131;

    private static final byte FORECAST = 1;
    private static final byte SCORE = 2;
    private static final byte CLASSES = 3;
    private static final byte TAG = 4;
    private static final byte TEXT = 5;
    private static final byte LABEL = 6;

    private AnswerBytes() {}

    static byte[] of(Answer answer) {
        return SavedState.write(MAGIC, out -> {
            if (answer instanceof Answer.Forecast forecast) {
                out.writeByte(FORECAST);
                out.writeLong(forecast.rows());
                write(out, forecast.last());
                out.writeInt(forecast.steps().size());
                for (Answer.Forecast.Step step : forecast.steps()) {
                    write(out, step.date());
                    out.writeInt(step.values().size());
                    for (Map.Entry<String, List<Double>> one : step.values().entrySet()) {
                        out.writeUTF(one.getKey());
                        write(out, one.getValue());
                    }
                }
            } else if (answer instanceof Answer.Score score) {
                out.writeByte(SCORE);
                out.writeLong(score.rows());
                out.writeDouble(score.score());
                out.writeDouble(score.threshold());
                out.writeBoolean(score.alarm());
                out.writeUTF(score.farthestColumn());
                write(out, score.expected());
            } else if (answer instanceof Answer.Classes classes) {
                out.writeByte(CLASSES);
                out.writeLong(classes.steps());
                out.writeUTF(classes.label());
                write(out, classes.probabilities());
            } else if (answer instanceof Answer.Tag tag) {
                out.writeByte(TAG);
                out.writeLong(tag.steps());
                out.writeUTF(tag.label());
                write(out, tag.probabilities());
            } else if (answer instanceof Answer.Text text) {
                out.writeByte(TEXT);
                out.writeLong(text.units());
                out.writeLong(text.characters());
                out.writeLong(text.bytes());
                out.writeDouble(text.surprise());
                write(out, text.next());
            } else if (answer instanceof Answer.Label label) {
                out.writeByte(LABEL);
                out.writeLong(label.steps());
                out.writeBoolean(label.label().isPresent());
                if (label.label().isPresent()) {
                    out.writeUTF(label.label().get());
                }
                out.writeDouble(label.probability());
            } else {
                throw new IllegalStateException(
                        "There are no bytes for a " + answer.getClass().getName() + ".");
            }
        });
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @param names of the units of a model that reads text
     * @throws dev.carousel.data.DataException if it is cut off, altered or something else
     */
    static Answer read(byte[] written, List<String> names) {
        AtomicReference<Answer> read = new AtomicReference<>();
        SavedState.read(written, MAGIC, in -> {
            Answer answer = answer(in, names);
            return () -> read.set(answer);
        });
        return Objects.requireNonNull(read.get());
    }

    private static Answer answer(DataInputStream in, List<String> names) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case FORECAST -> forecast(in);
            case SCORE ->
                new Answer.Score(
                        in.readLong(), in.readDouble(), in.readDouble(), in.readBoolean(), in.readUTF(), readMap(in));
            case CLASSES -> new Answer.Classes(in.readLong(), in.readUTF(), readMap(in));
            case TAG -> new Answer.Tag(in.readLong(), in.readUTF(), readMap(in));
            case TEXT -> {
                long units = in.readLong();
                long characters = in.readLong();
                long bytes = in.readLong();
                double surprise = in.readDouble();
                List<Double> next = readList(in);
                if (next.size() != names.size()) {
                    throw SavedState.damaged(
                            "it has " + next.size() + " probabilities where the model has " + names.size() + " units");
                }
                yield new Answer.Text(units, characters, bytes, surprise, next, names);
            }
            case LABEL ->
                new Answer.Label(
                        in.readLong(),
                        in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty(),
                        in.readDouble());
            default -> throw SavedState.damaged("it has an answer of the kind " + kind);
        };
    }

    private static Answer forecast(DataInputStream in) throws IOException {
        long rows = in.readLong();
        Optional<LocalDateTime> last = readDate(in);
        List<Answer.Forecast.Step> steps = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            Optional<LocalDateTime> date = readDate(in);
            Map<String, List<Double>> values = new LinkedHashMap<>();
            int columns = in.readInt();
            for (int k = 0; k < columns; k++) {
                values.put(in.readUTF(), readList(in));
            }
            steps.add(new Answer.Forecast.Step(date, values));
        }
        return new Answer.Forecast(rows, last, steps);
    }

    private static void write(DataOutputStream out, Optional<LocalDateTime> date) throws IOException {
        out.writeBoolean(date.isPresent());
        if (date.isPresent()) {
            out.writeLong(date.get().toLocalDate().toEpochDay());
            out.writeLong(date.get().toLocalTime().toNanoOfDay());
        }
    }

    private static Optional<LocalDateTime> readDate(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? Optional.of(
                        LocalDateTime.of(LocalDate.ofEpochDay(in.readLong()), LocalTime.ofNanoOfDay(in.readLong())))
                : Optional.empty();
    }

    private static void write(DataOutputStream out, List<Double> numbers) throws IOException {
        out.writeInt(numbers.size());
        for (double number : numbers) {
            out.writeDouble(number);
        }
    }

    private static List<Double> readList(DataInputStream in) throws IOException {
        List<Double> numbers = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            numbers.add(in.readDouble());
        }
        return List.copyOf(numbers);
    }

    private static void write(DataOutputStream out, Map<String, Double> numbers) throws IOException {
        out.writeInt(numbers.size());
        for (Map.Entry<String, Double> one : numbers.entrySet()) {
            out.writeUTF(one.getKey());
            out.writeDouble(one.getValue());
        }
    }

    private static Map<String, Double> readMap(DataInputStream in) throws IOException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            numbers.put(in.readUTF(), in.readDouble());
        }
        return numbers;
    }
}
