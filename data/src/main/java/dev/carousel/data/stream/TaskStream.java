package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;

/**
 * One stream of a model, whatever its task: what it remembers of the events so far.
 *
 * <p>An event that is refused leaves the stream where it was, to the bit. One thread at a time; the model is shared.
 */
public final class TaskStream {

    private static final int MAGIC = 0x43545331;
    private static final int LAYOUT = 1;

    /** What one task does. */
    interface Engine {

        /** Takes an event, or throws and stays where it was. */
        Answer add(Event event);

        void reset();

        byte[] save();

        void restore(byte[] saved);
    }

    private final StreamModel model;
    private final Engine engine;

    TaskStream(StreamModel model, Engine engine) {
        this.model = model;
        this.engine = engine;
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
     */
    public Answer add(Event event) {
        return engine.add(event);
    }

    /** Forgets all events: the next one begins a new stream. */
    public void reset() {
        engine.reset();
    }

    /** What the stream remembers: layout, the model's fingerprint, the state, a checksum. */
    public byte[] save() {
        return SavedState.write(MAGIC, out -> {
            byte[] state = engine.save();
            out.writeInt(LAYOUT);
            out.writeUTF(model.fingerprint());
            out.writeInt(state.length);
            out.write(state);
        });
    }

    /**
     * Goes on where a stream was saved, of this process or another.
     *
     * @throws DataException if the bytes are damaged, or of another model; the stream is then where it was
     */
    public void restore(byte[] saved) {
        SavedState.read(saved, MAGIC, in -> {
            int layout = in.readInt();
            if (layout != LAYOUT) {
                throw SavedState.damaged("its layout is " + layout + " where this release reads " + LAYOUT);
            }
            String fingerprint = in.readUTF();
            if (!fingerprint.equals(model.fingerprint())) {
                throw new DataException(
                        DataException.Kind.STATE_OF_ANOTHER_MODEL,
                        "The saved stream is of the model " + fingerprint + " but this one is " + model.fingerprint()
                                + ". A state means nothing to other weights: begin anew, or load the model it is of.");
            }
            int length = in.readInt();
            byte[] state = in.readNBytes(length);
            if (state.length != length) {
                throw SavedState.damaged("it ends too early");
            }
            engine.restore(state);
        });
    }
}
