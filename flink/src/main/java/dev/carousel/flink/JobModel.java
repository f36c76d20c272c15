package dev.carousel.flink;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The model file that a subtask works with: that of the job, or one that came while it ran, which is part of checkpoints. A job
 * that is restored with another file of its own begins with that one.
 */
final class JobModel {

    private static final String CAME = "came";

    /** SHA-256 of the file that the job had when a model came. */
    private static final String BEGAN = "began";

    private final BroadcastState<String, byte[]> state;
    private final byte[] own;

    JobModel(OperatorStateStore store, byte[] own) throws Exception {
        this.state = store.getBroadcastState(new MapStateDescriptor<>(
                "carousel-model", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        this.own = own;
        if (!Arrays.equals(state.get(BEGAN), digest(own))) {
            // A job that is set back to the file that it had before does not go back to what came then.
            state.remove(CAME);
            state.remove(BEGAN);
        }
    }

    byte[] file() throws Exception {
        byte[] came = state.get(CAME);
        return came == null ? own : came;
    }

    void replace(byte[] file) throws Exception {
        state.put(CAME, file);
        state.put(BEGAN, digest(own));
    }

    private static byte[] digest(byte[] file) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(file);
    }
}
