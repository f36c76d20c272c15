package dev.carousel.network;

import dev.carousel.cell.Cell;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * How the steps of a recurrent layer are cut among the threads of a team. The shape decides, never a sum is cut, and the
 * result has the same bits either way.
 *
 * <pre>{@code
 * alone      one thread does it all           little work
 * one        one thread does all steps        fewer sequences than threads, of steps too small or uneven to share; the threads
 *                                            share the gradients of weights and input
 * by rows    each thread its sequences        they never need each other, so the threads meet for gradients of weights only
 * by units   each thread its units            each needs all of h' of all threads, so they meet at every product
 * }</pre>
 *
 * <p>By units, each thread reads only its part of R, which may stay in its second-level cache for all steps, and a batch of
 * one sequence can be shared. For more sequences than a few, meeting at every step was measured to cost more than that
 * gains, however large R is.
 */
final class WorkSharing {

    /**
     * What one thread does of every step: some rows of the batch, all units of them, or some units of all rows.
     *
     * @param firstRow the first sequence
     * @param rows how many sequences
     * @param firstUnit the first unit
     * @param units how many units
     */
    record Share(int firstRow, int rows, int firstUnit, int units) {

        /** Where its sequences end, exclusive. */
        int endRow() {
            return firstRow + rows;
        }
    }

    /** Below this many multiply-adds of all steps together, waking the other threads takes longer than the work. */
    private static final long LITTLE_WORK = 200_000;

    /**
     * Below so many multiply-adds of one step, sharing it gains little where two processors are near each other, and where they
     * are far, meeting takes as long as the step.
     */
    private static final long LITTLE_STEP = 100_000;

    /** How many floats of columns one thread works on at once, so that they are in its cache when the cell reads them. */
    private static final int COLUMN_FLOATS = 96 << 10;

    /** How many columns of W are multiplied for all those steps before the next. */
    private static final int COLUMNS_AT_ONCE = 256;

    /** For how many rows of da the gradients of the weights are added at once: enough for products, few enough for caches. */
    private static final int GRADIENT_ROWS = 512;

    private final int steps;
    private final int batchSize;
    private final boolean ragged;
    private final boolean byUnits;
    private final int stepsAtOnce;
    private final int columnsAtOnce;
    private final int gradientStepsAtOnce;
    private final Share[] shares;

    private WorkSharing(SequenceBatch x, Cell cell, Products products, boolean byUnits, Share... shares) {
        this.steps = x.steps();
        this.batchSize = x.batchSize();
        this.ragged = x.ragged();
        this.byUnits = byUnits;
        this.shares = shares;
        int columns = Math.max(1, shares[0].rows() * shares[0].units() * cell.columns());
        this.stepsAtOnce = Math.max(1, COLUMN_FLOATS / columns);
        int unit = products.columnUnit();
        int chunks = Math.max(1, steps * batchSize / GRADIENT_ROWS);
        this.gradientStepsAtOnce = Math.max(1, (steps + chunks - 1) / chunks);
        this.columnsAtOnce = Math.max(unit, COLUMNS_AT_ONCE / unit * unit);
    }

    /**
     * The schedule of a layer. One with a projection is not cut by units, all of which the projection needs.
     *
     * @param products says at which multiple units may be cut
     * @param threads how many there are
     */
    static WorkSharing of(LayerSpec.Recurrent spec, Products products, SequenceBatch x, int threads) {
        int N = x.batchSize();
        int H = spec.hiddenSize();
        Cell cell = spec.cell();
        boolean meets = !cell.blocks().isEmpty();
        long r = meets ? (long) cell.gates() * H * H : 0;
        long w = x instanceof Sequence sequence ? (long) cell.gates() * H * sequence.size() : 0;
        if (threads == 1 || (w + r) * N * x.steps() < LITTLE_WORK) {
            return new WorkSharing(x, cell, products, false, alone(x, H));
        }
        boolean evenUnits = H % (products.columnUnit() * threads) == 0 && !x.ragged();
        boolean fewRows = N < 4 * threads;
        boolean worthIt = !meets || r * N >= LITTLE_STEP;
        if (evenUnits && fewRows && worthIt && spec.projectionSize() == 0 && cell.unitByUnit()) {
            return new WorkSharing(x, cell, products, true, byUnits(x, H, threads));
        }
        return new WorkSharing(x, cell, products, false, N >= threads ? byRows(x, H, threads) : one(x, H, threads));
    }

    private static Share[] alone(SequenceBatch x, int H) {
        return new Share[] {new Share(0, x.batchSize(), 0, H)};
    }

    private static Share[] one(SequenceBatch x, int H, int threads) {
        Share[] shares = new Share[threads];
        Arrays.fill(shares, new Share(0, 0, 0, H));
        shares[0] = alone(x, H)[0];
        return shares;
    }

    private static Share[] byRows(SequenceBatch x, int H, int threads) {
        Share[] shares = new Share[threads];
        for (int part = 0; part < threads; part++) {
            int first = Team.cut(x.batchSize(), part, threads);
            shares[part] = new Share(first, Team.cut(x.batchSize(), part + 1, threads) - first, 0, H);
        }
        return shares;
    }

    private static Share[] byUnits(SequenceBatch x, int H, int threads) {
        Share[] shares = new Share[threads];
        for (int part = 0; part < threads; part++) {
            shares[part] = new Share(0, x.batchSize(), part * (H / threads), H / threads);
        }
        return shares;
    }

    /** Whether it was made for a batch of this shape. */
    boolean isFor(SequenceBatch x) {
        return steps == x.steps() && batchSize == x.batchSize() && ragged == x.ragged();
    }

    /** Whether more than one thread takes steps. */
    boolean stepsTogether() {
        return shares.length > 1 && shares[1].rows() > 0;
    }

    /** Whether more than one thread works on gradients. */
    boolean gradientsTogether() {
        return shares.length > 1;
    }

    /** Whether the steps are cut by units, so that the threads have to meet at each product. */
    boolean byUnits() {
        return byUnits;
    }

    /** How many steps a thread works on at once: first their input products, then one after the other. */
    int stepsAtOnce() {
        return stepsAtOnce;
    }

    /** How many columns are multiplied for all steps that are worked on at once before the next columns. */
    int columnsAtOnce() {
        return columnsAtOnce;
    }

    /** After how many steps backward the gradients of the weights are added: the same for any number of threads. */
    int gradientStepsAtOnce() {
        return gradientStepsAtOnce;
    }

    /** What one thread does of each step. */
    Share share(int part) {
        return shares[part];
    }
}
