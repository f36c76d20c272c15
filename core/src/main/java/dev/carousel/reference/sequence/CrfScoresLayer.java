package dev.carousel.reference.sequence;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;

/**
 * The scores of tags with those of a conditional random field behind them, at each valid step; at a padded step y is 0. No state.
 *
 * <pre>{@code
 * y = [x | A | start | end]
 * dx = its part of dy,  dA, dstart and dend: the sums of theirs over steps and sequences
 * }</pre>
 *
 * <p>Shapes: x [T, N, K], y [T, N, K (K + 3)], {@code transitions} (A, row by row) [K, K], {@code start_transitions} and
 * {@code end_transitions} [1, K].
 *
 * @param transitions A, from row to column
 * @param start by tag
 * @param end by tag
 */
public record CrfScoresLayer(Mat transitions, Mat start, Mat end) implements LayerReference {

    private static final String TRANSITIONS = "transitions";
    private static final String START = "start_transitions";
    private static final String END = "end_transitions";

    /** Checks the sizes. */
    public CrfScoresLayer {
        int K = start.columns();
        boolean rows = start.rows() == 1 && end.rows() == 1;
        if (!rows || end.columns() != K || transitions.rows() != K || transitions.columns() != K) {
            throw new IllegalArgumentException("CrfScoresLayer: of " + K + " tags there must be [" + K + ", " + K
                    + "] transitions and rows of " + K + " starts and ends, but they are " + transitions.shape() + ", "
                    + start.shape() + " and " + end.shape() + ".");
        }
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        int K = inputSize();
        Mat constant = Mat.beside(Mat.over(1, K * K, transitions.values()), start, end);
        Seq y = Seq.zerosLike(x, outputSize());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(
                    t,
                    live,
                    Mat.beside(
                            x.rows(t, live), Mat.zeros(live.length, K * (K + 2)).plusRow(constant)));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        int K = inputSize();
        Seq dX = Seq.zerosLike(x, K);
        Mat sums = Mat.zeros(1, outputSize());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            Mat dy = dY.rows(t, live);
            dX.put(t, live, columns(dy, 0, K));
            sums = sums.plus(dy.sumOfRows());
        }
        Mat dA = Mat.over(K, K, columns(sums, K, K * K).values());
        return new Gradients(
                dX,
                Mats.empty(),
                Mats.of(TRANSITIONS, dA)
                        .with(START, columns(sums, K + K * K, K))
                        .with(END, columns(sums, 2 * K + K * K, K)));
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

    @Override
    public String name() {
        return "scores of a CRF";
    }

    @Override
    public Mats weights() {
        return Mats.of(TRANSITIONS, transitions).with(START, start).with(END, end);
    }

    @Override
    public int inputSize() {
        return start.columns();
    }

    @Override
    public int outputSize() {
        return inputSize() * (inputSize() + 3);
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
