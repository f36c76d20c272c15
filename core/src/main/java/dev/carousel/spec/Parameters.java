package dev.carousel.spec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * All parameters of a network in ONE flat array, with named and shaped slices of it.
 *
 * <p>The gradient of a loss is a second {@code Parameters} of the same layout, so an optimiser, clipping, a checkpoint
 * or an average is a loop over one array. The array is mutable and shared with every caller that gets it; it is not
 * synchronised.
 *
 * <pre>{@code
 * Slice w = parameters.slice("rnn.weight_ih_l0");      // [4H, D]
 * float first = parameters.values()[w.offset()];
 * }</pre>
 */
public final class Parameters {

    /** How many names a message lists. */
    private static final int MOST_NAMES = 12;

    private final float[] values;
    private final Map<String, Slice> slices;

    /** How often they have been changed other than through the array. */
    private int changes;

    private Parameters(float[] values, Map<String, Slice> slices) {
        this.values = values;
        this.slices = slices;
    }

    /** Collects the slices of a layout, in order. */
    public static final class Layout {

        private final Map<String, Slice> slices = new LinkedHashMap<>();
        private long size;

        /** An empty layout. */
        public Layout() {}

        /**
         * Adds a slice at the end.
         *
         * @throws IllegalArgumentException if the name is taken, a dimension is not positive, or the sum of all sizes
         *     passes what one array can hold
         */
        public Layout add(String name, Integer... shape) {
            long sliceSize = 1;
            for (int dimension : shape) {
                if (dimension <= 0) {
                    throw new IllegalArgumentException("Parameter " + name + " has shape " + List.of(shape)
                            + "; every dimension must be positive.");
                }
                sliceSize = Math.multiplyExact(sliceSize, dimension);
            }
            if (size + sliceSize > Integer.MAX_VALUE - 16) {
                throw new IllegalArgumentException("With parameter " + name + " " + List.of(shape)
                        + " the network would have more than 2^31 parameters, more than one array holds.");
            }
            Slice before = slices.putIfAbsent(name, new Slice(name, List.of(shape), (int) size));
            if (before != null) {
                throw new IllegalArgumentException(
                        "Two parameters are named " + name + ". Give each layer its own name.");
            }
            size += sliceSize;
            return this;
        }

        /** The slices so far, in order; nothing has been allocated for them. */
        public List<Slice> slices() {
            return new ArrayList<>(slices.values());
        }

        /** New parameters of this layout, all zero. */
        public Parameters zeros() {
            return new Parameters(new float[(int) size], Collections.unmodifiableMap(new LinkedHashMap<>(slices)));
        }
    }

    /** The numbers themselves, not a copy. */
    public float[] values() {
        return values;
    }

    /**
     * Takes note that the numbers have been changed through {@link #values}, as an optimiser does: a backward pass that began
     * before then refuses to go on with others.
     */
    public void changed() {
        changes++;
    }

    /** How often they were changed, by {@link #set}, {@link #clear} or as {@link #changed} was told. */
    public int changes() {
        return changes;
    }

    /** How many parameters there are. */
    public int size() {
        return values.length;
    }

    /** The slices, in the order in which they lie in the array. */
    public List<Slice> slices() {
        return new ArrayList<>(slices.values());
    }

    /** Whether a slice of this name is there. */
    public boolean has(String name) {
        Objects.requireNonNull(name, "Parameters: name is null");
        return slices.containsKey(name);
    }

    /**
     * The slice of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Slice slice(String name) {
        Objects.requireNonNull(name, "Parameters: name is null");
        Slice slice = slices.get(name);
        if (slice == null) {
            throw new IllegalArgumentException("No parameter is named " + name + "; there are " + someNames() + ".");
        }
        return slice;
    }

    /** The first names and how many more there are, for messages. */
    public String someNames() {
        String names = slices.keySet().stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        int more = slices.size() - MOST_NAMES;
        return names + (more > 0 ? " and " + more + " more" : "");
    }

    /** A copy of the numbers of one slice, row-major. */
    public float[] get(String name) {
        Slice slice = slice(name);
        return Arrays.copyOfRange(values, slice.offset(), slice.end());
    }

    /**
     * Overwrites one slice.
     *
     * @throws IllegalArgumentException if the name is unknown or the count of numbers differs
     */
    public void set(String name, float... numbers) {
        Objects.requireNonNull(numbers, "Parameters: numbers are null");
        Slice slice = slice(name);
        if (numbers.length != slice.size()) {
            throw new IllegalArgumentException("Parameter " + name + " is " + slice.shape() + ", so " + slice.size()
                    + " numbers are expected, but got " + numbers.length + ".");
        }
        System.arraycopy(numbers, 0, values, slice.offset(), numbers.length);
        changes++;
    }

    /** Sets every number to zero: what a gradient begins from. */
    public void clear() {
        Arrays.fill(values, 0);
        changes++;
    }

    /** New parameters of the same layout, all zero: room for a gradient or an optimiser's memory. */
    public Parameters zerosLike() {
        return new Parameters(new float[values.length], slices);
    }

    /**
     * The slices whose names begin with a prefix, named without it: those of one network within a network of networks. A view over
     * the same array, where they stay in their places, so that {@link #values} and what counts or changes all numbers see the others,
     * too.
     */
    public Parameters part(String prefix) {
        Objects.requireNonNull(prefix, "Parameters: prefix is null");
        Map<String, Slice> some = new LinkedHashMap<>();
        slices.forEach((name, slice) -> {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                some.put(rest, new Slice(rest, slice.shape(), slice.offset()));
            }
        });
        return new Parameters(values, Collections.unmodifiableMap(some));
    }

    /** An independent copy. */
    public Parameters copy() {
        return new Parameters(values.clone(), slices);
    }

    /**
     * SHA-256 of texts and of all numbers: of each text in UTF-8 with a zero byte after it, then of each number's four bytes, the
     * highest first.
     *
     * @param texts what the numbers belong to, such as the network's description
     * @return in lower-case hexadecimal digits
     */
    public String fingerprint(String... texts) {
        Objects.requireNonNull(texts, "Parameters: texts are null");
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
        for (String text : texts) {
            Objects.requireNonNull(text, "Parameters: a text is null");
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (float number : values) {
            if (!buffer.hasRemaining()) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            buffer.putFloat(number);
        }
        digest.update(buffer.flip());
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Whether the other has the same slices, in the same places. */
    public boolean sameLayout(Parameters other) {
        Objects.requireNonNull(other, "Parameters: the others are null");
        return slices.equals(other.slices);
    }
}
