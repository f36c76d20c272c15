package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.json.Json;
import dev.carousel.model.ModelException.Kind;
import dev.carousel.model.SafeTensors.Tensor;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.train.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint: a {@link TrainingState} in a file, from which a run resumes bit for bit.
 *
 * <pre>{@code
 * CheckpointFile.save(Path.of("last.checkpoint"), moment.state());
 * TrainingState state = CheckpointFile.load(Path.of("last.checkpoint"));
 * }</pre>
 *
 * <p>The file is safetensors. Its tensors are the parameters as they are now, those to keep, their average and what the
 * optimiser remembers, each under a prefix, and the recurrent state; numbers and words stand in the metadata, and a
 * checksum covers every byte. It is written next to its target and moved over it, so that whatever happens there is an old
 * checkpoint or the new one.
 */
public final class CheckpointFile {

    /** The version of the format that this release writes and reads. */
    public static final int FORMAT = 1;

    private static final String PREFIX = "carousel.checkpoint";
    private static final String FORMAT_KEY = PREFIX;
    private static final String IDENTITY_KEY = PREFIX + ".identity";
    private static final String STATE_KEY = PREFIX + ".state";

    private static final String NOW = "now/";
    private static final String KEPT = "kept/";
    private static final String AVERAGE = "average/";
    private static final String OPTIMISER = "optimiser/";
    private static final String CARRIED = "carried";

    private CheckpointFile() {}

    /**
     * Writes a checkpoint atomically: a failure leaves what was there before.
     *
     * @throws ModelException if the file cannot be written
     */
    public static void save(Path file, TrainingState state) {
        image(state).writeTo(file);
    }

    /** The bytes of a checkpoint. */
    public static byte[] toBytes(TrainingState state) {
        return image(state).toBytes();
    }

    private static Image image(TrainingState state) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(Model.CHECKSUM_KEY, Checksum.ZEROS);
        metadata.put(FORMAT_KEY, Integer.toString(FORMAT));
        metadata.put(IDENTITY_KEY, Json.write(state.identity()));
        metadata.put(STATE_KEY, Json.write(StateJson.of(state)));
        TrainingState.Weights weights = state.weights();
        List<Slice> slices = weights.now().slices();
        List<Image.Part> parts = new ArrayList<>();
        parts.add(new Image.Part(NOW, slices, weights.now().values()));
        parts.add(new Image.Part(KEPT, slices, weights.kept().values()));
        weights.average().ifPresent(average -> parts.add(new Image.Part(AVERAGE, slices, average.values())));
        state.optimiser()
                .arrays()
                .forEach((name, values) -> parts.add(new Image.Part(OPTIMISER + name + "/", slices, values)));
        if (state.carried().length > 0) {
            Slice all = new Slice(CARRIED, List.of(state.carried().length), 0);
            parts.add(new Image.Part("", List.of(all), state.carried()));
        }
        Image image = Image.of(metadata, parts);
        Checksum.seal(image);
        return image;
    }

    /**
     * Reads a checkpoint.
     *
     * @throws ModelException if it is missing, damaged or no checkpoint; its {@link ModelException#kind} says which
     */
    public static TrainingState load(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * Reads a checkpoint that is in memory.
     *
     * @param name what errors call it
     * @throws ModelException if it is damaged or no checkpoint
     */
    public static TrainingState ofBytes(String name, byte[] file) {
        return read(SafeTensors.of(name, file));
    }

    private static TrainingState read(SafeTensors file) {
        Map<String, String> metadata = file.metadata();
        if (!metadata.containsKey(FORMAT_KEY)) {
            throw new ModelException(
                    Kind.NOT_A_CHECKPOINT,
                    file.name(),
                    "this is a safetensors file, but no checkpoint of a training: its metadata lacks \"" + FORMAT_KEY
                            + "\". Is it a model, which has only the parameters?");
        }
        Checksum.require(file, required(file, Model.CHECKSUM_KEY));
        String format = required(file, FORMAT_KEY);
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new ModelException(
                    Kind.NEWER_FORMAT,
                    file.name(),
                    "the checkpoint is in format " + quoted(format) + ", but this release reads format " + FORMAT
                            + ". Was it written by a newer Carousel?");
        }
        try {
            Map<String, String> identity = new LinkedHashMap<>();
            object(required(file, IDENTITY_KEY)).forEach((name, text) -> identity.put(name, String.valueOf(text)));
            StateJson json = StateJson.read(object(required(file, STATE_KEY)));
            Parameters.Layout layout = layout(file);
            TrainingState.Weights weights = new TrainingState.Weights(
                    parameters(file, NOW, layout),
                    parameters(file, KEPT, layout),
                    file.names(AVERAGE).isEmpty() ? Optional.empty() : Optional.of(parameters(file, AVERAGE, layout)),
                    json.averaged());
            return new TrainingState(
                    identity,
                    json.position(),
                    json.epochs(),
                    json.sums(),
                    weights,
                    new TrainingState.Memory(json.updates(), memory(file, layout)),
                    carried(file, json.position().carriedBatch()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelException(
                    Kind.BAD_CHECKPOINT, file.name(), "the checkpoint cannot be understood: " + e.getMessage(), e);
        }
    }

    private static String required(SafeTensors file, String key) {
        String text = file.metadata().get(key);
        if (text == null) {
            throw new ModelException(
                    Kind.BAD_CHECKPOINT,
                    file.name(),
                    "the metadata lacks \"" + key + "\", which every checkpoint has. Was the file changed by another"
                            + " program?");
        }
        return text;
    }

    private static Map<String, Object> object(String json) {
        if (Json.parse(json) instanceof Map<?, ?> map) {
            Map<String, Object> named = new LinkedHashMap<>();
            map.forEach((name, value) -> named.put(String.valueOf(name), value));
            return named;
        }
        throw new IllegalArgumentException("a JSON object was expected.");
    }

    /** The layout of the parameters, as their tensors tell it. */
    private static Parameters.Layout layout(SafeTensors file) {
        Parameters.Layout layout = new Parameters.Layout();
        for (String name : file.names(NOW)) {
            Integer[] shape = file.requireFloats(NOW + name).shape().stream()
                    .map(Math::toIntExact)
                    .toArray(Integer[]::new);
            layout.add(name, shape);
        }
        return layout;
    }

    private static Parameters parameters(SafeTensors file, String prefix, Parameters.Layout layout) {
        List<Slice> slices = layout.slices();
        if (!file.names(prefix).equals(slices.stream().map(Slice::name).toList())) {
            throw new IllegalArgumentException("the tensors " + prefix + " are " + file.names(prefix) + " but those of "
                    + NOW + " are " + file.names(NOW) + ".");
        }
        for (Slice slice : slices) {
            Tensor tensor = file.requireFloats(prefix + slice.name());
            if (!tensor.shape()
                    .equals(slice.shape().stream().map(Integer::longValue).toList())) {
                throw new IllegalArgumentException(
                        "tensor " + tensor.name() + " is " + tensor.shape() + " but should be " + slice.shape() + ".");
            }
        }
        Parameters parameters = layout.zeros();
        for (Slice slice : slices) {
            file.floats(prefix + slice.name(), parameters.values(), slice.offset());
        }
        return parameters;
    }

    private static Map<String, float[]> memory(SafeTensors file, Parameters.Layout layout) {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        for (String name : file.names(OPTIMISER)) {
            String array = name.substring(0, Math.max(0, name.indexOf('/')));
            if (!arrays.containsKey(array)) {
                arrays.put(
                        array, parameters(file, OPTIMISER + array + "/", layout).values());
            }
        }
        return arrays;
    }

    private static float[] carried(SafeTensors file, int batch) {
        if (!file.tensors().containsKey(CARRIED)) {
            return new float[0];
        }
        float[] carried = file.floats(CARRIED);
        if (carried.length < batch) {
            throw new IllegalArgumentException(
                    "the recurrent state has " + carried.length + " numbers, too few for " + batch + " sequences.");
        }
        return carried;
    }
}
