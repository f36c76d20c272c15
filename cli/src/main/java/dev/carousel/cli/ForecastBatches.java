package dev.carousel.cli;

import dev.carousel.data.ForecastWindows;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.random.RandomGenerator;

/** The forecasts from some origins as batches, in another order each epoch; nothing is held in memory but one batch. */
final class ForecastBatches implements Batches {

    private final ForecastWindows windows;
    private final int[] inOrder;
    private final int[] order;
    private final int batchSize;
    private final float[] x;
    private final float[] y;
    private Batch last;

    ForecastBatches(ForecastWindows windows, int[] origins, int batchSize) {
        this.windows = windows;
        this.inOrder = origins.clone();
        this.order = origins.clone();
        this.batchSize = Math.min(batchSize, origins.length);
        this.x = new float
                [Math.multiplyExact(
                        Math.multiplyExact(windows.spec().steps(), this.batchSize),
                        windows.spec().inputSize())];
        this.y = new float[Math.multiplyExact(windows.spec().horizon(), this.batchSize)];
        this.last = ofSize(this.batchSize);
    }

    private Batch ofSize(int n) {
        return Batch.of(
                Sequence.of(x, windows.spec().steps(), n, windows.spec().inputSize()),
                Target.of(Sequence.of(y, windows.spec().horizon(), n, 1)));
    }

    @Override
    public int size() {
        return (order.length + batchSize - 1) / batchSize;
    }

    @Override
    public void shuffle(RandomGenerator random) {
        System.arraycopy(inOrder, 0, order, 0, order.length);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    @Override
    public Batch batch(int i) {
        int from = i * batchSize;
        int n = Math.min(batchSize, order.length - from);
        if (last.input().batchSize() != n) {
            last = ofSize(n);
        }
        windows.fillInputs(order, from, (Sequence) last.input());
        windows.fillTargets(order, from, last.target().vectors());
        return last;
    }
}
