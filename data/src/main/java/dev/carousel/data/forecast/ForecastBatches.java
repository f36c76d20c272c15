package dev.carousel.data.forecast;

import dev.carousel.kernel.OneThread;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Forecasts of one or more series as training batches, in a different order in each epoch; nothing is held in memory
 * but one batch and, of up to some millions of forecasts, their order.
 *
 * <pre>{@code
 * Batches training = ForecastBatches.of(List.of(windows.stretch(0, split.trainingEnd())), 64);
 * Batches validation = ForecastBatches.of(List.of(windows.stretch(split.trainingEnd(), split.validationEnd())), 64);
 * }</pre>
 *
 * <p>A batch of N has inputs [steps, N, D] and targets [horizon, N, targets]; of a distribution of counts
 * [horizon, N, 2 targets], each count and its scale. One thread at a time.
 */
public final class ForecastBatches implements Batches {

    /** Beyond so many, an order is computed and not kept. */
    private static final int MOST_KEPT = 1 << 22;

    private final List<ForecastStretch> stretches;
    private final ForecastSpec spec;
    private final int[] starts;
    private final int batchSize;
    private float[] x;
    private float[] y;
    private final OneThread one = new OneThread("ForecastBatches");
    private Order order;
    private Batch last;

    private ForecastBatches(List<ForecastStretch> stretches, int batchSize) {
        this.stretches = List.copyOf(stretches);
        this.spec = stretches.get(0).windows().spec();
        this.starts = new int[stretches.size() + 1];
        for (int i = 0; i < stretches.size(); i++) {
            starts[i + 1] = Math.addExact(starts[i], stretches.get(i).size());
        }
        this.batchSize = Math.min(batchSize, forecasts());
        this.order = index -> index;
        this.x = new float[Math.multiplyExact(Math.multiplyExact(spec.steps(), this.batchSize), spec.inputSize())];
        this.y = new float
                [Math.multiplyExact(
                        Math.multiplyExact(spec.horizon(), this.batchSize),
                        spec.columns().targets() * spec.numbersOfTarget())];
        this.last = ofSize(this.batchSize);
    }

    /** Which forecast is at a place of an epoch. */
    private interface Order {
        int at(int place);
    }

    /**
     * The forecasts of some stretches.
     *
     * @param stretches at least one, of one formulation
     * @param batchSize how many forecasts a batch has; the last one has what is left
     */
    public static ForecastBatches of(List<ForecastStretch> stretches, int batchSize) {
        if (stretches.isEmpty() || batchSize < 1) {
            throw new IllegalArgumentException(
                    "Batches of " + batchSize + " forecasts of " + stretches.size() + " stretches cannot be made.");
        }
        return new ForecastBatches(stretches, batchSize);
    }

    private Batch ofSize(int n) {
        return Batch.of(
                Sequence.of(x, spec.steps(), n, spec.inputSize()),
                Target.of(Sequence.of(y, spec.horizon(), n, spec.columns().targets() * spec.numbersOfTarget())));
    }

    /** How many forecasts there are. */
    public int forecasts() {
        return starts[starts.length - 1];
    }

    @Override
    public int size() {
        return (int) (((long) forecasts() + batchSize - 1) / batchSize);
    }

    @Override
    public void shuffle(RandomGenerator random) {
        one.alone(() -> draw(random));
    }

    private void draw(RandomGenerator random) {
        if (forecasts() > MOST_KEPT) {
            order = new WideShuffle(forecasts(), random)::at;
            return;
        }
        int[] places = new int[forecasts()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        for (int i = places.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = places[i];
            places[i] = places[j];
            places[j] = swapped;
        }
        order = place -> places[place];
    }

    @Override
    public Batch batch(int i) {
        if (i < 0 || i >= size()) {
            throw new IndexOutOfBoundsException(
                    "There are " + size() + " batches, 0 to " + (size() - 1) + ", not " + i + ".");
        }
        boolean another = one.enterAfterAnother();
        try {
            if (another) {
                x = new float[x.length];
                y = new float[y.length];
                last = ofSize(last.input().batchSize());
            }
            return forecasts(i);
        } finally {
            one.leave();
        }
    }

    private Batch forecasts(int i) {
        int from = i * batchSize;
        int n = Math.min(batchSize, forecasts() - from);
        if (last.input().batchSize() != n) {
            last = ofSize(n);
        }
        Sequence inputs = (Sequence) last.input();
        Sequence targets = last.target().vectors();
        for (int place = 0; place < n; place++) {
            int forecast = order.at(from + place);
            ForecastStretch stretch = stretches.get(stretchOf(forecast));
            int origin = stretch.first() + forecast - starts[stretchOf(forecast)];
            stretch.windows().fillInput(origin, inputs, place);
            stretch.windows().fillTarget(origin, targets, place);
        }
        return last;
    }

    private int stretchOf(int forecast) {
        int found = java.util.Arrays.binarySearch(starts, forecast);
        return found >= 0 ? found : -found - 2;
    }
}
