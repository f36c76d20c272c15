package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.kernel.OneThread;
import java.time.LocalDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * One stream of a model, whatever its task: what it remembers of the events so far.
 *
 * <p>An event that is refused leaves the stream where it was, to the bit. One thread at a time, and a second one that
 * interferes is refused; the model is shared.
 */
public final class TaskStream {

    private static final int MAGIC = 0x43545331;
    private static final int LAYOUT = 2;

    /** What one task does. */
    interface Engine {

        /** Takes an event, or throws and stays where it was. */
        Answer add(Event event);

        /** The date of the last row, if it had one. */
        default Optional<LocalDateTime> lastDate() {
            return Optional.empty();
        }

        default boolean gapBefore(Event event) {
            return false;
        }

        default long rowsUntilAnswer() {
            return 0;
        }

        /** As {@link #add}, the rows before forgotten. */
        default Answer addAfterGap(Event event) {
            return add(event);
        }

        void reset();

        byte[] save();

        void restore(byte[] saved);
    }

    private final StreamModel model;
    private final String series;
    private final Engine engine;
    private final OneThread thread;

    /** Streams that share buffers share the thread. */
    TaskStream(StreamModel model, String series, Engine engine, OneThread thread) {
        this.model = model;
        this.series = series;
        this.engine = engine;
        this.thread = thread;
    }

    /** The model that it is a stream of. */
    public StreamModel model() {
        return model;
    }

    /**
     * Takes the next event.
     *
     * @throws DataException if it does not fit, with its {@link DataException#kind} and {@link DataException#column}; the
     *     stream is then where it was
     * @throws IllegalStateException if another thread is using the stream
     */
    public Answer add(Event event) {
        Objects.requireNonNull(event, "TaskStream: event is null");
        return thread.alone(() -> engine.add(event));
    }

    /** The date of the last row that came, where rows have dates. */
    public Optional<LocalDateTime> lastDate() {
        return thread.alone(engine::lastDate);
    }

    /**
     * Whether rows are missing between the last one and this, where the model reads rows without a gap: {@link #add} refuses
     * it with {@link DataException.Kind#GAP}, {@link #addAfterGap} begins anew with it.
     */
    public boolean gapBefore(Event event) {
        Objects.requireNonNull(event, "TaskStream: event is null");
        return thread.alone(() -> engine.gapBefore(event));
    }

    /**
     * Begins anew with an event: the rows before and what was told ahead are forgotten, but what stands in for missing values
     * stays. Of tasks whose rows have no dates, the same as {@link #add}.
     *
     * @throws DataException if it does not fit; the stream is then where it was, with the rows before
     */
    public Answer addAfterGap(Event event) {
        Objects.requireNonNull(event, "TaskStream: event is null");
        return thread.alone(() -> engine.addAfterGap(event));
    }

    /**
     * How many rows have to come until one is answered: with a score, or with a forecast if what is known ahead has been told.
     * After a gap it says what the gap costs.
     *
     * @return 1 if the next row will be the first; 0 if the last one was answered already, and of classifiers, taggers and text
     *     models, which answer every event
     */
    public long rowsUntilAnswer() {
        return thread.alone(engine::rowsUntilAnswer);
    }

    /** Forgets all events: the next one begins a new stream. */
    public void reset() {
        thread.alone(engine::reset);
    }

    /** Refuses an event of an upcoming row, where a task has none. */
    static void requireCame(Event event) {
        if (event.ahead()) {
            throw notAhead();
        }
    }

    static DataException notAhead() {
        return new DataException(
                DataException.Kind.NOT_AHEAD,
                "The event tells of a row still to come, but only forecasters read what is known ahead. Add the row"
                        + " when it has come.");
    }

    /** What the stream remembers: layout, the model's fingerprint, the state, a checksum. */
    public byte[] save() {
        return thread.alone(this::saved);
    }

    private byte[] saved() {
        return SavedState.write(MAGIC, out -> {
            byte[] state = engine.save();
            out.writeInt(LAYOUT);
            out.writeUTF(model.fingerprint());
            out.writeUTF(series);
            out.writeInt(state.length);
            out.write(state);
        });
    }

    /**
     * Goes on where a stream was saved, of this process or another.
     *
     * @throws DataException if the bytes are damaged, or of another model, or of a series that is
     *     normalised otherwise; the stream is then where it was
     */
    public void restore(byte[] saved) {
        Objects.requireNonNull(saved, "TaskStream: there are no bytes to restore; they are null");
        thread.alone(() -> read(saved, false));
    }

    /** Goes on where a stream was saved under this model or one of the same {@link StreamModel#layout}. */
    void adopt(byte[] saved) {
        thread.alone(() -> read(saved, true));
    }

    private void read(byte[] saved, boolean anyWeights) {
        SavedState.read(saved, MAGIC, in -> {
            int layout = in.readInt();
            if (layout != LAYOUT) {
                throw SavedState.damaged("its layout is " + layout + " where this release reads " + LAYOUT);
            }
            String fingerprint = in.readUTF();
            if (!anyWeights && !fingerprint.equals(model.fingerprint())) {
                throw new DataException(
                        DataException.Kind.STATE_OF_ANOTHER_MODEL,
                        "The saved stream is of the model " + fingerprint + " but this one is " + model.fingerprint()
                                + ". A state means nothing to other weights: begin anew, or load the model it is of.");
            }
            requireSeries(in.readUTF());
            byte[] state = SavedState.readPart(in);
            return () -> engine.restore(state);
        });
    }

    /** Where each series is normalised by its own statistics, the numbers of one mean nothing to another. */
    private void requireSeries(String of) {
        if (!of.equals(series) && model.normalisesEachSeries()) {
            throw new DataException(
                    DataException.Kind.STATE_OF_ANOTHER_SERIES,
                    "The saved stream is of the series '" + of + "' but this one is of '" + series
                            + "', and the model normalises each by its own statistics. Open a stream of '" + of
                            + "' for it.");
        }
    }
}
