package dev.carousel.cli.task;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.EventLines;
import dev.carousel.data.stream.KeyedStreams;
import dev.carousel.data.stream.OnlineClassifier;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.table.CsvLines;
import dev.carousel.report.words.DateText;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The answers to the rows of a CSV text, each of the stream that its key names. */
public final class RowAnswers implements LineAnswers {

    /** How a task prints. */
    public interface Form {

        /**
         * The names of the columns of its CSV lines.
         *
         * @param key the column that tells streams apart, if there is one
         * @param dated whether rows have dates
         */
        String header(Optional<String> key, boolean dated);

        /** An answer as a line of CSV. */
        String csv(Optional<String> key, EventLines.Line line, Answer answer);

        /** An answer as an object of JSON. */
        String json(Optional<String> key, EventLines.Line line, Answer answer);
    }

    /** Who answers to a row. */
    private interface Taker {

        Answer take(EventLines.Line line);

        byte[] save();

        void restore(byte[] saved);

        /** A row was refused. */
        default void missed(DataException why) {}

        /** No more rows will come. */
        default void end() {}
    }

    private final Streaming command;
    private final EventLines lines;
    private final Taker taker;
    private final Form form;
    private final DateReading dates;
    private long taken;

    /**
     * Waits for the header.
     *
     * @param key the column that tells streams apart; empty for that of the training
     */
    public RowAnswers(Streaming command, StreamModel model, Optional<String> key, InputStream in, Form form) {
        this(command, model, key, in, form, Optional.empty());
    }

    /**
     * Waits for the header; a network learns from the classes that come with the rows.
     *
     * @param key the column that names the sequences; empty where all rows are one
     * @param label the column of classes
     */
    public static RowAnswers learning(
            Streaming command,
            OnlineClassifier online,
            StreamModel model,
            Optional<String> key,
            String label,
            InputStream in,
            Form form) {
        return new RowAnswers(command, model, key, in, form, Optional.of(new Learning(online, label)));
    }

    /** What learns, and from which column. */
    private record Learning(OnlineClassifier online, String label) {}

    private RowAnswers(
            Streaming command,
            StreamModel model,
            Optional<String> key,
            InputStream in,
            Form form,
            Optional<Learning> learning) {
        this.command = command;
        this.dates = command.dates.reading(model.dates());
        EventLines rows = EventLines.of(
                model,
                CsvLines.of(command.source(), in, names(model, learning.map(Learning::label))),
                key,
                dates,
                command.dates.decimal(model.decimal()));
        this.lines = command.badRows == Streaming.BadRows.missing
                ? rows.badFieldsMissing(why -> command.note("note: taken as missing: " + why.getMessage()))
                : rows;
        learning.ifPresent(with -> lines.labelled(with.label()));
        this.taker = learning.<Taker>map(with -> new Labelled(with.online()))
                .orElseGet(() -> new Keyed(KeyedStreams.of(model)));
        this.form = form;
    }

    /** Sequences one after the other, whose classes are learned. */
    private final class Labelled implements Taker {

        private final OnlineClassifier online;

        Labelled(OnlineClassifier online) {
            this.online = online;
        }

        /** A row whose class cannot be used is answered without it. */
        @Override
        public Answer take(EventLines.Line line) {
            try {
                online.requireClass(line.key(), line.label());
            } catch (DataException e) {
                if (command.strict) {
                    throw e;
                }
                Answer answer = online.add(line.key(), line.event(), Optional.empty());
                command.refuse(lines.refused(line, e), " The row was answered, and nothing learned from its class.");
                return answer;
            }
            return online.add(line.key(), line.event(), line.label());
        }

        @Override
        public void missed(DataException why) {
            online.missed(lines.lastKey());
            if (online.delay() > 0 && lines.lastKey().isEmpty()) {
                command.note("note: " + lines.place(why.line().orElseThrow())
                        + ": which row this was cannot be told, so from the classes of the " + online.delay()
                        + " rows before it nothing is learned");
            }
        }

        @Override
        public byte[] save() {
            return online.save();
        }

        @Override
        public void restore(byte[] saved) {
            online.restore(saved);
        }

        @Override
        public void end() {
            online.end();
        }
    }

    /** The columns that are looked for: an object of JSON may leave out a class that is not known. */
    private static List<String> names(StreamModel model, Optional<String> label) {
        return Stream.concat(model.inputs().stream().map(StreamModel.Input::name), label.stream())
                .distinct()
                .toList();
    }

    @Override
    public String header() {
        return form.header(lines.keyColumn(), lines.hasDates());
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<EventLines.Line> next;
        try {
            next = lines.next();
        } catch (DataException e) {
            taken++;
            taker.missed(e);
            throw e;
        }
        if (next.isEmpty()) {
            return Optional.empty();
        }
        taken++;
        EventLines.Line line = next.get();
        Answer answer;
        try {
            answer = taker.take(line);
        } catch (DataException e) {
            taker.missed(e);
            throw lines.refused(line, e);
        }
        return Optional.of(
                json ? form.json(lines.keyColumn(), line, answer) : form.csv(lines.keyColumn(), line, answer));
    }

    /** How many rows were taken, with those that were refused. */
    long taken() {
        return taken;
    }

    /** What the streams remember. */
    byte[] save() {
        return taker.save();
    }

    /** No more rows will come. */
    void end() {
        taker.end();
    }

    /** Goes on where streams were saved. */
    void restore(byte[] saved) {
        taker.restore(saved);
    }

    /**
     * Goes on after rows that were taken before.
     *
     * @param rows how many
     * @param here whether they come here once more, to be skipped
     */
    void goOnAfter(long rows, boolean here) {
        taken = rows;
        for (long i = 0; here && i < rows; i++) {
            if (!skip()) {
                throw new DataException(command.source() + ": expected the " + rows
                        + " rows that the snapshot has taken, but there are " + i + ". Is it another file?");
            }
        }
    }

    /** Whether there was one more row. */
    private boolean skip() {
        try {
            return lines.next().isPresent();
        } catch (DataException e) {
            return true; // one that was refused before
        }
    }

    /** A stream of each key. */
    private final class Keyed implements Taker {

        private final KeyedStreams streams;

        Keyed(KeyedStreams streams) {
            this.streams = streams;
        }

        @Override
        public Answer take(EventLines.Line line) {
            Event event = line.event();
            Optional<TaskStream> begun = streams.find(line.key()).filter(stream -> stream.gapBefore(event));
            if (begun.isEmpty()) {
                return streams.add(line.key(), event);
            }
            LocalDateTime last = begun.get().lastDate().orElseThrow();
            Answer answer = begun.get().addAfterGap(event);
            command.note("note: " + lines.place(line.line()) + ": rows are missing between "
                    + DateText.text(last, dates)
                    + " and "
                    + DateText.text(event.date().orElseThrow(), dates)
                    + (line.key().isEmpty() ? "; the series begins anew" : "; series '" + line.key() + "' begins anew")
                    + again(begun.get().rowsUntilAnswer()));
            return answer;
        }

        @Override
        public byte[] save() {
            return streams.saveAll();
        }

        @Override
        public void restore(byte[] saved) {
            streams.restoreAll(saved);
        }
    }

    /** What a gap costs. */
    private static String again(long rows) {
        return rows == 0
                ? ""
                : " and has no answer until " + rows + (rows == 1 ? " more row has" : " more rows have") + " come";
    }
}
