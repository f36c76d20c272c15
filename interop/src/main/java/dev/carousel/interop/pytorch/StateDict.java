package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import dev.carousel.model.SafeTensors;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The weights of a PyTorch module by name, in the order of the file, which stays open until they have been read.
 *
 * @param file the file's name, for errors
 * @param weights by name
 * @param inOrder whether the order is that in which the module was built, as far as the file can tell
 * @param open what is open
 */
record StateDict(String file, Map<String, Weight> weights, boolean inOrder, AutoCloseable open)
        implements AutoCloseable {

    /** Zips, however they are called, begin with these. */
    private static final String ARCHIVES = ".pt .pth .bin .ckpt";

    private static final int DEEPEST = 4;

    /**
     * Opens a file of weights.
     *
     * @throws InteropException if it is damaged, or holds no weights or several sets of them
     */
    static StateDict open(Path file, ImportOptions options) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")
                ? ofSafeTensors(file)
                : ofArchive(file, options);
    }

    /** The endings of files of {@code torch.save}. */
    static List<String> archiveEndings() {
        return List.of(ARCHIVES.split(" ", -1));
    }

    /** Opens a safetensors file, whatever its ending. */
    static StateDict ofSafeTensors(Path path) {
        SafeTensors tensors = asInterop(() -> SafeTensors.open(path));
        Map<String, Weight> weights = new LinkedHashMap<>();
        tensors.tensors().forEach((name, tensor) -> weights.put(name, new InSafeTensors(tensors, tensor)));
        // The usual writer sorts them by name, and then their order tells nothing.
        List<String> names = List.copyOf(weights.keySet());
        boolean sorted = names.equals(names.stream().sorted().toList());
        return new StateDict(path.toString(), weights, !sorted, tensors);
    }

    /** A tensor of a safetensors file. */
    private record InSafeTensors(SafeTensors file, SafeTensors.Tensor tensor) implements Weight {

        @Override
        public List<Long> shape() {
            return tensor.shape();
        }

        private Optional<TorchElementType> elementType() {
            return TorchElementType.ofSafeTensors(tensor.dtype());
        }

        @Override
        public String type() {
            return elementType().map(TorchElementType::torchName).orElse(tensor.dtype());
        }

        @Override
        public boolean isFloat() {
            return elementType().map(TorchElementType::isFloat).orElse(false);
        }

        @Override
        public float[] floats() {
            TorchElementType type = elementType().orElseThrow();
            return asInterop(() -> type == TorchElementType.FLOAT32
                    ? file.floats(tensor.name())
                    : type.floats(file.raw(tensor.name()), ByteOrder.LITTLE_ENDIAN));
        }
    }

    /** Something that reads a model file. */
    private interface Reading<T> {
        T read();
    }

    private static <T> T asInterop(Reading<T> reading) {
        try {
            return reading.read();
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }

    private static StateDict ofArchive(Path path, ImportOptions options) {
        TorchArchive archive = TorchArchive.open(path);
        try {
            Map<String, Map<?, ?>> found = new LinkedHashMap<>();
            Object content = archive.content();
            collect("", content, found, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
            Map<?, ?> chosen = choose(path.toString(), content, found, options.stateDict());
            return new StateDict(path.toString(), tensorsOf(path.toString(), chosen, options), true, archive);
        } catch (Throwable e) {
            archive.close();
            throw e;
        }
    }

    /** All dictionaries that hold weights, by the keys that lead to them. */
    private static void collect(String path, Object value, Map<String, Map<?, ?>> found, Set<Object> seen, int depth) {
        if (value instanceof TorchScriptObject module) {
            found.put(path, module.weights());
            return;
        }
        if (value instanceof List<?> list && depth <= DEEPEST && seen.add(list)) {
            for (int i = 0; i < list.size(); i++) {
                collect(path.isEmpty() ? Integer.toString(i) : path + "." + i, list.get(i), found, seen, depth + 1);
            }
            return;
        }
        if (!(value instanceof Map<?, ?> map) || depth > DEEPEST || !seen.add(map)) {
            return;
        }
        boolean weights = map.entrySet().stream()
                .anyMatch(entry -> entry.getKey() instanceof String name
                        && name.substring(name.lastIndexOf('.') + 1).startsWith("weight")
                        && entry.getValue() instanceof Weight);
        if (weights) {
            found.put(path, map);
            return;
        }
        map.forEach((key, inner) -> {
            if (key instanceof String name) {
                collect(path.isEmpty() ? name : path + "." + name, inner, found, seen, depth + 1);
            }
        });
    }

    private static Map<?, ?> choose(
            String file, Object content, Map<String, Map<?, ?>> found, Optional<String> wanted) {
        String names = found.keySet().stream()
                .limit(8)
                .map(name -> name.isEmpty() ? "the whole file" : quoted(name))
                .collect(Collectors.joining(", "));
        if (wanted.isPresent()) {
            return Optional.ofNullable(found.get(wanted.get()))
                    .orElseThrow(() -> new InteropException(file + ": --state-dict is " + quoted(wanted.get())
                            + ", but weights are found in " + (names.isEmpty() ? "no dictionary" : names) + "."));
        }
        if (found.isEmpty()) {
            String what = content instanceof ClosedValue closed
                    ? closed + ", which is refused: nothing is called, because a pickle can run any program. "
                            + closed.advice()
                    : PickleReader.kind(content) + inside(content)
                            + "; expected is a dictionary of tensors by name. Save it with torch.save(model.state_dict(), file).";
            throw new InteropException(file + ": there are no weights in the file, which holds " + what);
        }
        if (found.size() > 1) {
            throw new InteropException(file + ": the file holds several sets of weights, " + names
                    + ", and nothing tells which is meant. Say --state-dict with one of them.");
        }
        return found.values().iterator().next();
    }

    /** The first value of a container that was kept closed, in words. */
    private static String inside(Object content) {
        List<Object> values = new ArrayList<>();
        if (content instanceof Map<?, ?> items) {
            Optional<String> packed = items.keySet().stream()
                    .map(String::valueOf)
                    .filter(key -> key.contains("packed_params") || key.contains("_all_weight_values"))
                    .findFirst();
            if (packed.isPresent()) {
                return " with the packed weights " + quoted(packed.get())
                        + " of a quantised network. Save the network before it is quantised";
            }
        }
        if (content instanceof Map<?, ?> map) {
            values.addAll(map.values());
            values.addAll(map.keySet());
        } else if (content instanceof List<?> list) {
            values.addAll(list);
        }
        return values.stream()
                .filter(value -> value instanceof ClosedValue)
                .findFirst()
                .map(value -> " with " + value + " in it, which is not called")
                .orElse("");
    }

    private static Map<String, Weight> tensorsOf(String file, Map<?, ?> map, ImportOptions options) {
        Map<String, Weight> weights = new LinkedHashMap<>();
        List<String> others = new ArrayList<>();
        map.forEach((key, value) -> {
            if (key instanceof String name && value instanceof Weight weight) {
                weights.put(name, weight);
            } else {
                requireNoWeight(file, map, key, value);
                others.add((key instanceof String name ? quoted(name) : PickleReader.kind(key))
                        + (value instanceof ClosedValue ? " (" + value + ")" : ""));
            }
        });
        if (!others.isEmpty()) {
            options.notes()
                    .accept(file + ": left out, because they are no tensors: "
                            + others.stream().limit(8).collect(Collectors.joining(", "))
                            + (others.size() > 8 ? " and " + (others.size() - 8) + " more." : "."));
        }
        return weights;
    }

    /** Refuses a value that nobody opened next to the tensors of one module: it may be a weight, too. */
    private static void requireNoWeight(String file, Map<?, ?> map, Object key, Object value) {
        if (!(key instanceof String name) || !(value instanceof ClosedValue)) {
            return;
        }
        int dot = name.lastIndexOf('.');
        String module = dot < 0 ? "" : name.substring(0, dot + 1);
        boolean among = map.entrySet().stream()
                .anyMatch(other -> other.getValue() instanceof Weight
                        && other.getKey() instanceof String weight
                        && weight.startsWith(module)
                        && weight.indexOf('.', module.length()) < 0);
        boolean likely = dot >= 0 || name.startsWith("weight") || name.startsWith("bias");
        if (among && likely) {
            throw new InteropException(file + ": the item " + quoted(name) + " is " + value
                    + ", next to tensors of the same module, so it may be a weight that is not read. Is it a quantised or"
                    + " sparse tensor, or an array of NumPy? Make it a plain tensor before torch.save.");
        }
    }

    /**
     * The numbers of a weight, if all are finite.
     *
     * @throws InteropException if one is not
     */
    float[] finite(String name, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new InteropException(file + ": number " + i + " of tensor " + quoted(name) + " is " + numbers[i]
                        + " as a 32-bit float; every weight must be finite. Did the training diverge?");
            }
        }
        return numbers;
    }

    /** The weight of a name that is there. */
    Weight weight(String name) {
        return Optional.ofNullable(weights.get(name)).orElseThrow();
    }

    @Override
    public void close() {
        try {
            open.close();
        } catch (Exception e) {
            throw new InteropException(file + ": the file cannot be closed: " + e.getMessage(), e);
        }
    }
}
