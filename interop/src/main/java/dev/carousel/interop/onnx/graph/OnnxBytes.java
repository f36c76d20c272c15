package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of model files. */
public final class OnnxBytes {

    private OnnxBytes() {}

    public static OnnxDocument read(Path file) {
        try {
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE - 16) {
                throw new InteropException(
                        file + ": is " + size
                                + " bytes long, but an ONNX file has at most 2 GB. Larger weights belong into external data files.");
            }
            byte[] bytes = Files.readAllBytes(file);
            Path folder = file.toAbsolutePath().getParent();
            return ModelReader.read(bytes, folder == null ? ExternalData.none() : ExternalData.in(folder));
        } catch (IOException e) {
            throw new InteropException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
