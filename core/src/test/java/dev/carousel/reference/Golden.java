package dev.carousel.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A file of {@code src/test/resources/golden}, and the cutting of its stacked matrices into ours.
 *
 * <p>An entry is a list of numbers, nested or not, or an object with {@code shape} and {@code data}.
 */
public final class Golden {

    private final String file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private final List<Integer> shape;
        private final double[] data;

        Entry(List<Integer> shape, double[] data) {
            this.shape = shape;
            this.data = data;
        }
    }

    private Golden(String file) {
        this.file = file;
    }

    /** A file whose entries are such files themselves, by name. */
    public static Map<String, Golden> readAll(String file) {
        Map<String, Golden> all = new LinkedHashMap<>();
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource golden/" + file);
            }
            try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), in)) {
                json.nextToken();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    if (json.nextToken() == JsonToken.START_OBJECT) {
                        Golden golden = new Golden(file + ", " + name);
                        golden.readEntries(json);
                        all.put(name, golden);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private void readEntries(JsonParser json) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                double[] data = numbers(json);
                entries.put(name, new Entry(List.of(data.length), data));
            } else if (token == JsonToken.START_OBJECT) {
                entries.put(name, shaped(json));
            }
        }
    }

    /** Whether there is an entry. */
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    public static Golden read(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource golden/" + file);
            }
            Golden golden = new Golden(file);
            try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), in)) {
                json.nextToken();
                golden.readEntries(json);
            }
            return golden;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry shaped(JsonParser json) {
        List<Integer> shape = List.of();
        double[] data = {};
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals("shape")) {
                shape = IntStream.of(ints(numbers(json))).boxed().toList();
            } else {
                data = numbers(json);
            }
        }
        return new Entry(shape, data);
    }

    private static double[] numbers(JsonParser json) {
        List<Double> numbers = new ArrayList<>();
        for (int depth = 1; depth > 0; ) {
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                depth++;
            } else if (token == JsonToken.END_ARRAY) {
                depth--;
            } else {
                numbers.add(json.getDoubleValue());
            }
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int[] ints(double[] numbers) {
        return IntStream.range(0, numbers.length).map(k -> (int) numbers[k]).toArray();
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("golden/" + file + " has no '" + name + "', only " + entries.keySet());
        }
        return entry;
    }

    /** All numbers of an entry, flat. */
    public double[] numbers(String name) {
        return entry(name).data;
    }

    /** An entry of one or two dimensions; a vector is one row. */
    public Mat mat(String name) {
        Entry entry = entry(name);
        List<Integer> shape = entry.shape;
        return shape.size() == 1
                ? Mat.over(1, shape.get(0), entry.data)
                : Mat.over(shape.get(0), shape.get(1), entry.data);
    }

    /** An entry [T, N, D]. */
    public Seq seq(String name) {
        Entry entry = entry(name);
        List<Integer> shape = entry.shape;
        return Seq.over(shape.get(0), shape.get(1), shape.get(2), entry.data);
    }

    /** Rows [from, to) of a stacked matrix [rows, kH], its column blocks taken in the given order, transposed: [kH, rows]. */
    public static Mat gates(Mat stacked, int from, int to, int... order) {
        Mat rows = stacked.rows(IntStream.range(from, to).toArray());
        Mat[] blocks = IntStream.of(order)
                .mapToObj(block -> rows.columnBlock(block, order.length))
                .toArray(Mat[]::new);
        return Mat.beside(blocks).transposed();
    }
}
