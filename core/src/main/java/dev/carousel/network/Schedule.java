package dev.carousel.network;

import dev.carousel.cell.Cell;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.SequenceBatch;

/**
 * How the steps of a recurrent layer are cut among the threads of a team. The shape decides, never a sum is cut, and the
 * result has the same bits either way.
 *
 * <pre>{@code
 * alone      one thread does it all           little work
 * by rows    each thread its sequences        they never need each other, so the threads never meet
 * by units   each thread its units            each needs all of h' of all threads, so they meet at every product
 * }</pre>
 *
 * <p>By units, each thread reads only its part of R, which may stay in its second-level cache for all steps, and a batch of
 * one sequence can be shared. It is worth a meeting per product when R is large or the sequences are few.
 *
 * @param together whether the team works on it at all
 * @param byUnits whether it is cut by units
 * @param unit the multiple at which units are cut
 */
record Schedule(boolean together, boolean byUnits, int unit) {

    static final Schedule ALONE = new Schedule(false, false, 1);

    /** Below so many multiply-adds of all steps together, waking the other threads takes longer than the work. */
    private static final long LITTLE_WORK = 200_000;

    /** Below so many multiply-adds of one step, a meeting takes too large a share of it. */
    private static final long LITTLE_STEP = 100_000;

    /** Half of a usual second-level cache, in floats: an R of this size does not stay there. */
    private static final long LARGE_R = 1 << 17;

    /** With so many rows for each thread, R is read often enough for each time it is fetched. */
    private static final int MANY_ROWS = 96;

    static Schedule of(Cell cell, Products products, SequenceBatch x, int H, int threads) {
        int unit = products.columnUnit();
        long r = (long) cell.gates() * H * H;
        long step = r * x.batchSize();
        if (threads == 1 || 2 * step * x.steps() < LITTLE_WORK) {
            return ALONE;
        }
        boolean evenUnits = H % (unit * threads) == 0 && !x.ragged();
        boolean fewRows = x.batchSize() < 4 * threads;
        boolean worthMeeting = fewRows || (r >= LARGE_R && x.batchSize() < MANY_ROWS * threads);
        if (evenUnits && worthMeeting && step >= LITTLE_STEP) {
            return new Schedule(true, true, unit);
        }
        return x.batchSize() >= threads ? new Schedule(true, false, unit) : ALONE;
    }

    /** What thread {@code part} of {@code parts} does. */
    Share share(int N, int H, int part, int parts) {
        if (byUnits) {
            int first = Team.cut(H, unit, part, parts);
            return new Share(0, N, first, Team.cut(H, unit, part + 1, parts) - first);
        }
        int first = Team.cut(N, part, parts);
        return new Share(first, Team.cut(N, part + 1, parts) - first, 0, H);
    }
}
