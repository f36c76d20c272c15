package dev.carousel.reference;

import java.util.ArrayList;
import java.util.List;

/**
 * A layer some of whose recurrent connections are dropped: single weights for the whole batch, and numbers of h' for each
 * sequence at all its steps.
 *
 * <pre>{@code
 * weight dropout      R~ = M ⊙ R                 M [kH, H]
 * recurrent dropout   R~ (m ⊙ h')                m [1, H] of each sequence: R~ with its columns multiplied by m
 * dR = M ⊙ (dR~ with its columns multiplied by m), summed over the sequences
 * }</pre>
 *
 * <p>To drop a number of h' before the product is to drop a column of R, so each sequence is run alone with columns of its
 * own. What else reads h', as a GRU's z ⊙ h', is left alone.
 *
 * <p>Sources: Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", NIPS
 * 2016; S. Merity, N. S. Keskar and R. Socher, "Regularizing and optimizing LSTM language models", ICLR 2018.
 */
final class DroppedRecurrence implements LayerAround {

    private final CellLayer layer;
    private final Mat ofWeights;
    private final Mat ofStates;

    /**
     * A layer with factors for its recurrent connections, each 0 or what makes up for it.
     *
     * @param ofWeights M, of the shape of the layer's R
     * @param ofStates m of each sequence, [N, H]
     */
    DroppedRecurrence(CellLayer layer, Mat ofWeights, Mat ofStates) {
        this.layer = layer;
        this.ofWeights = ofWeights;
        this.ofStates = ofStates;
    }

    @Override
    public LayerReference inner() {
        return layer;
    }

    private Mat dropped(Mat r, int n) {
        return r.times(ofWeights).timesRow(ofStates.rows(new int[] {n}));
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Mats weights = layer.weights();
        Seq y = Seq.zerosLike(x, outputSize());
        Mats last = initial;
        List<Run> runs = new ArrayList<>();
        for (int n = 0; n < x.batchSize(); n++) {
            int[] here = {n};
            CellLayer alone = layer.withWeights(weights.with("R", dropped(weights.get("R"), n)))
                    .alone(n);
            Run run = alone.forward(x.alone(n), initial.rows(here));
            put(run.y(), y, n);
            last = last.withRows(here, run.last());
            runs.add(run);
        }
        return new Run(y, last, (dY, dLast) -> backward(x, runs, dY, dLast));
    }

    private Gradients backward(Seq x, List<Run> runs, Seq dY, Mats dLast) {
        Seq dX = Seq.zerosLike(x, inputSize());
        Mats dInitial = dLast;
        Mats dWeights = layer.weights().zerosLike();
        for (int n = 0; n < runs.size(); n++) {
            int[] here = {n};
            Gradients d = runs.get(n).backward(dY.alone(n), dLast.rows(here));
            put(d.dX(), dX, n);
            dInitial = dInitial.withRows(here, d.dInitial());
            dWeights = dWeights.plus(d.dWeights().with("R", dropped(d.dWeights().get("R"), n)));
        }
        return new Gradients(dX, dInitial, dWeights);
    }

    /** Writes what one sequence gave into the batch. */
    private static void put(Seq alone, Seq batch, int n) {
        for (int t = 0; t < alone.length(0); t++) {
            batch.put(t, new int[] {n}, alone.rows(t, new int[] {0}));
        }
    }
}
