package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.DiskFile;
import dev.carousel.interop.file.ZipArchive;
import dev.carousel.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Networks from the files in which Keras saves whole models: {@code .keras} archives (Keras 3, and 2.12 and later) and
 * {@code .h5} files (Keras 2 and 3).
 *
 * <pre>{@code
 * model.save("model.keras")                                        # Python
 * Network network = KerasFiles.read(Path.of("model.keras"));       // Java
 * }</pre>
 *
 * <p>Sequential models, and functional models in which each layer reads the one before it, of InputLayer, Masking, Embedding,
 * SimpleRNN, LSTM, GRU, Bidirectional, Dense, RNN of cells, TimeDistributed, pooling over all steps, activations, normalisations and dropout; the documentation lists
 * them. Every option that
 * changes a number is either understood or an error that names the layer and the option. What is to do with training
 * (optimiser, initialisers, regularisers, constraints, {@code dropout} of recurrent layers) is left out.
 *
 * <p>Numbers differ in one place: at a masked step Keras repeats the output of the step before it, Carousel's is 0. What the
 * network says at all other steps, its final state and whatever a layer with {@code return_sequences=False} returns are the
 * same.
 *
 * <p>Sources: Keras, {@code saving_lib.py}, {@code legacy_h5_format.py} and the layers themselves. Methods are pure and may
 * be called from any thread.
 */
public final class KerasFiles {

    private static final String CONFIG = "config.json";
    private static final String METADATA = "metadata.json";
    private static final String WEIGHTS = "model.weights.h5";
    private static final String EXPECTED = "a model that Keras saved";

    private static final byte[] ZIP = {'P', 'K'};
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    private KerasFiles() {}

    /**
     * Reads a model; its first bytes say in which of the two forms it is.
     *
     * @param path the file
     * @return its layers and weights
     * @throws InteropException if the file is damaged, or holds a layer or an option that Carousel does not have
     */
    public static Network read(Path path) {
        return read(path, note -> {});
    }

    /**
     * As above.
     *
     * @param notes is told what the model does in Keras and the network does not, one sentence each
     */
    public static Network read(Path path, Consumer<String> notes) {
        return read(path, Optional.empty(), notes);
    }

    /**
     * As above, of a model whose layers and weights are in two files: {@code model.to_json()} and {@code
     * model.save_weights("model.weights.h5")}, or of Keras 2 {@code "model.h5"}.
     *
     * @param weights the file of weights of a {@code .json} file; of {@code model.json} it is {@code model.weights.h5}, {@code
     *     model_weights.h5} or {@code model.h5} next to it if none is given
     */
    public static Network read(Path path, Optional<Path> weights, Consumer<String> notes) {
        if (Files.isDirectory(path) && Files.exists(path.resolve("saved_model.pb"))) {
            throw new InteropException(
                    path + ": this is a folder in TensorFlow's SavedModel format, whose layers cannot be"
                            + " told from the file. Load it with Keras and save it as model.keras.");
        }
        DiskFile.requireReadable(path, EXPECTED);
        byte[] start = start(path);
        if (isJson(start)) {
            return readJson(path, weights.orElseGet(() -> weightsNextTo(path)), notes);
        }
        if (weights.isPresent()) {
            throw new InteropException(
                    path + ": this file holds its own weights; a file of weights apart belongs to a .json file,"
                            + " which model.to_json() gave.");
        }
        if (startsWith(start, ZIP)) {
            return readArchive(path, notes);
        }
        if (startsWith(start, HDF5)) {
            return readHdf5(path, notes);
        }
        throw new InteropException(
                path + ": this is neither a .keras archive, which begins with PK, nor an .h5 file, which begins"
                        + " with \\x89HDF, nor a .json file, which begins with {; its first bytes are "
                        + Arrays.toString(start) + ". Was it saved by Keras?");
    }

    /**
     * How many steps a model's input has, where the file fixes it: the middle of {@code batch_shape}.
     *
     * @throws InteropException as {@link #read(Path)} does, if the file's description cannot be read
     */
    static Optional<Integer> steps(Path path) {
        DiskFile.requireReadable(path, EXPECTED);
        String file = path.toString();
        Map<String, Object> config;
        byte[] start = start(path);
        if (isJson(start)) {
            config = jsonFile(path);
        } else if (startsWith(start, ZIP)) {
            try (ZipArchive archive = ZipArchive.open(path, EXPECTED)) {
                config = json(file, archive, CONFIG);
            }
        } else {
            config = config(file, Hdf5Group.root(Hdf5Bytes.of(file, DiskFile.read(path, EXPECTED))));
        }
        for (LayerConfig layer : ModelConfig.of(file, config, note -> {}).layers()) {
            for (String option : List.of("batch_shape", "batch_input_shape")) {
                if (layer.has(option)) {
                    List<?> shape = layer.list(option);
                    return shape.size() > 1 && shape.get(1) instanceof Integer steps
                            ? Optional.of(steps)
                            : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Map<String, Object> config(String file, Hdf5Group root) {
        return KerasJson.object(
                file + ": the attribute model_config",
                attribute(root, "model_config")
                        .orElseThrow(() ->
                                new InteropException(file + ": the file has no attribute model_config, so it holds"
                                        + " weights without the layers they belong to. Save the whole model with"
                                        + " model.save(\"model.keras\"), not its weights; or save its layers next to them with"
                                        + " model.to_json() and read the .json file.")));
    }

    private static byte[] start(Path path) {
        try (InputStream stream = Files.newInputStream(path)) {
            return stream.readNBytes(HDF5.length);
        } catch (IOException e) {
            throw DiskFile.unreadable(path.toString(), e);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] expected) {
        return bytes.length >= expected.length
                && Arrays.equals(bytes, 0, expected.length, expected, 0, expected.length);
    }

    private static boolean isJson(byte[] start) {
        int i = 0;
        while (i < start.length && (start[i] == ' ' || start[i] == '\n' || start[i] == '\r' || start[i] == '\t')) {
            i++;
        }
        return i < start.length && start[i] == '{';
    }

    private static Map<String, Object> jsonFile(Path path) {
        return KerasJson.object(path.toString(), new String(DiskFile.read(path, EXPECTED), StandardCharsets.UTF_8));
    }

    /** The file of weights that bears the name of a .json file. */
    private static Path weightsNextTo(Path json) {
        String name = String.valueOf(json.getFileName());
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        List<Path> all = Stream.of(".weights.h5", "_weights.h5", ".h5")
                .map(ending -> json.resolveSibling(stem + ending))
                .toList();
        return all.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new InteropException(json
                        + ": the file holds the layers of a model without weights, and there is"
                        + " no file of weights next to it: " + all + ". Name it with --weights, for example --weights "
                        + all.get(0) + "."));
    }

    private static Network readJson(Path path, Path weights, Consumer<String> notes) {
        String file = path.toString();
        Map<String, Object> config = jsonFile(path);
        DiskFile.requireReadable(weights, "weights that Keras saved");
        if (!startsWith(start(weights), HDF5)) {
            throw new InteropException(weights + ": the weights of " + file
                    + " should be an .h5 file, which begins with \\x89HDF. Was it saved with model.save_weights?");
        }
        Hdf5Group root = Hdf5Group.root(Hdf5Bytes.of(weights.toString(), DiskFile.read(weights, EXPECTED)));
        NetworkBuilder builder = new NetworkBuilder(file, new KerasActivations(isKeras2(version(config, root))), notes);
        List<LayerConfig> layers = ModelConfig.of(file, config, notes).layers();
        Hdf5Group old = root.find("model_weights").orElse(root);
        boolean listed = old.texts("layer_names").isPresent()
                || old.texts("layer_names0").isPresent();
        return network(builder, layers, listed ? new LegacyWeights(old, layers) : new ArchiveWeights(root));
    }

    /** Keras 2 writes its version into both files; Keras 3 into neither, but names the module of each class. */
    private static String version(Map<String, Object> config, Hdf5Group weights) {
        if (config.get("keras_version") instanceof String version) {
            return version;
        }
        return attribute(weights, "keras_version").orElse(config.containsKey("module") ? "3" : "2.");
    }

    private static Network readArchive(Path path, Consumer<String> notes) {
        String file = path.toString();
        try (ZipArchive archive = ZipArchive.open(path, EXPECTED)) {
            if (!archive.names().contains(WEIGHTS)) {
                throw new InteropException(file + ": the archive holds no " + quoted(WEIGHTS) + ", only "
                        + quoted(archive.names().toString())
                        + ". Save it with model.save(\"model.keras\"); sharded and .npz weights are not read.");
            }
            Map<String, Object> config = json(file, archive, CONFIG);
            KerasActivations activations = new KerasActivations(isKeras2(version(file, json(file, archive, METADATA))));
            Hdf5Group root = Hdf5Group.root(Hdf5Bytes.of(file + " (" + WEIGHTS + ")", archive.read(WEIGHTS)));
            List<LayerConfig> layers = ModelConfig.of(file, config, notes).layers();
            return network(new NetworkBuilder(file, activations, notes), layers, new ArchiveWeights(root));
        }
    }

    private static Map<String, Object> json(String file, ZipArchive archive, String entry) {
        return KerasJson.object(file + ": " + entry, new String(archive.read(entry), StandardCharsets.UTF_8));
    }

    private static String version(String file, Map<String, Object> metadata) {
        if (metadata.get("keras_version") instanceof String version) {
            return version;
        }
        throw new InteropException(file + ": " + METADATA + " names no keras_version. Was it saved by Keras?");
    }

    private static Network readHdf5(Path path, Consumer<String> notes) {
        String file = path.toString();
        Hdf5Group root = Hdf5Group.root(Hdf5Bytes.of(file, DiskFile.read(path, EXPECTED)));
        Map<String, Object> config = config(file, root);
        Hdf5Group weights = root.group("model_weights");
        String version = attribute(root, "keras_version")
                .or(() -> attribute(weights, "keras_version"))
                .orElseThrow(() ->
                        new InteropException(file + ": the file has no attribute keras_version; Keras 1 and earlier,"
                                + " which wrote none, are not read. Save the model again with Keras 2 or 3."));
        NetworkBuilder builder = new NetworkBuilder(file, new KerasActivations(isKeras2(version)), notes);
        List<LayerConfig> layers = ModelConfig.of(file, config, notes).layers();
        return network(builder, layers, new LegacyWeights(weights, layers));
    }

    private static Optional<String> attribute(Hdf5Group group, String name) {
        return group.texts(name).filter(texts -> texts.size() == 1).map(texts -> texts.get(0));
    }

    private static boolean isKeras2(String version) {
        return version.startsWith("1.") || version.startsWith("2.");
    }

    private static Network network(NetworkBuilder builder, List<LayerConfig> layers, KerasWeights weights) {
        for (LayerConfig layer : layers) {
            builder.add(layer, weights.next(layer));
        }
        return builder.network();
    }
}
