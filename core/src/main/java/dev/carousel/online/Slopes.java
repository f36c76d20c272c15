package dev.carousel.online;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Arrays;
import java.util.List;

/**
 * How the state of a unit after a step depends on what that unit has read: one rule for every cell whose equations go unit by
 * unit, made of the cell's own backward step.
 *
 * <pre>{@code
 * columns[q][c]     ∂s_q / ∂a_c         of each column c of the step, H numbers each
 * jacobian[q][p]    ∂s_q / ∂s'_p        of the same unit, H numbers
 * }</pre>
 *
 * <p>The gradient of part q of the state is set to 1 in all units at once, since none reads another's numbers; what comes back
 * through a recurrent product is taken from the diagonal of its weights alone. Of a cell without recurrent products that is the
 * whole Jacobian.
 */
final class Slopes {

    private final Cell cell;
    private final Kernels kernels;
    private final List<Block> blocks;
    private final int H;
    private final int parts;
    private final int ownSize;

    /** For each part of the state, the slopes of all columns. */
    final float[][] columns;

    /** For each part, the slopes of the weights of role OWN, of a cell that does not leave them in columns. */
    final float[][] own;

    /** For each part and each part before the step, [H]. */
    final float[][][] jacobian;

    private final StepGradient d = new StepGradient();
    private final float[] ones;
    private final float[] zeros;
    private final float[] back;

    /**
     * Of one layer.
     *
     * @param parts how many parts of H numbers the state has
     * @param ownSize how many numbers the weights of role OWN have
     */
    Slopes(Cell cell, Kernels kernels, int H, int parts, int ownSize) {
        this.cell = cell;
        this.kernels = kernels;
        this.blocks = cell.blocks();
        this.H = H;
        this.parts = parts;
        this.ownSize = ownSize;
        this.columns = new float[parts][cell.columns() * H];
        this.own = new float[parts][cell.ownColumn() < 0 ? ownSize : 0];
        this.jacobian = new float[parts][parts][H];
        this.ones = new float[H];
        this.zeros = new float[H];
        this.back = new float[H];
        Arrays.fill(ones, 1);
        d.dYStride = H;
        d.dh = zeros;
        d.direct = new float[H];
        d.dc = new float[(parts - 1) * H];
        d.dm = new float[blocks.size() > 1 ? H : 0];
    }

    /**
     * Takes the slopes of the step that has just been made.
     *
     * @param step as {@link Cell#forward} left it
     * @param r the recurrent weights, a row for each unit read, a column for each row of R
     * @param rAt where they begin
     */
    void take(Step step, float[] r, int rAt) {
        float[] gates = step.a;
        for (int q = 0; q < parts; q++) {
            if (q == 0 || carries(q)) {
                System.arraycopy(gates, 0, columns[q], 0, columns[q].length);
                step.a = columns[q];
                take(q, step, r, rAt);
            }
        }
        step.a = gates;
    }

    /** Whether what a weight has done to this part is of use after the step. */
    boolean carries(int part) {
        return part > 0 || cell.readsOutput();
    }

    private void take(int q, Step step, float[] r, int rAt) {
        d.dY = q == 0 ? ones : zeros;
        Arrays.fill(d.direct, 0);
        Arrays.fill(d.dc, 0);
        if (q > 0) {
            Arrays.fill(d.dc, (q - 1) * H, q * H, 1);
        }
        Arrays.fill(back, 0);
        for (int i = Math.max(1, blocks.size()) - 1; i >= 0; i--) {
            cell.backward(kernels, i, step, d);
            if (i < blocks.size()) {
                mirror(blocks.get(i), step.a, r, rAt, i == 0 ? back : d.dm);
            }
        }
        for (int u = 0; u < H; u++) {
            jacobian[q][0][u] = back[u] + d.direct[u];
        }
        for (int p = 1; p < parts; p++) {
            System.arraycopy(d.dc, (p - 1) * H, jacobian[q][p], 0, H);
        }
        if (own[q].length > 0) {
            Arrays.fill(own[q], 0);
            cell.addWeightGradients(0, H, step, own[q], 0);
        }
    }

    /** What comes back through the weights of a unit that read the unit itself. */
    private void mirror(Block block, float[] a, float[] r, int rAt, float[] to) {
        int kH = cell.gates() * H;
        Arrays.fill(to, 0);
        for (int gate = 0; gate < block.gates(); gate++) {
            int column = (block.firstColumn() + gate) * H;
            int row = (block.firstGate() + gate) * H;
            for (int u = 0; u < H; u++) {
                to[u] += a[column + u] * r[rAt + u * kH + row + u];
            }
        }
    }

    /** How many numbers the weights of role OWN have. */
    int ownSize() {
        return ownSize;
    }
}
