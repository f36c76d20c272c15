package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle, which is a program for a small stack machine, and runs of it only what builds values: it calls nothing.
 *
 * <p>What a pickle would call is handed to {@link PickleObjects}, which knows a few names and builds their values itself; every
 * other name, and every operation that could reach code in another way, is refused by name.
 *
 * <p>Values are {@code String}, {@code Long}, {@link java.math.BigInteger}, {@code Double}, {@code Boolean}, {@code byte[]},
 * {@code List<Object>}, {@code Map<Object, Object>}, {@link Tuple}, {@link #NONE}, and what {@link PickleObjects} builds. They
 * may contain themselves. Source: the operations' descriptions in Python's {@code pickletools}.
 */
final class PickleReader {

    /** Python's None. */
    static final Object NONE = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    /** A tuple; never compared or printed with its items, which may be nested without end. */
    static final class Tuple {

        static final Tuple EMPTY = new Tuple(List.of());

        private final List<Object> items;

        Tuple(List<Object> items) {
            this.items = items;
        }

        List<Object> items() {
            return items;
        }
    }

    /** Estimates, generous, of what the values of one kind need on the heap. */
    private static final int CONTAINER = 80;

    private static final int ENTRY = 48;
    private static final int NUMBER = 24;
    private static final int TEXT = 56;

    private final String file;
    private final PickleInput in;
    private final PickleObjects objects;
    private final PickleStack stack;

    private PickleReader(String file, byte[] pickle, long fileSize, PickleObjects objects) {
        this.file = file;
        this.in = new PickleInput(file, pickle);
        this.objects = objects;
        this.stack = new PickleStack(file, in, fileSize);
    }

    /**
     * The value that a pickle builds.
     *
     * @param file the name for errors
     * @param fileSize the size of the file that holds it, of which its values may need a small multiple
     * @throws InteropException if it is damaged, would call what is not known, or builds far more than it is long
     */
    static Object read(String file, byte[] pickle, long fileSize, PickleObjects objects) {
        PickleReader reader = new PickleReader(file, pickle, fileSize, objects);
        try {
            return reader.run();
        } catch (BufferUnderflowException e) {
            throw reader.in.bad("it ends in the middle, after " + pickle.length + " bytes");
        }
    }

    private InteropException bad(String what) {
        return in.bad(what);
    }

    private Object run() {
        while (true) {
            int at = in.position();
            int operation = in.oneByte();
            if (operation == '.') {
                Object result = stack.pop();
                if (in.remaining() > 0) {
                    throw bad("there are " + in.remaining() + " bytes after its end");
                }
                return result;
            }
            if (!container(operation) && !number(operation) && !text(operation) && !object(operation)) {
                throw new InteropException(file + ": the pickle has the operation " + PickleOperations.name(operation)
                        + " at byte " + at + ", which files of weights do not need; it is refused, because a pickle"
                        + " can run any program. Save the weights alone: torch.save(model.state_dict(), file).");
            }
        }
    }

    private boolean container(int operation) {
        switch (operation) {
            case '(' -> stack.mark();
            case '0' -> stack.pop();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.top());
            case ')' -> stack.push(Tuple.EMPTY);
            case 't' -> pushTuple(stack.popToMark());
            case 0x85, 0x86, 0x87 -> {
                List<Object> items = new ArrayList<>();
                for (int i = 0x85; i <= operation; i++) {
                    items.add(0, stack.pop());
                }
                pushTuple(items);
            }
            case ']' -> pushNew(new ArrayList<>());
            case 'l' -> pushNew(stack.popToMark());
            case '}' -> pushNew(new LinkedHashMap<>());
            case 'd' -> {
                List<Object> items = stack.popToMark();
                pushNew(new LinkedHashMap<>());
                putAll(items);
            }
            // Sets are kept as lists: nothing looks into them.
            case 0x8f -> pushNew(new ArrayList<>());
            case 0x91 -> pushTuple(stack.popToMark());
            case 'a' -> append(List.of(stack.pop()));
            case 'e', 0x90 -> append(stack.popToMark());
            case 's' -> {
                Object value = stack.pop();
                putAll(List.of(stack.pop(), value));
            }
            case 'u' -> putAll(stack.popToMark());
            case 'q' -> stack.memorise(in.oneByte());
            case 'r' -> stack.memorise(in.fourBytes());
            case 0x94 -> stack.memorise();
            case 'h' -> stack.recall(in.oneByte());
            case 'j' -> stack.recall(in.fourBytes());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pushNew(Object container) {
        stack.charge(CONTAINER);
        stack.push(container);
    }

    private void pushTuple(List<Object> items) {
        stack.charge(CONTAINER + 8L * items.size());
        stack.push(new Tuple(items));
    }

    private void append(List<Object> items) {
        stack.charge(8L * items.size());
        if (stack.top() instanceof ClosedValue) {
            return;
        }
        stack.topList().addAll(items);
    }

    private void putAll(List<Object> keysAndValues) {
        if (keysAndValues.size() % 2 != 0) {
            throw bad("a dictionary gets a key without a value, at byte " + in.position());
        }
        if (stack.top() instanceof ClosedValue) {
            return;
        }
        Map<Object, Object> map = stack.topMap();
        stack.charge((long) ENTRY * keysAndValues.size() / 2);
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            // Others might contain themselves, or take for ever to compare: they are kept under keys that equal no
            // other.
            boolean simple = key instanceof String || key instanceof Number || key instanceof Boolean || key == NONE;
            map.put(simple ? key : new ClosedValue(kind(key)), keysAndValues.get(i + 1));
        }
    }

    private boolean number(int operation) {
        switch (operation) {
            case 'N' -> stack.push(NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'K' -> pushNumber((long) in.oneByte());
            case 'M' -> pushNumber((long) in.twoBytes());
            case 'J' -> pushNumber((long) in.fourBytes());
            case 0x8a -> pushNumber(in.integer(in.oneByte()));
            case 'G' -> {
                // The one number of a pickle whose high byte comes first.
                pushNumber(Double.longBitsToDouble(Long.reverseBytes(in.eightBytes())));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pushNumber(Number number) {
        stack.charge(NUMBER);
        stack.push(number);
    }

    private boolean text(int operation) {
        switch (operation) {
            case 0x8c -> pushText(in.oneByte());
            case 'X' -> pushText(Integer.toUnsignedLong(in.fourBytes()));
            case 0x8d -> pushText(in.eightBytes());
            // Texts of Python 2, which were bytes.
            case 'U' -> pushText(in.oneByte());
            case 'T' -> pushText(in.fourBytes());
            case 'C' -> pushBytes(in.oneByte());
            case 'B' -> pushBytes(Integer.toUnsignedLong(in.fourBytes()));
            case 0x8e, 0x96 -> pushBytes(in.eightBytes());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pushText(long length) {
        byte[] utf8 = in.bytes(length);
        stack.charge(TEXT + 2L * utf8.length);
        stack.push(new String(utf8, StandardCharsets.UTF_8));
    }

    private void pushBytes(long length) {
        byte[] bytes = in.bytes(length);
        stack.charge(TEXT + (long) bytes.length);
        stack.push(bytes);
    }

    private boolean object(int operation) {
        switch (operation) {
            case 0x80 -> {
                int protocol = in.oneByte();
                if (protocol > 5) {
                    throw bad("it is written in protocol " + protocol + "; those up to 5 are known");
                }
            }
            // Frames tell how much to read ahead, which is all in memory here.
            case 0x95 -> in.eightBytes();
            case 'c' -> {
                String module = in.line();
                pushGlobal(module, in.line());
            }
            case 0x93 -> {
                Object name = stack.pop();
                pushGlobal(asText(stack.pop()), asText(name));
            }
            // Making a new object of a class is calling it.
            case 'R', 0x81 -> {
                Object arguments = stack.pop();
                Object callable = stack.pop();
                if (!(arguments instanceof Tuple tuple)) {
                    throw bad("a call's arguments are " + kind(arguments) + ", at byte " + in.position());
                }
                stack.charge(CONTAINER);
                stack.push(objects.call(callable, tuple.items()));
            }
            case 0x92 -> {
                // With arguments by name, which nothing known here takes.
                Object names = stack.pop();
                Object arguments = stack.pop();
                Object callable = stack.pop();
                if (!(callable instanceof ClosedValue && names instanceof Map && arguments instanceof Tuple)) {
                    throw bad("NEWOBJ_EX makes an object of " + kind(callable) + ", at byte " + in.position());
                }
                stack.push(callable);
            }
            case 'b' -> {
                Object attributes = stack.pop();
                objects.build(stack.top(), attributes);
            }
            case 'Q' -> {
                stack.charge(CONTAINER);
                stack.push(objects.persistent(stack.pop()));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pushGlobal(String module, String name) {
        stack.charge(CONTAINER);
        stack.push(objects.global(module, name));
    }

    private String asText(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw bad("a name is " + kind(value) + ", at byte " + in.position());
    }

    /** A value in words, for errors; never its content, which may be nested without end. */
    static String kind(Object value) {
        if (value instanceof String text) {
            return "the text " + quoted(text);
        }
        if (value instanceof Number || value instanceof Boolean || value == NONE) {
            return String.valueOf(value);
        }
        if (value instanceof TorchTensor || value instanceof TorchTensor.Storage) {
            return value instanceof TorchTensor ? "a tensor" : "a storage";
        }
        return value instanceof Tuple
                ? "a tuple"
                : value instanceof List
                        ? "a list"
                        : value instanceof Map ? "a dictionary" : value instanceof byte[] ? "bytes" : value.toString();
    }
}
