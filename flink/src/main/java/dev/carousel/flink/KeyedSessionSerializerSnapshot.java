package dev.carousel.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a checkpoint or savepoint says of the sessions in it: the layout of their models. A job whose model has the same layout
 * goes on with them, whatever its weights; any other is refused when it is restored.
 */
public final class KeyedSessionSerializerSnapshot implements TypeSerializerSnapshot<KeyedSession> {

    private static final int VERSION = 1;

    private String layout;

    /** For Flink, which then reads one. */
    public KeyedSessionSerializerSnapshot() {
        this("");
    }

    KeyedSessionSerializerSnapshot(String layout) {
        this.layout = layout;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(layout);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
        if (version != VERSION) {
            throw new IOException("The sessions were written in the version " + version + ", but this release reads "
                    + VERSION + ". Was the savepoint taken by a newer Carousel?");
        }
        layout = in.readUTF();
    }

    @Override
    public TypeSerializer<KeyedSession> restoreSerializer() {
        return new KeyedSessionSerializer(layout);
    }

    @Override
    public TypeSerializerSchemaCompatibility<KeyedSession> resolveSchemaCompatibility(
            TypeSerializerSnapshot<KeyedSession> before) {
        boolean same = before instanceof KeyedSessionSerializerSnapshot other && layout.equals(other.layout);
        return same
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }
}
