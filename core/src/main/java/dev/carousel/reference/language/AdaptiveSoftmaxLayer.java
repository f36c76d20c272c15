package dev.carousel.reference.language;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.ArrayList;
import java.util.List;

/**
 * An adaptive softmax: the logarithms of the probabilities of many classes, the frequent ones in a short list, the others in
 * clusters with smaller vectors; at a padded step y is 0. No state.
 *
 * <pre>{@code
 * h = log softmax(H x)                             S + C numbers
 * q_i = log softmax(U_i P_i x)                     V_i numbers
 * y = [h_1..S | h_(S+1) + q_1 | h_(S+2) + q_2 | ...]
 *
 * d = [dy_1..S | Σ dy_(cluster 1) | Σ dy_(cluster 2) | ...]
 * dz = d - exp(h) Σ d,  dH = dzᵀ x
 * dz_i = dy_i - exp(q_i) Σ dy_i,  dU_i = dz_iᵀ a_i,  da_i = dz_i U_i,  dP_i = da_iᵀ x        a_i = P_i x
 * dx = dz H + Σ_i da_i P_i
 * }</pre>
 *
 * <p>Shapes: x [T, N, D], y [T, N, V], {@code head.weight} (H) [S + C, D], {@code tail.i.0.weight} (P_i) [d_i, D],
 * {@code tail.i.1.weight} (U_i) [V_i, d_i].
 *
 * @param head H
 * @param clusters P and U of each
 */
public record AdaptiveSoftmaxLayer(Mat head, List<Cluster> clusters) implements LayerReference {

    /**
     * A cluster of rarer classes.
     *
     * @param projection P
     * @param output U
     */
    public record Cluster(Mat projection, Mat output) {}

    /** Checks the sizes. */
    public AdaptiveSoftmaxLayer {
        clusters = List.copyOf(clusters);
        for (Cluster cluster : clusters) {
            if (cluster.projection().columns() != head.columns()
                    || cluster.output().columns() != cluster.projection().rows()) {
                throw new IllegalArgumentException("AdaptiveSoftmaxLayer: the head is " + head.shape()
                        + " but a cluster's matrices are "
                        + cluster.projection().shape() + " and "
                        + cluster.output().shape() + ".");
            }
        }
        if (head.rows() <= clusters.size()) {
            throw new IllegalArgumentException("AdaptiveSoftmaxLayer: the head is " + head.shape() + " with "
                    + clusters.size() + " clusters, so that no class is in the short list.");
        }
    }

    private int shortList() {
        return head.rows() - clusters.size();
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, outputSize());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            Mat rows = x.rows(t, live);
            Mat h = logSoftmax(rows.product(head.transposed()));
            List<Mat> parts = new ArrayList<>(List.of(columns(h, 0, shortList())));
            for (int i = 0; i < clusters.size(); i++) {
                Mat q = within(i, rows);
                parts.add(q.plus(spread(columns(h, shortList() + i, 1), q.columns())));
            }
            y.put(t, live, Mat.beside(parts.toArray(Mat[]::new)));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, inputSize());
        Mats d = weights().zerosLike();
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            Mat rows = x.rows(t, live);
            Mat dy = dY.rows(t, live);
            Mat dx = Mat.zeros(live.length, inputSize());
            List<Mat> ofHead = new ArrayList<>(List.of(columns(dy, 0, shortList())));
            int at = shortList();
            for (int i = 0; i < clusters.size(); i++) {
                Cluster cluster = clusters.get(i);
                int size = cluster.output().rows();
                Mat a = rows.product(cluster.projection().transposed());
                Mat dyi = columns(dy, at, size);
                Mat dzi = logSoftmaxGradient(within(i, rows), dyi);
                Mat da = dzi.product(cluster.output());
                d = d.plus(only(output(i), dzi.transposed().product(a)));
                d = d.plus(only(projection(i), da.transposed().product(rows)));
                dx = dx.plus(da.product(cluster.projection()));
                ofHead.add(sumOfColumns(dyi));
                at += size;
            }
            Mat h = logSoftmax(rows.product(head.transposed()));
            Mat dz = logSoftmaxGradient(h, Mat.beside(ofHead.toArray(Mat[]::new)));
            d = d.plus(only(HEAD, dz.transposed().product(rows)));
            dX.put(t, live, dx.plus(dz.product(head)));
        }
        return new Gradients(dX, Mats.empty(), d);
    }

    private static final String HEAD = "head.weight";

    private static String projection(int i) {
        return "tail." + i + ".0.weight";
    }

    private static String output(int i) {
        return "tail." + i + ".1.weight";
    }

    /** q_i. */
    private Mat within(int i, Mat rows) {
        Cluster cluster = clusters.get(i);
        Mat a = rows.product(cluster.projection().transposed());
        return logSoftmax(a.product(cluster.output().transposed()));
    }

    /** log softmax(z) = z - log Σ exp(z), row by row. */
    private static Mat logSoftmax(Mat z) {
        Mat max = Mat.zeros(z.rows(), 1);
        for (int row = 0; row < z.rows(); row++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < z.columns(); k++) {
                largest = Math.max(largest, z.get(row, k));
            }
            max.values()[row] = largest;
        }
        Mat shifted = z.minus(spread(max, z.columns()));
        Mat logSum = sumOfColumns(shifted.map(Math::exp)).map(Math::log);
        return shifted.minus(spread(logSum, z.columns()));
    }

    /** Of y = log softmax(z): dz = dy - exp(y) Σ dy. */
    private static Mat logSoftmaxGradient(Mat y, Mat dy) {
        return dy.minus(y.map(Math::exp).times(spread(sumOfColumns(dy), y.columns())));
    }

    private static Mat sumOfColumns(Mat all) {
        Mat sums = Mat.zeros(all.rows(), 1);
        for (int row = 0; row < all.rows(); row++) {
            for (int k = 0; k < all.columns(); k++) {
                sums.values()[row] += all.get(row, k);
            }
        }
        return sums;
    }

    /** A column, as often as there are to be columns. */
    private static Mat spread(Mat column, int columns) {
        Mat copies = Mat.zeros(column.rows(), columns);
        for (int i = 0; i < copies.values().length; i++) {
            copies.values()[i] = column.values()[i / columns];
        }
        return copies;
    }

    private static Mat columns(Mat all, int from, int count) {
        Mat some = Mat.zeros(all.rows(), count);
        for (int row = 0; row < all.rows(); row++) {
            for (int k = 0; k < count; k++) {
                some.values()[row * count + k] = all.get(row, from + k);
            }
        }
        return some;
    }

    /** All weights 0 but one. */
    private Mats only(String name, Mat numbers) {
        Mats all = Mats.empty();
        for (String each : weights().names()) {
            Mat w = weights().get(each);
            all = all.with(each, each.equals(name) ? numbers : Mat.zeros(w.rows(), w.columns()));
        }
        return all;
    }

    @Override
    public String name() {
        return "adaptive softmax";
    }

    @Override
    public Mats weights() {
        Mats weights = Mats.of(HEAD, head);
        for (int i = 0; i < clusters.size(); i++) {
            weights = weights.with(projection(i), clusters.get(i).projection())
                    .with(output(i), clusters.get(i).output());
        }
        return weights;
    }

    @Override
    public int inputSize() {
        return head.columns();
    }

    @Override
    public int outputSize() {
        return shortList()
                + clusters.stream().mapToInt(cluster -> cluster.output().rows()).sum();
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
