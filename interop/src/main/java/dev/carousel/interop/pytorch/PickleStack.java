package dev.carousel.interop.pytorch;

import dev.carousel.interop.InteropException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a pickle's program works on: a stack of values with marks in it, the values it has stored, and what they may need. */
final class PickleStack {

    /** What the values of a small pickle may need in any case. */
    private static final long ALWAYS_ALLOWED = 8L << 20;

    /** Estimates, generous, of what a stored value, a mark and a place on the stack need on the heap. */
    private static final int STORED = 72;

    private static final int MARK = 40;
    private static final int PLACE = 8;

    private final String file;
    private final PickleInput in;
    private final long allowed;

    private final List<Object> stack = new ArrayList<>();
    private final ArrayDeque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private long needed;

    /**
     * An empty stack.
     *
     * @param in the pickle, which says where errors are
     * @param fileSize the size of the file that holds it, of which the values may need a small multiple
     */
    PickleStack(String file, PickleInput in, long fileSize) {
        this.file = file;
        this.in = in;
        this.allowed = ALWAYS_ALLOWED + 6 * fileSize;
    }

    /**
     * Notes that values are about to need memory.
     *
     * @throws InteropException if that is more than the file is worth
     */
    void charge(long bytes) {
        needed += bytes;
        if (needed > allowed) {
            throw new InteropException(file + ": the values of the pickle need more than " + allowed
                    + " bytes of memory, far more than a file of its size should. The file is damaged or hostile.");
        }
    }

    /** Puts a value on top. */
    void push(Object value) {
        charge(PLACE);
        stack.add(value);
    }

    /** Takes the value on top, above the last mark. */
    Object pop() {
        if (stack.size() <= bottom()) {
            throw in.bad("an operation at byte " + in.position() + " finds no value on the stack");
        }
        return stack.remove(stack.size() - 1);
    }

    /** The value on top, which stays there. */
    Object top() {
        Object value = pop();
        stack.add(value);
        return value;
    }

    private int bottom() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }

    /** Marks the place above what is there. */
    void mark() {
        charge(MARK);
        marks.add(stack.size());
    }

    /** Takes all values down to the last mark, and the mark. */
    List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw in.bad("an operation at byte " + in.position() + " finds no mark on the stack");
        }
        List<Object> top = stack.subList(bottom(), stack.size());
        marks.removeLast();
        List<Object> values = new ArrayList<>(top);
        top.clear();
        return values;
    }

    /** The list on top, which stays there. */
    @SuppressWarnings("unchecked")
    List<Object> topList() {
        if (top() instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw in.bad("something is appended to what is no list, at byte " + in.position());
    }

    /** The dictionary on top, which stays there. */
    @SuppressWarnings("unchecked")
    Map<Object, Object> topMap() {
        if (top() instanceof Map<?, ?> map) {
            return (Map<Object, Object>) map;
        }
        throw in.bad("an entry is put into what is no dictionary, at byte " + in.position());
    }

    /** Stores the value on top under the next number. */
    void memorise() {
        memorise(memo.size());
    }

    /** Stores the value on top under a number. */
    void memorise(int index) {
        if (memo.put(index, top()) == null) {
            charge(STORED);
        }
    }

    /** Puts a stored value on top. */
    void recall(int index) {
        Object value = memo.get(index);
        if (value == null) {
            throw in.bad("it refers to a value " + Integer.toUnsignedString(index) + " that it has not stored, at byte "
                    + in.position());
        }
        push(value);
    }
}
