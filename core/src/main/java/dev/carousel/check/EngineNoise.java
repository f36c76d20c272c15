package dev.carousel.check;

import dev.carousel.network.Noise;
import dev.carousel.network.Noise.Kind;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.ReferenceLayers;
import dev.carousel.reference.Seq;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Regularisation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a training pass of the engine draws, given to the reference as fixed factors.
 *
 * @param noise draws as the pass does
 * @param T the steps of the batch
 * @param N its sequences
 */
record EngineNoise(Noise noise, int T, int N) {

    /** Outside training: of all noise only the expectation of zoneout is left. */
    static LayerReference expected(CellLayer layer, Regularisation how) {
        return how.zoneout() ? layer.withZoneout(how.zoneoutHidden(), how.zoneoutCell()) : layer;
    }

    /** A layer in one direction with the noise of its part of the state. */
    LayerReference around(CellLayer layer, LayerSpec.Recurrent stack, int part) {
        Regularisation how = stack.regularisation();
        Map<String, Seq> fresh = new LinkedHashMap<>();
        fresh.put("h", steps(Kind.ZONEOUT_H, part, stack.stateSize(), how.zoneoutHidden(), false));
        if (how.zoneoutCell() > 0) {
            fresh.put("c", steps(Kind.ZONEOUT_C, part, stack.hiddenSize(), how.zoneoutCell(), false));
        }
        CellLayer zoned = how.zoneout() ? layer.withZoneout(fresh) : layer;
        if (how.recurrentDropout() == 0 && how.weightDropout() == 0) {
            return zoned;
        }
        int rows = stack.cell().gates() * stack.hiddenSize();
        int columns = stack.stateSize();
        return ReferenceLayers.droppedRecurrence(
                zoned,
                mat(Kind.WEIGHT, part, rows, columns, how.weightDropout()),
                mat(Kind.RECURRENT, part, N, columns, how.recurrentDropout()));
    }

    /** Dropout behind a layer of a stack. */
    LayerReference behind(LayerSpec.Recurrent stack, int part) {
        boolean same = stack.regularisation().sameAtEveryStep();
        return ReferenceLayers.factors(steps(Kind.OUTPUT, part, stack.outputSize(), stack.dropout(), same));
    }

    /** A dropout layer, by its place among the layers. */
    LayerReference layer(Parameterless.Drop drop, int index) {
        return ReferenceLayers.factors(steps(Kind.LAYER, index, drop.size(), drop.share(), drop.sameAtEveryStep()));
    }

    private Mat mat(Kind kind, int part, int rows, int columns, float share) {
        float[] factors = noise.factors(kind, part, rows * columns, share);
        Mat mat = Mat.zeros(rows, columns);
        for (int i = 0; i < factors.length; i++) {
            mat.values()[i] = factors[i];
        }
        return mat;
    }

    private Seq steps(Kind kind, int part, int size, float share, boolean same) {
        float[] factors = noise.factors(kind, part, (same ? 1 : T) * N * size, share);
        double[] values = new double[T * N * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = factors[i % factors.length];
        }
        return Seq.over(T, N, size, values);
    }
}
