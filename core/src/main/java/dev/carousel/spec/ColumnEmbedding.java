package dev.carousel.spec;

import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Learned vectors for those columns of a row that hold ids; the other columns are numbers and stay as they are.
 *
 * <pre>{@code
 * y  = [numbers of x in their order, E_1[id_1], E_2[id_2], ...]        id_k what stands in column k, a whole number
 * dX = dY at the numbers, 0 at the ids                                 dE_k[id_k] += dY at the vector of id_k
 * }</pre>
 *
 * <p>Shapes: x [T, N, D], y [T, N, D - K + Σ E_k] with K columns of ids. Parameters: the table of each such column,
 * {@code name.column.weight} [V_k, E_k], as a {@code ModuleDict} of PyTorch's Embeddings has them; all are initialised
 * as normal numbers of deviation 1 except the vector of id 0, which is 0: by convention id 0 stands for any value not
 * seen in training, and so lies amid the others. Must be the first layer, since the output of another layer is not an
 * id; an id that is not a whole number from 0 to V_k - 1 is an error when the network runs. Source: Guo and Berkhahn,
 * "Entity embeddings of categorical variables" (2016).
 *
 * @param name the prefix of its parameters
 * @param inputSize D, how many columns a row has
 * @param columns which of them hold ids, in their order, at least one
 */
public record ColumnEmbedding(String name, int inputSize, List<Column> columns) implements LayerSpec {

    /** Up to here a float holds every whole number. */
    private static final int MOST_IDS = 1 << 24;

    /**
     * A column of ids.
     *
     * @param name the name of its table, without a dot
     * @param index where it stands in a row, from 0
     * @param vocabularySize V, how many ids there are, 0 to V - 1
     * @param outputSize E, how many numbers stand for an id
     */
    public record Column(String name, int index, int vocabularySize, int outputSize) {

        /** Checks the name and the sizes. */
        public Column {
            String what = "ColumnEmbedding, column '" + name + "': ";
            if (name.isBlank() || name.indexOf('.') >= 0) {
                throw new IllegalArgumentException(what + "the name must not be empty and must have no dot.");
            }
            if (index < 0) {
                throw new IllegalArgumentException(what + "index is " + index + " but must be at least 0.");
            }
            LayerSpec.requirePositive(what + "vocabularySize", vocabularySize);
            LayerSpec.requirePositive(what + "outputSize", outputSize);
            if (vocabularySize > MOST_IDS) {
                throw new IllegalArgumentException(what + "vocabularySize is " + vocabularySize
                        + " but must be at most " + MOST_IDS + ", so that a float holds each id.");
            }
        }

        /** Whether that is a whole number from 0 to V - 1; NaN is none. */
        boolean isId(float value) {
            return value == (int) value && value >= 0 && value < vocabularySize;
        }
    }

    /** Checks that the columns lie in a row and stand in order. */
    public ColumnEmbedding {
        columns = List.copyOf(columns);
        LayerSpec.requirePositive("ColumnEmbedding " + name + ": inputSize", inputSize);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("ColumnEmbedding " + name + ": at least one column must hold ids.");
        }
        int before = -1;
        for (Column column : columns) {
            if (column.index() <= before || column.index() >= inputSize) {
                throw new IllegalArgumentException("ColumnEmbedding " + name + ": column '" + column.name()
                        + "' has index " + column.index() + " but must stand after " + before
                        + " and before the end of a"
                        + " row of " + inputSize + " columns. Are the columns in order?");
            }
            before = column.index();
        }
        long outputs = inputSize
                - columns.size()
                + columns.stream().mapToLong(Column::outputSize).sum();
        if (outputs > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("ColumnEmbedding " + name + ": its output would have " + outputs
                    + " numbers a step, more than 2147483647.");
        }
    }

    /** How many columns are numbers. */
    public int numbers() {
        return inputSize - columns.size();
    }

    /** The columns that are numbers, in order. */
    public int[] numberColumns() {
        return IntStream.range(0, inputSize)
                .filter(index -> columns.stream().noneMatch(column -> column.index() == index))
                .toArray();
    }

    @Override
    public int outputSize() {
        return numbers() + columns.stream().mapToInt(Column::outputSize).sum();
    }

    /** The full name of a column's table. */
    public String parameterName(Column column) {
        return name + "." + column.name() + ".weight";
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        columns.forEach(column -> layout.add(parameterName(column), column.vocabularySize(), column.outputSize()));
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.columnEmbedding(this);
    }

    /**
     * Overwrites what stands in the columns of ids of some rows, if a network has such columns, with random ids: for trials
     * of networks on random input.
     *
     * @param spec the network
     * @param rows whole rows [rows, D]
     */
    public static void drawIds(NetworkSpec spec, float[] rows, RandomGenerator random) {
        if (spec.layers().get(0) instanceof ColumnEmbedding embedding) {
            for (int at = 0; at < rows.length; at += embedding.inputSize) {
                for (Column column : embedding.columns) {
                    rows[at + column.index()] = random.nextInt(column.vocabularySize());
                }
            }
        }
    }

    /** Refuses what is no id at a step that counts. */
    public void requireIds(Sequence x) {
        for (int k = 0; k < columns.size(); k++) {
            Column column = columns.get(k);
            for (int t = 0; t < x.steps(); t++) {
                for (int n = 0; n < x.batchSize(); n++) {
                    float value = x.data()[x.offset(t, n) + column.index()];
                    if (!column.isId(value) && t < x.length(n)) {
                        throw noId("Network: step " + t + " of sequence " + n, column, value);
                    }
                }
            }
        }
    }

    /**
     * Refuses a row with something in a column of ids that is none.
     *
     * @param row the numbers and ids of one step
     * @throws IllegalArgumentException that names the column
     */
    public void requireIds(float[] row) {
        for (int k = 0; k < columns.size(); k++) {
            Column column = columns.get(k);
            if (!column.isId(row[column.index()])) {
                throw noId("The event", column, row[column.index()]);
            }
        }
    }

    private static IllegalArgumentException noId(String where, Column column, float value) {
        return new IllegalArgumentException(where + " has " + value + " in column " + column.index()
                + ", which holds the ids of '" + column.name() + "', whole numbers from 0 to "
                + (column.vocabularySize() - 1)
                + ". Are the columns in another order, or was this model trained with other categories?");
    }
}
