package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.kernel.Kernels;
import dev.carousel.model.ModelException.Kind;
import dev.carousel.model.SafeTensors.Tensor;
import dev.carousel.network.Network;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.spec.SpecJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A trained model: the specification of its network, its parameters, what it was trained for, and where it comes from.
 *
 * <pre>{@code
 * Model.of(network, Task.of("forecast").with("horizon", 28), provenance).save(Path.of("births.safetensors"));
 * Model model = Model.load(Path.of("births.safetensors")).requireTask("forecast");
 * PackedNetwork packed = model.network().pack();
 * }</pre>
 *
 * <p>The file is safetensors. Its tensors bear the names and have the layout of PyTorch's state_dict, so that
 * {@code module.load_state_dict(load_file("births.safetensors"))} works; the rest stands in the metadata, and a checksum
 * covers every byte (docs/model-file.md). Equal models give equal files, byte for byte.
 *
 * <p>The parameters are the caller's own array, not a copy; apart from them an instance is immutable.
 */
public final class Model {

    /** The version of the format that this release writes. It reads this one. */
    public static final int FORMAT = 1;

    private static final String PREFIX = "carousel.";
    private static final String FORMAT_KEY = PREFIX + "format";
    static final String CHECKSUM_KEY = PREFIX + "sha256";
    private static final String SPEC_KEY = PREFIX + "spec";
    private static final String TASK_KEY = PREFIX + "task";
    private static final String PROVENANCE_KEY = PREFIX + "provenance";

    private final String name;
    private final NetworkSpec spec;
    private final Parameters parameters;
    private final Task task;
    private final Provenance provenance;

    private Model(String name, NetworkSpec spec, Parameters parameters, Task task, Provenance provenance) {
        this.name = name;
        this.spec = spec;
        this.parameters = parameters;
        this.task = task;
        this.provenance = provenance;
    }

    /**
     * A model of these parts.
     *
     * @param parameters of the layout that the specification has; not copied
     * @throws IllegalArgumentException if the parameters do not belong to the specification
     */
    public static Model of(NetworkSpec spec, Parameters parameters, Task task, Provenance provenance) {
        Objects.requireNonNull(spec, "Model: spec is null");
        Objects.requireNonNull(parameters, "Model: parameters are null");
        Objects.requireNonNull(task, "Model: task is null; Task.of(\"mine\") is one of your own");
        Objects.requireNonNull(provenance, "Model: provenance is null; leave it out if there is nothing to tell");
        Parameters.Layout layout = new Parameters.Layout();
        spec.layers().forEach(layer -> layer.addTo(layout));
        List<Slice> expected = layout.slices();
        if (!expected.equals(parameters.slices())) {
            throw new IllegalArgumentException("Model: the specification has the parameters " + expected
                    + " but these are " + parameters.slices() + ". Do they belong to another network?");
        }
        return new Model("Model", spec, parameters, task, provenance);
    }

    /** A model of a trained network, whose parameters it shares. */
    public static Model of(Network network, Task task, Provenance provenance) {
        Objects.requireNonNull(network, "Model: network is null");
        return of(network.spec(), network.parameters(), task, provenance);
    }

    /** A model of a trained network of which nothing is to be told but what it runs on now. */
    public static Model of(Network network, Task task) {
        Objects.requireNonNull(network, "Model: network is null");
        return of(network, task, Provenance.of(network.kernels().name()));
    }

    /** The file that it was loaded from, or {@code Model}. */
    public String name() {
        return name;
    }

    /** The network, on the fastest kernels there are; it shares the parameters. */
    public Network network() {
        return Network.of(spec, parameters);
    }

    /** The network on given kernels; it shares the parameters. */
    public Network network(Kernels kernels) {
        return Network.of(spec, parameters, kernels);
    }

    /** The layers and their sizes. */
    public NetworkSpec spec() {
        return spec;
    }

    /** The parameters, not a copy. */
    public Parameters parameters() {
        return parameters;
    }

    /** What it was trained for. */
    public Task task() {
        return task;
    }

    /** Where it comes from. */
    public Provenance provenance() {
        return provenance;
    }

    /**
     * What this model is, whatever its file is called and wherever it comes from: SHA-256 of its description, its task and
     * its weights, in lower-case hexadecimal digits. What is saved with it, such as the state of a stream, belongs to no
     * other.
     */
    public String fingerprint() {
        return parameters.fingerprint(SpecJson.toJson(spec), task.toJson());
    }

    /**
     * This model, if it was trained for that task.
     *
     * @throws ModelException if it was trained for another
     */
    public Model requireTask(String kind) {
        Objects.requireNonNull(kind, "Model: the kind of task is null");
        if (!task.kind().equals(kind)) {
            throw new ModelException(
                    Kind.OTHER_TASK,
                    name,
                    "this model was trained for the task " + quoted(task.kind()) + ", but one for \"" + kind
                            + "\" is needed. Was another file meant?");
        }
        return this;
    }

    /**
     * Writes a model file atomically: a failure leaves what was there before.
     *
     * @throws ModelException if the file cannot be written, or a parameter is NaN or infinite
     */
    public void save(Path file) {
        Objects.requireNonNull(file, "Model: the file to write is null");
        image(file.toString()).writeTo(file);
    }

    /**
     * The bytes of a model file.
     *
     * @throws ModelException if a parameter is NaN or infinite
     */
    public byte[] toBytes() {
        return image(name).toBytes();
    }

    /**
     * Checks that a model could be saved there, so that a long training does not end in an error.
     *
     * @throws ModelException if the folder is missing or may not be written, or the target cannot be replaced
     */
    public static void requireWritable(Path file) {
        Objects.requireNonNull(file, "Model: the file to write is null");
        try {
            AtomicFile.requireWritable(file);
        } catch (IOException e) {
            throw new ModelException(
                    Kind.NOT_WRITTEN, file.toString(), "a model could not be written there: " + e.getMessage(), e);
        }
    }

    private Image image(String file) {
        requireFinite(file, parameters);
        Map<String, String> metadata = new LinkedHashMap<>();
        // Programs around PyTorch look for it before they take the tensors as theirs.
        metadata.put("format", "pt");
        metadata.put(CHECKSUM_KEY, Checksum.ZEROS);
        metadata.put(FORMAT_KEY, Integer.toString(FORMAT));
        metadata.put(SPEC_KEY, SpecJson.toFile(spec));
        metadata.put(TASK_KEY, task.toJson());
        metadata.put(PROVENANCE_KEY, provenance.toJson());
        Image image = Image.of(metadata, parameters);
        Checksum.seal(image);
        return image;
    }

    private static void requireFinite(String file, Parameters parameters) {
        for (Slice slice : parameters.slices()) {
            for (int i = slice.offset(); i < slice.end(); i++) {
                float number = parameters.values()[i];
                if (!Float.isFinite(number)) {
                    throw new ModelException(
                            Kind.NOT_FINITE,
                            file,
                            "number " + (i - slice.offset()) + " of " + quoted(slice.name()) + " is " + number
                                    + "; every parameter must be finite. Did the training diverge?");
                }
            }
        }
    }

    /**
     * Reads a model file.
     *
     * @throws ModelException if it is missing, damaged, or no model of ours; its {@link ModelException#kind} says which
     */
    public static Model load(Path file) {
        Objects.requireNonNull(file, "Model: the file to read is null");
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * Reads a model file that is in memory, for example a resource of a jar.
     *
     * @param name what errors call it
     * @throws ModelException if it is damaged, or no model of ours
     */
    public static Model ofBytes(String name, byte[] file) {
        Objects.requireNonNull(name, "Model: name is null");
        Objects.requireNonNull(file, "Model: the bytes of the file are null");
        return read(SafeTensors.of(name, file));
    }

    private static Model read(SafeTensors file) {
        Map<String, String> metadata = file.metadata();
        if (metadata.keySet().stream().noneMatch(key -> key.startsWith(PREFIX))) {
            throw new ModelException(
                    Kind.NOT_A_CAROUSEL_MODEL,
                    file.name(),
                    "this is a safetensors file, but its metadata does not describe a Carousel model (\"" + SPEC_KEY
                            + "\" and so on). Its tensors: " + file.names()
                            + ". Is it a plain PyTorch state_dict? Those cannot be read without a specification.");
        }
        // First of all, so that a damaged file is called damaged and not misunderstood.
        Checksum.require(file, required(file, CHECKSUM_KEY));
        String format = required(file, FORMAT_KEY);
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new ModelException(
                    Kind.NEWER_FORMAT,
                    file.name(),
                    "the model is in format " + quoted(format) + ", but this release reads format " + FORMAT
                            + ". Was it written by a newer Carousel?");
        }
        NetworkSpec spec = spec(file);
        requireTensorsOf(spec, file);
        Task task = Task.ofJson(file.name(), required(file, TASK_KEY));
        Provenance provenance = Provenance.ofJson(file.name(), required(file, PROVENANCE_KEY));
        Parameters parameters = spec.zeroParameters();
        for (Slice slice : parameters.slices()) {
            file.floats(slice.name(), parameters.values(), slice.offset());
        }
        requireFinite(file.name(), parameters);
        return new Model(file.name(), spec, parameters, task, provenance);
    }

    private static String required(SafeTensors file, String key) {
        String text = file.metadata().get(key);
        if (text == null) {
            throw new ModelException(
                    Kind.NOT_A_CAROUSEL_MODEL,
                    file.name(),
                    "the metadata lacks \"" + key + "\", which every Carousel model has. Was the file changed by"
                            + " another program?");
        }
        return text;
    }

    private static NetworkSpec spec(SafeTensors file) {
        try {
            return SpecJson.ofJson(required(file, SPEC_KEY));
        } catch (IllegalArgumentException e) {
            throw badSpecification(file, e);
        }
    }

    private static ModelException badSpecification(SafeTensors file, RuntimeException e) {
        return new ModelException(
                Kind.BAD_SPECIFICATION,
                file.name(),
                "the specification of the network cannot be understood: " + e.getMessage(),
                e);
    }

    /** Compares the tensors that a specification needs with those of the file, before anything is allocated for them. */
    private static void requireTensorsOf(NetworkSpec spec, SafeTensors file) {
        Parameters.Layout layout = new Parameters.Layout();
        try {
            spec.layers().forEach(layer -> bounded(layer, file.tensors().size()).addTo(layout));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw badSpecification(file, e);
        }
        Map<String, Tensor> left = new LinkedHashMap<>(file.tensors());
        for (Slice slice : layout.slices()) {
            Tensor tensor = left.remove(slice.name());
            if (tensor == null) {
                throw new ModelException(
                        Kind.MISSING_TENSOR,
                        file.name(),
                        "the specification needs a tensor " + quoted(slice.name()) + " " + slice.shape()
                                + ", but the file has " + file.names() + ".");
            }
            file.requireFloats(slice.name());
            if (!tensor.shape()
                    .equals(slice.shape().stream().map(Integer::longValue).toList())) {
                throw new ModelException(
                        Kind.WRONG_SHAPE,
                        file.name(),
                        "tensor " + quoted(slice.name()) + " is " + tensor.shape() + ", but the specification says "
                                + slice.shape() + ". Do they come from two different models?");
            }
        }
        if (!left.isEmpty()) {
            throw new ModelException(
                    Kind.EXTRA_TENSOR,
                    file.name(),
                    "tensor " + quoted(left.keySet().iterator().next())
                            + " is not in the specification. Does it come from a different model?");
        }
    }

    /** A stack of a billion layers names billions of tensors; one more than the file has is enough to miss one. */
    private static LayerSpec bounded(LayerSpec layer, int tensors) {
        if (layer instanceof EncoderDecoder pair) {
            return pair.withLayersAtMost(tensors + 1);
        }
        return layer instanceof LayerSpec.Recurrent recurrent
                ? recurrent.withLayers(Math.min(recurrent.layers(), tensors + 1))
                : layer;
    }
}
