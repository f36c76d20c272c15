package dev.carousel.flink;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes the session of a key: its length, its bytes. It knows the layout of the models whose sessions it writes, and its {@link
 * KeyedSessionSerializerSnapshot} tells a restored job whether its model can go on with them.
 */
public final class KeyedSessionSerializer extends TypeSerializer<KeyedSession> {

    private static final long serialVersionUID = 1;

    /** More than any session has: what is longer is no session. */
    private static final int MOST_BYTES = 1 << 28;

    private final String layout;

    /**
     * For sessions of a layout.
     *
     * @param layout {@link dev.carousel.stream.SavedSessions#layout} of the model
     */
    public KeyedSessionSerializer(String layout) {
        this.layout = layout;
    }

    /** What all models of these sessions have in common. */
    public String layout() {
        return layout;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<KeyedSession> duplicate() {
        return this;
    }

    @Override
    public KeyedSession createInstance() {
        return new KeyedSession(new byte[0]);
    }

    @Override
    public KeyedSession copy(KeyedSession from) {
        return from;
    }

    @Override
    public KeyedSession copy(KeyedSession from, KeyedSession reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(KeyedSession session, DataOutputView target) throws IOException {
        target.writeInt(session.saved().length);
        target.write(session.saved());
    }

    @Override
    public KeyedSession deserialize(DataInputView source) throws IOException {
        byte[] saved = new byte[length(source)];
        source.readFully(saved);
        return new KeyedSession(saved);
    }

    private static int length(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("The session of a key has " + length + " bytes. Was its state altered?");
        }
        return length;
    }

    @Override
    public KeyedSession deserialize(KeyedSession reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        int length = length(source);
        target.writeInt(length);
        target.write(source, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyedSessionSerializer serializer && layout.equals(serializer.layout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(layout);
    }

    @Override
    public TypeSerializerSnapshot<KeyedSession> snapshotConfiguration() {
        return new KeyedSessionSerializerSnapshot(layout);
    }
}
