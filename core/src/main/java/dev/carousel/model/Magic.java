package dev.carousel.model;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a file is that is not safetensors, by its first bytes. */
final class Magic {

    private static final Map<String, String> KINDS = kinds();

    private Magic() {}

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("PK\3\4", "a zip archive, such as a PyTorch .pt, a Keras .keras or a NumPy .npz file");
        kinds.put("\u0089HDF\r\n\u001a\n", "an HDF5 file, such as a Keras .h5 file");
        kinds.put("\u0080\2", "a Python pickle, such as an old PyTorch .pt file");
        kinds.put("\u0080\3", "a Python pickle");
        kinds.put("\u0080\4", "a Python pickle");
        kinds.put("\u0080\5", "a Python pickle");
        kinds.put("\u0093NUMPY", "a NumPy .npy file");
        kinds.put("GGUF", "a GGUF file");
        kinds.put("\u001f\u008b", "a gzip archive");
        kinds.put("(\u00b5/\u00fd", "a Zstandard archive");
        kinds.put("\u0089PNG", "a PNG picture");
        kinds.put("%PDF", "a PDF document");
        kinds.put("\u00ca\u00fe\u00ba\u00be", "a Java class file");
        kinds.put("\u007fELF", "a program or native library");
        kinds.put("version https://git-lfs", "a Git LFS pointer: the real file has not been fetched (git lfs pull)");
        kinds.put("<!DOCTYPE", "an HTML page, perhaps an error page that was saved in place of the file");
        kinds.put("<html", "an HTML page, perhaps an error page that was saved in place of the file");
        kinds.put("{", "JSON text");
        return kinds;
    }

    /** What the bytes look like, or nothing if they are no kind of file that we know. */
    static Optional<String> of(byte[] head) {
        String start = new String(head, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> kind : KINDS.entrySet()) {
            if (start.startsWith(kind.getKey())) {
                return Optional.of(kind.getValue());
            }
        }
        // An ONNX model is a protobuf that begins with its ir_version and a producer name.
        if (head.length > 2 && head[0] == 8 && head[1] > 0 && head[1] < 32 && head[2] == 0x12) {
            return Optional.of("an ONNX model");
        }
        return isText(head) ? Optional.of("text, such as a CSV file") : Optional.empty();
    }

    /** No control characters, and mostly ASCII: a few bytes above it may be letters of any encoding. */
    private static boolean isText(byte[] head) {
        int ascii = 0;
        for (byte b : head) {
            boolean space = b == '\t' || b == '\n' || b == '\r';
            if ((b >= 0 && b < ' ' && !space) || b == 0x7f) {
                return false;
            }
            ascii += b > 0 ? 1 : 0;
        }
        return head.length >= 4 && 4 * ascii >= 3 * head.length;
    }
}
