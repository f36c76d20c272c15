package dev.carousel.online;

import java.util.Arrays;

/**
 * What the weights of one matrix have done to the state so far: for each weight, one number for each part of its own unit's state
 * that later steps read.
 *
 * <pre>{@code
 * S_q = Σ_p J_qp ⊙ S'_p + x_d ∂s_q/∂a          gradient = dh ⊙ S_h
 * }</pre>
 *
 * <p>A row d holds the weights that multiply number d of what the matrix reads, x; L columns are the gates' units, one gate after
 * the other. A bias is a matrix of one row that reads 1. The weights, and so their gradient, lie in the same order.
 */
final class Influence {

    private final int H;
    private final int rows;
    private final int L;
    private final int at;
    private final int stride;
    private final int[] columnOf;
    private final int[] carried;

    /** For each carried part, [rows, L]. */
    private final float[][] s;

    // Of the step under way, for a whole row.
    private final float[][] slope;
    private final float[][][] jacobian;
    private final float[] dh;
    private final float[][] next;

    /**
     * Of weights that have done nothing yet.
     *
     * @param H the number of units
     * @param place where they lie
     * @param columnOf for each gate, the block of H numbers among the slopes that is its own
     * @param carried the parts of the state that later steps read
     * @param parts how many there are
     */
    Influence(int H, Place place, int[] columnOf, int[] carried, int parts) {
        this.H = H;
        this.rows = place.rows();
        this.L = columnOf.length * H;
        this.at = place.at();
        this.stride = place.stride();
        this.columnOf = columnOf.clone();
        this.carried = carried.clone();
        this.s = new float[carried.length][Math.multiplyExact(rows, L)];
        this.slope = new float[parts][L];
        this.jacobian = new float[parts][carried.length][L];
        this.dh = new float[L];
        this.next = new float[parts][L];
    }

    /**
     * Where weights lie among all.
     *
     * @param at the first one
     * @param rows how many rows
     * @param stride from one row to the next
     */
    record Place(int at, int rows, int stride) {}

    /** Carries it through a step. */
    void step(Slopes slopes, float[][] of, float[] x, int xAt) {
        prepare(slopes, of);
        for (int d = 0; d < rows; d++) {
            if (lone()) {
                RowLoops.carry(L, jacobian[0][0], slope[0], x[xAt + d], s[0], d * L);
            } else {
                mix(d, x[xAt + d], false);
                keep(d);
            }
        }
    }

    /**
     * Carries it through a step after which a loss was read.
     *
     * @param dH the gradient of the loss in h, [H]
     * @param gradient receives that in the weights
     */
    void stepAndLearn(Slopes slopes, float[][] of, float[] x, int xAt, float[] dH, float[] gradient) {
        prepare(slopes, of);
        for (int gate = 0; gate < columnOf.length; gate++) {
            System.arraycopy(dH, 0, dh, gate * H, H);
        }
        for (int d = 0; d < rows; d++) {
            int to = at + d * stride;
            if (lone()) {
                RowLoops.carryAndLearn(L, jacobian[0][0], slope[0], x[xAt + d], s[0], d * L, dh, gradient, to);
            } else {
                mix(d, x[xAt + d], true);
                RowLoops.products(L, dh, next[0], gradient, to);
                keep(d);
            }
        }
    }

    /** Whether h is all there is of the state. */
    private boolean lone() {
        return slope.length == 1;
    }

    private void prepare(Slopes slopes, float[][] of) {
        for (int q = 0; q < slope.length; q++) {
            for (int gate = 0; gate < columnOf.length; gate++) {
                System.arraycopy(of[q], columnOf[gate] * H, slope[q], gate * H, H);
                for (int p = 0; p < carried.length; p++) {
                    System.arraycopy(slopes.jacobian[q][carried[p]], 0, jacobian[q][p], gate * H, H);
                }
            }
        }
    }

    /** The row after the step; that of h alone if it is carried or asked for. */
    private void mix(int d, float x, boolean learns) {
        for (int q = 0; q < slope.length; q++) {
            if (q == 0 && !learns && carried[0] != 0) {
                continue;
            }
            RowLoops.scaled(L, x, slope[q], next[q]);
            for (int p = 0; p < carried.length; p++) {
                RowLoops.addProducts(L, jacobian[q][p], s[p], d * L, next[q]);
            }
        }
    }

    private void keep(int d) {
        for (int p = 0; p < carried.length; p++) {
            System.arraycopy(next[carried[p]], 0, s[p], d * L, L);
        }
    }

    /** Forgets it: a stream begins. */
    void clear() {
        for (float[] part : s) {
            Arrays.fill(part, 0);
        }
    }

    /** The numbers themselves, for a snapshot. */
    float[][] numbers() {
        return s;
    }
}
