package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.pytorch.PickleReader.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that a pickle of PyTorch may use, and the values that they build here: tensors, containers and small values.
 * They are those of {@code torch.load(weights_only=True)} that files of weights need.
 */
final class TorchObjects implements PickleObjects {

    private static final Set<String> CALLABLE = Set.of(
            "collections.OrderedDict",
            "builtins.set",
            "__builtin__.set",
            "torch.Size",
            "torch.device",
            "torch.serialization._get_layout",
            "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor_v3",
            "torch._utils._rebuild_parameter",
            "torch._utils._rebuild_parameter_with_state",
            "torch._tensor._rebuild_from_type_v2");

    /** Named, never called: what a tensor is made as, and storages without a type. */
    private static final Set<String> NAMED = Set.of(
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.storage.UntypedStorage",
            "torch.UntypedStorage",
            "torch.storage.TypedStorage");

    /** Finds the bytes of a storage. */
    interface Storages {

        /** The storage of a name, of a size in bytes. */
        TorchTensor.Storage storage(String key, long size);
    }

    /** A name that may be used. */
    private record Name(String full) {

        @Override
        public String toString() {
            return full;
        }
    }

    /** A class of a TorchScript archive. */
    private record ScriptClass(String full) {

        @Override
        public String toString() {
            return quoted(full);
        }
    }

    /** A storage as the pickle names it: where its bytes are, and of which type they are, unless the tensor says so. */
    private record TypedStorage(TorchTensor.Storage storage, Optional<TorchElementType> type) {

        @Override
        public String toString() {
            return "a storage";
        }
    }

    private final String file;
    private final Storages storages;

    /** Names for one file. */
    TorchObjects(String file, Storages storages) {
        this.file = file;
        this.storages = storages;
    }

    @Override
    public Object global(String module, String name) {
        String full = module + "." + name;
        Optional<TorchElementType> type = module.equals("torch") ? TorchElementType.ofTorch(name) : Optional.empty();
        if (type.isPresent()) {
            return type.get();
        }
        boolean storage =
                module.equals("torch") && TorchElementType.ofStorage(name).isPresent();
        if (storage || CALLABLE.contains(full) || NAMED.contains(full)) {
            return new Name(full);
        }
        return full.startsWith(TorchScriptObject.PREFIX) ? new ScriptClass(full) : new ClosedValue(full);
    }

    private InteropException bad(String what) {
        return new InteropException(file + ": the pickle is damaged: " + what + ".");
    }

    @Override
    public Object persistent(Object id) {
        List<Object> items = id instanceof Tuple tuple ? tuple.items() : List.of();
        if (items.size() >= 5 && items.get(1) instanceof ClosedValue closed) {
            // Of quantised numbers, for example: closed, and so is the tensor over it.
            return closed;
        }
        boolean sound = items.size() >= 5
                && items.get(0).equals("storage")
                && items.get(1) instanceof Name
                && items.get(2) instanceof String
                && items.get(4) instanceof Long;
        if (!sound) {
            throw bad("a storage is described by " + PickleReader.kind(id)
                    + ", expected is ('storage', class, key, device, size)");
        }
        String className = items.get(1).toString();
        Optional<TorchElementType> type =
                TorchElementType.ofStorage(className.substring(className.lastIndexOf('.') + 1));
        if (type.isEmpty() && !className.endsWith(".UntypedStorage")) {
            throw bad("a storage is of the class " + quoted(className));
        }
        long elements = (Long) items.get(4);
        long width = type.map(TorchElementType::bytes).orElse(1);
        if (elements < 0 || elements > Long.MAX_VALUE / width) {
            throw bad("a storage has " + elements + " elements");
        }
        return new TypedStorage(storages.storage((String) items.get(2), elements * width), type);
    }

    @Override
    public void build(Object value, Object attributes) {
        if (value instanceof TorchScriptObject module && attributes instanceof Map<?, ?> map) {
            module.put(map);
            return;
        }
        // A state_dict has an attribute _metadata, with the versions of modules, and tensors may have any: no numbers.
        boolean harmless = value instanceof Map || value instanceof TorchTensor || value instanceof ClosedValue;
        if (!harmless) {
            throw new InteropException(file + ": the pickle gives attributes to " + PickleReader.kind(value)
                    + ", which is refused. Save the weights alone: torch.save(model.state_dict(), file).");
        }
    }

    @Override
    public Object call(Object callable, List<Object> arguments) {
        if (callable instanceof ScriptClass script) {
            return new TorchScriptObject(script.full());
        }
        if (callable instanceof ClosedValue) {
            // What it would make is as closed as it is itself.
            return callable;
        }
        String name = callable instanceof Name known ? known.full() : PickleReader.kind(callable);
        if (!CALLABLE.contains(name)) {
            throw new InteropException(file + ": the pickle calls " + name + ", which is refused: nothing is called."
                    + " Save the weights alone: torch.save(model.state_dict(), file).");
        }
        return switch (name) {
            case "collections.OrderedDict" -> dictionary(arguments);
            case "builtins.set", "__builtin__.set", "torch.Size" ->
                arguments.isEmpty() ? Tuple.EMPTY : arguments.get(0);
            case "torch.device", "torch.serialization._get_layout" -> PickleReader.NONE;
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> tensor(arguments, false);
            case "torch._utils._rebuild_tensor_v3" -> tensor(arguments, true);
            case "torch._tensor._rebuild_from_type_v2" -> ofType(arguments);
            default -> parameter(arguments);
        };
    }

    private Map<Object, Object> dictionary(List<Object> arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.isEmpty()) {
            return map;
        }
        if (!(arguments.get(0) instanceof List<?> pairs)) {
            throw bad("an OrderedDict is made from " + PickleReader.kind(arguments.get(0)));
        }
        for (Object pair : pairs) {
            List<?> items =
                    pair instanceof Tuple tuple ? tuple.items() : pair instanceof List<?> list ? list : List.of();
            if (items.size() != 2 || !(items.get(0) instanceof String)) {
                throw bad("an entry of an OrderedDict is no pair of a text and a value");
            }
            map.put(items.get(0), items.get(1));
        }
        return map;
    }

    /** {@code (storage, offset, size, stride)}, then what numbers do not depend on; and in version 3 the type. */
    private Object tensor(List<Object> arguments, boolean typed) {
        int least = typed ? 7 : 4;
        if (!arguments.isEmpty() && arguments.get(0) instanceof ClosedValue closed) {
            return closed;
        }
        boolean sound = arguments.size() >= least
                && arguments.get(0) instanceof TypedStorage
                && arguments.get(1) instanceof Long
                && (!typed || arguments.get(6) instanceof TorchElementType);
        if (!sound) {
            throw bad("a tensor is not described by its storage, offset, size and strides");
        }
        TypedStorage storage = (TypedStorage) arguments.get(0);
        Optional<TorchElementType> type = typed ? Optional.of((TorchElementType) arguments.get(6)) : storage.type();
        return new TorchTensor(
                storage.storage(),
                type.orElseThrow(() -> bad("a tensor has no type of elements")),
                (Long) arguments.get(1),
                sizes(arguments.get(2)),
                sizes(arguments.get(3)));
    }

    private List<Long> sizes(Object value) {
        List<Long> sizes = new ArrayList<>();
        for (Object size : value instanceof Tuple tuple ? tuple.items() : List.of(value)) {
            if (!(size instanceof Long number) || sizes.size() == 64) {
                throw bad("the sizes of a tensor are not up to 64 whole numbers");
            }
            sizes.add(number);
        }
        return sizes;
    }

    private Object parameter(List<Object> arguments) {
        boolean tensor = !arguments.isEmpty()
                && (arguments.get(0) instanceof TorchTensor || arguments.get(0) instanceof ClosedValue);
        if (tensor) {
            return arguments.get(0);
        }
        throw bad("a parameter is not made from a tensor");
    }

    /** {@code (function, type, arguments, attributes)}: a tensor that has attributes. */
    private Object ofType(List<Object> arguments) {
        boolean sound = arguments.size() == 4
                && arguments.get(1) instanceof Name type
                && (type.full().equals("torch.Tensor") || type.full().equals("torch.nn.parameter.Parameter"))
                && arguments.get(0) instanceof Name function
                && function.full().startsWith("torch._utils._rebuild_")
                && arguments.get(2) instanceof Tuple;
        if (!sound) {
            throw bad("a tensor with attributes is not made as a Tensor or Parameter");
        }
        return call(arguments.get(0), ((Tuple) arguments.get(2)).items());
    }
}
