package dev.carousel.interop;

import dev.carousel.interop.keras.KerasFormat;
import dev.carousel.interop.onnx.OnnxFormat;
import dev.carousel.interop.pytorch.PyTorchFormat;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Networks from and to files of every format, which is told by the file's ending.
 *
 * <pre>{@code
 * Network network = ModelFiles.read(Path.of("trained.pt"), ImportOptions.defaults());
 * ModelFiles.write(network, Path.of("model.safetensors"));
 * }</pre>
 */
public final class ModelFiles {

    /** Every format there is; of those that share an ending, the first that accepts a file reads it. */
    public static final List<ModelFormat> FORMATS =
            List.of(new CarouselFormat(), new PyTorchFormat(), new KerasFormat(), new OnnxFormat());

    /** The task of a model of which nothing is known but its network: it comes from another program. */
    public static final String NETWORK_TASK = "network";

    private ModelFiles() {}

    /**
     * Reads a network; the ending says of which format.
     *
     * @throws InteropException if the ending is unknown, or the file cannot be read as that format
     */
    public static Network read(Path file, ImportOptions options) {
        return formatOf(file).read(file, options);
    }

    /**
     * Writes a network; the ending says in which format.
     *
     * @throws InteropException if the ending is unknown, or the format has no form for the network
     */
    public static void write(Network network, Path file) {
        formatFor(file).write(network, file);
    }

    /**
     * The format of a file that is there.
     *
     * @throws InteropException if no format accepts it
     */
    public static ModelFormat formatOf(Path file) {
        return withEndingOf(file, "--from").stream()
                .filter(format -> format.accepts(file))
                .findFirst()
                .orElseThrow(() -> new InteropException(file + ": no format with this ending accepts the file."));
    }

    /**
     * The format of a file that is to be written.
     *
     * @throws InteropException if no format has its ending
     */
    public static ModelFormat formatFor(Path file) {
        return withEndingOf(file, "--to").get(0);
    }

    private static List<ModelFormat> withEndingOf(Path file, String option) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        List<ModelFormat> found = FORMATS.stream()
                .filter(format -> format.endings().stream().anyMatch(name::endsWith))
                .toList();
        if (found.isEmpty()) {
            throw new InteropException(file + ": the ending names no format of models; known are " + endings()
                    + ". Say " + option + " with one of " + names() + ".");
        }
        return found;
    }

    /**
     * The format of a name.
     *
     * @throws InteropException if there is none
     */
    public static ModelFormat named(String name) {
        return FORMATS.stream()
                .filter(format -> format.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () -> new InteropException("No format is named '" + name + "'; there are " + names() + "."));
    }

    private static String names() {
        return FORMATS.stream().map(ModelFormat::name).collect(Collectors.joining(", "));
    }

    private static String endings() {
        return FORMATS.stream()
                .flatMap(format -> format.endings().stream())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
