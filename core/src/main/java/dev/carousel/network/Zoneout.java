package dev.carousel.network;

import dev.carousel.kernel.StepGradient;
import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * Zoneout of one layer in one direction: units that keep their value from the step before. f says how much of a unit is
 * fresh.
 *
 * <pre>{@code
 * h  = (1 - f) ⊙ h' + f ⊙ h~        f is 0 with probability z, else 1; outside training f = 1 - z
 * c  = (1 - e) ⊙ c' + e ⊙ c~        e likewise, of its own z
 * dh~ = f ⊙ dh                      dh' = (1 - f) ⊙ dh + what the cell sends back; so for c
 * }</pre>
 *
 * <p>h~ and c~ are what the cell's equations give, h~ from c~. This is a pass of its own over each step, after the equations
 * and, on the way back, before them. Source: Krueger et al., "Zoneout: Regularizing RNNs by Randomly Preserving Hidden
 * Activations" (2017), equations 3 and 4.
 */
final class Zoneout extends Stage {

    private static final float[] EMPTY = {};

    private final Trajectory trajectory;
    private final boolean hasCellState;
    private final boolean projects;
    private final float hiddenShare;
    private final float cellShare;
    private final int part;
    private final int P;
    private final int H;

    private boolean draws;
    private long hiddenSource;
    private long cellSource;
    private long firstStep;
    private float[] f = EMPTY;
    private float[] e = EMPTY;
    private float[] kept = EMPTY;
    private float[] keptCell = EMPTY;
    private float[] fresh = EMPTY;
    private float[] zeros = EMPTY;
    private SequenceBatch batch = Sequence.zeros(0, 0, 0);
    private float[] dY = EMPTY;
    private int dYStride;
    private float[] dh = EMPTY;

    Zoneout(Trajectory trajectory, LayerSpec.Recurrent spec, int part) {
        this.trajectory = trajectory;
        this.hasCellState = LayerParts.onlyCellState(spec);
        this.projects = spec.projectionSize() > 0;
        this.hiddenShare = spec.regularisation().zoneoutHidden();
        this.cellShare = spec.regularisation().zoneoutCell();
        this.part = part;
        this.P = spec.stateSize();
        this.H = spec.hiddenSize();
    }

    /** A pass begins. */
    @Override
    void begin(Noise noise) {
        draws = noise.on();
        firstStep = noise.firstStep();
        f = Buffers.atLeast(f, (long) trajectory.N * P);
        e = Buffers.atLeast(e, hasCellState ? (long) trajectory.N * H : 0);
        Arrays.fill(f, 1 - hiddenShare);
        Arrays.fill(e, 1 - cellShare);
        if (draws) {
            hiddenSource = noise.source(Noise.Kind.ZONEOUT_H, part);
            cellSource = noise.source(Noise.Kind.ZONEOUT_C, part);
        }
    }

    /** f and e of step t, for one thread's rows and units. */
    private void draw(int t, Share share) {
        if (!draws) {
            return;
        }
        int units = Math.min(share.units(), P);
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            long row = (firstStep + t) * trajectory.N + n;
            int unit = share.firstUnit();
            if (hiddenShare > 0) {
                Noise.fill(hiddenSource, row * P + unit, units, hiddenShare, 1, f, n * P + unit);
            }
            if (cellShare > 0) {
                Noise.fill(cellSource, row * H + unit, share.units(), cellShare, 1, e, n * H + unit);
            }
        }
    }

    /** After the equations of step t, which left h~ and c~: h and c. */
    @Override
    void forward(int t, Share share) {
        draw(t, share);
        float[] h = trajectory.h;
        float[] c = trajectory.c;
        float[] h1 = projects ? h : trajectory.u;
        int from = projects ? trajectory.hSlot(t) : trajectory.cellSlot(t);
        int units = Math.min(share.units(), P);
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            int unit = n * P + share.firstUnit();
            mix(f, unit, units, h, trajectory.hSlotBefore(t) + unit, h1, from + unit, h, trajectory.hSlot(t) + unit);
            if (hasCellState) {
                int cell = n * H + share.firstUnit();
                int before = trajectory.cellSlot(trajectory.before(t)) + cell;
                int at = trajectory.cellSlot(t) + cell;
                mix(e, cell, share.units(), c, before, trajectory.cNew, at, c, at);
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>After it stands the gradient of h~ [N, P], all of it: the way from the step after is part of it.
     */
    @Override
    void beginBackward(SequenceBatch x, Chain chain) {
        int size = trajectory.N * P;
        kept = Buffers.atLeast(kept, size);
        fresh = Buffers.atLeast(fresh, size);
        zeros = Buffers.atLeast(zeros, size);
        keptCell = Buffers.atLeast(keptCell, hasCellState ? (long) trajectory.N * H : 0);
        Arrays.fill(kept, 0, size, 0);
        batch = x;
        dY = chain.dY;
        dYStride = chain.dYStride;
        dh = chain.dh;
        chain.dY = fresh;
        chain.dYStride = P;
        chain.dh = zeros;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Parts the gradients of h and c. Those of sequences that have ended pass by.
     */
    @Override
    int before(int t, Share share, int at, StepGradient d) {
        draw(t, share);
        int units = Math.min(share.units(), P);
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= batch.length(n)) {
                continue;
            }
            int from = at + (n - share.firstRow()) * dYStride;
            int unit = n * P + share.firstUnit();
            for (int j = unit; j < unit + units; j++) {
                float s = dY[from + j - unit] + dh[j] + (projects ? 0 : d.direct[j]) + kept[j];
                kept[j] = (1 - f[j]) * s;
                fresh[j] = f[j] * s;
            }
            if (!projects) {
                Arrays.fill(d.direct, unit, unit + units, 0);
            }
            if (hasCellState) {
                int cell = n * H + share.firstUnit();
                for (int j = cell; j < cell + share.units(); j++) {
                    keptCell[j] = (1 - e[j]) * d.dc[j];
                    d.dc[j] *= e[j];
                }
            }
        }
        return share.firstRow() * P + share.firstUnit();
    }

    /** The gradient of c before step t. */
    @Override
    void after(int t, Share share, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow() && hasCellState; n++) {
            int cell = n * H + share.firstUnit();
            for (int j = cell; j < cell + share.units() && t < batch.length(n); j++) {
                d.dc[j] += keptCell[j];
            }
        }
    }

    @Override
    boolean keeps() {
        return true;
    }

    @Override
    void addKept(float[] dH, int at, int size) {
        for (int i = 0; i < size; i++) {
            dH[at + i] += kept[i];
        }
    }

    private static void mix(
            float[] f, int fAt, int count, float[] old, int oldAt, float[] fresh, int freshAt, float[] to, int at) {
        for (int j = 0; j < count; j++) {
            to[at + j] = (1 - f[fAt + j]) * old[oldAt + j] + f[fAt + j] * fresh[freshAt + j];
        }
    }
}
