package dev.carousel.interop.pytorch;

import dev.carousel.model.SafeTensors;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of weights made for one test. */
final class Made {

    private Made() {}

    /**
     * A safetensors file.
     *
     * @param weights a name and its shape each, such as {@code "rnn.weight_ih_l0 8x3"}, in this order
     */
    static Path safeTensors(Path file, String... weights) {
        Parameters.Layout layout = new Parameters.Layout();
        for (String weight : weights) {
            String[] parts = weight.split(" ", -1);
            String[] sizes = parts[1].split("x", -1);
            Integer[] shape = new Integer[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                shape[i] = Integer.valueOf(sizes[i]);
            }
            layout.add(parts[0], shape);
        }
        Parameters parameters = layout.zeros();
        for (Slice slice : parameters.slices()) {
            for (int i = slice.offset(); i < slice.end(); i++) {
                parameters.values()[i] = (float) Math.sin(i + 1);
            }
        }
        SafeTensors.write(file, Map.of(), parameters);
        return file;
    }

    /**
     * An archive of torch.save around a pickle.
     *
     * @param pickle its operations: texts and bytes
     */
    static Path archive(Path file, Object... pickle) {
        return archive(file, Map.of("archive/data.pkl", bytes(pickle), "archive/data/0", new byte[16]));
    }

    static Path archive(Path file, Map<String, byte[]> entries) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Texts and bytes, one after the other. */
    static byte[] bytes(Object... parts) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof byte[] array) {
                out.writeBytes(array);
            } else if (part instanceof Integer code) {
                out.write(code);
            } else {
                out.writeBytes(part.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return out.toByteArray();
    }
}
