package dev.carousel.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Learned vectors of the ids in some columns of each valid step, behind the numbers in the others; at a padded step y is 0.
 * No state.
 *
 * <pre>{@code
 * y = [x S, o_1 E_1, o_2 E_2, ...]     S picks the columns of numbers, o_k has a 1 at the id in column k and else 0
 * dx = dy_0 Sᵀ                         an id has no gradient: 0
 * dE_k = Σ o_kᵀ dy_k                   summed over steps and sequences
 * }</pre>
 *
 * <p>Shapes: x [T, N, D], S [D, numbers], o_k [N, V_k], E_k [V_k, size of a vector], y [T, N, numbers and vectors]. The id is
 * the whole number nearest to what stands in x, so that y is flat there. Source: C. Guo and F. Berkhahn, "Entity embeddings of
 * categorical variables" (2016).
 */
final class ColumnEmbeddingLayer implements LayerReference {

    private final Mat S;
    private final List<Table> tables;

    /**
     * A column of ids.
     *
     * @param name what its weight is called
     * @param column where it stands in a row of x
     * @param E the vectors of its ids, a row each; shared
     */
    record Table(String name, int column, Mat E) {

        /** o, a row for each of x. */
        Mat oneHot(Mat x) {
            Mat o = Mat.zeros(x.rows(), E.rows());
            for (int n = 0; n < x.rows(); n++) {
                int id = (int) Math.rint(x.get(n, column));
                o.values()[n * E.rows() + Objects.checkIndex(id, E.rows())] = 1;
            }
            return o;
        }
    }

    /** A layer that reads rows of this many columns, those of the tables as ids. */
    ColumnEmbeddingLayer(int inputSize, List<Table> tables) {
        this.tables = List.copyOf(tables);
        this.S = Mat.zeros(inputSize, inputSize - tables.size());
        int number = 0;
        for (int column = 0; column < inputSize; column++) {
            int here = column;
            if (tables.stream().noneMatch(table -> table.column() == here)) {
                S.values()[column * S.columns() + number++] = 1;
            }
        }
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, outputSize());
        for (int t = 0; t < x.steps(); t++) {
            Mat rows = x.rows(t, x.live(t));
            List<Mat> parts = new ArrayList<>(List.of(rows.product(S)));
            tables.forEach(table -> parts.add(table.oneHot(rows).product(table.E())));
            y.put(t, x.live(t), Mat.beside(parts.toArray(Mat[]::new)));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, inputSize());
        Seq dy0 = dY.part(0, S.columns());
        for (int t = 0; t < x.steps(); t++) {
            dX.put(t, x.live(t), dy0.rows(t, x.live(t)).product(S.transposed()));
        }
        Mats dWeights = Mats.empty();
        int from = S.columns();
        for (Table table : tables) {
            Seq dy = dY.part(from, from + table.E().columns());
            dWeights = dWeights.with(table.name(), gradient(table, x, dy));
            from += table.E().columns();
        }
        return new Gradients(dX, Mats.empty(), dWeights);
    }

    private static Mat gradient(Table table, Seq x, Seq dy) {
        Mat dE = Mat.zeros(table.E().rows(), table.E().columns());
        for (int t = 0; t < x.steps(); t++) {
            Mat o = table.oneHot(x.rows(t, x.live(t)));
            dE = dE.plus(o.transposed().product(dy.rows(t, x.live(t))));
        }
        return dE;
    }

    @Override
    public String name() {
        return "embedding of columns";
    }

    @Override
    public Mats weights() {
        Map<String, Mat> weights = new LinkedHashMap<>();
        tables.forEach(table -> weights.put(table.name(), table.E()));
        return Mats.of(weights);
    }

    @Override
    public int inputSize() {
        return S.rows();
    }

    @Override
    public int outputSize() {
        return S.columns()
                + tables.stream().mapToInt(table -> table.E().columns()).sum();
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
