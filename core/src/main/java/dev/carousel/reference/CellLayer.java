package dev.carousel.reference;

import dev.carousel.reference.CellReference.Step;
import dev.carousel.reference.CellReference.StepGradients;
import dev.carousel.reference.CellReference.WeightSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A cell taken through time, in one direction, over a batch of sequences of different lengths.
 *
 * <pre>{@code
 * forward:    state(t) = cell(x(t), state(t-1)),  y(t) = h(t)
 * backward:   dState(t) = what step t+1 sent back, plus dY(t) in h
 *             dWeights = the sum over all t of the step's share
 * }</pre>
 *
 * <p>Ragged batches: a step is taken by the live sequences only, those that have an input at t; the others' rows are
 * left out of the step, so their state stays and their gradient passes by. The reverse direction runs t from T - 1
 * down to 0 by the same rule, so each sequence begins at its own last valid step, and y stays in the order of the
 * input.
 *
 * <p>Each weight is used at every step, so its gradient is the sum of the steps' shares (backpropagation through time:
 * P. Werbos, "Backpropagation through time: what it does and how to do it", Proceedings of the IEEE 78 (1990)).
 *
 * <p>Holds its weights, which are live; everything else is handed in and out.
 */
public final class CellLayer implements LayerReference {

    private final CellReference cell;
    private final int inputSize;
    private final int hiddenSize;
    private final boolean reverse;
    private final Mats weights;
    private final ZoneoutFactors zoneout;

    /**
     * A layer of the given weights, which it shares.
     *
     * @param cell the equations of a step
     * @param inputSize D
     * @param hiddenSize H
     * @param reverse whether time runs backward
     * @param weights what {@link CellReference#weights} lists, under the symbols there
     * @throws IllegalArgumentException if a weight is missing, unknown or of another shape
     */
    public CellLayer(CellReference cell, int inputSize, int hiddenSize, boolean reverse, Mats weights) {
        this(cell, inputSize, hiddenSize, reverse, weights, ZoneoutFactors.NONE);
    }

    private CellLayer(
            CellReference cell, int inputSize, int hiddenSize, boolean reverse, Mats weights, ZoneoutFactors zoneout) {
        this.zoneout = zoneout;
        this.cell = cell;
        this.inputSize = inputSize;
        this.hiddenSize = hiddenSize;
        this.reverse = reverse;
        Map<String, Mat> ordered = new LinkedHashMap<>();
        for (WeightSpec spec : cell.weights(inputSize, hiddenSize)) {
            Mat w = weights.get(spec.symbol());
            if (w.rows() != spec.rows() || w.columns() != spec.columns()) {
                throw new IllegalArgumentException(cell.name() + ": " + spec.symbol() + " is " + w.shape()
                        + " but must be ["
                        + spec.rows() + ", " + spec.columns() + "] for input size " + inputSize + " and hidden size "
                        + hiddenSize + ". Is it transposed, or of a cell with another number of gates?");
            }
            ordered.put(spec.symbol(), w);
        }
        this.weights = Mats.of(ordered);
        this.weights.requireNames(weights.names());
    }

    /**
     * The same layer with zoneout as outside training, where each unit keeps a share of its old value.
     *
     * @param zHidden the share of h
     * @param zCell the share of c
     */
    public CellLayer withZoneout(double zHidden, double zCell) {
        return withZoneout(ZoneoutFactors.expected(zHidden, zCell));
    }

    /**
     * The same layer with zoneout as in training, whose draws are given.
     *
     * @param factors of parts of the state [T, N, size]: 0 where a unit keeps its value, else 1; a part without is not mixed
     * @throws IllegalArgumentException if one is of no part of the cell's state
     */
    public CellLayer withZoneout(Map<String, Seq> factors) {
        Set<String> parts = cell.state(hiddenSize).keySet();
        for (String part : factors.keySet()) {
            if (!parts.contains(part)) {
                throw new IllegalArgumentException("CellLayer: there are factors of zoneout for " + part
                        + " but the state of " + cell.name() + " has " + parts + ".");
            }
        }
        return withZoneout(ZoneoutFactors.drawn(factors));
    }

    private CellLayer withZoneout(ZoneoutFactors around) {
        return new CellLayer(cell, inputSize, hiddenSize, reverse, weights, around);
    }

    /** The same layer with other weights. */
    CellLayer withWeights(Mats others) {
        return new CellLayer(cell, inputSize, hiddenSize, reverse, others, zoneout);
    }

    /** The same layer for sequence n of a batch alone, whose zoneout is its own. */
    CellLayer alone(int n) {
        return withZoneout(zoneout.alone(n));
    }

    /** A layer whose weights and biases are independent normal numbers of the given deviation: for checks. */
    public static CellLayer random(
            CellReference cell,
            int inputSize,
            int hiddenSize,
            boolean reverse,
            double deviation,
            RandomGenerator random) {
        Map<String, Mat> weights = new LinkedHashMap<>();
        for (WeightSpec spec : cell.weights(inputSize, hiddenSize)) {
            weights.put(spec.symbol(), Mat.normal(spec.rows(), spec.columns(), deviation, random));
        }
        return new CellLayer(cell, inputSize, hiddenSize, reverse, Mats.of(weights));
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        checkInput(x, initial);
        Seq y = Seq.zerosLike(x, outputSize());
        Mats state = initial;
        Deque<Taken> taken = new ArrayDeque<>();
        for (int s = 0; s < x.steps(); s++) {
            int t = reverse ? x.steps() - 1 - s : s;
            int[] live = x.live(t);
            Mats before = state.rows(live);
            Step step = zoneout.around(cell.forward(weights, x.rows(t, live), before), before, t, live);
            y.put(t, live, step.state().get("h"));
            state = state.withRows(live, step.state());
            taken.push(new Taken(t, step));
        }
        return new Run(y, state, (dY, dLast) -> backward(x, taken, dY, dLast));
    }

    private Gradients backward(Seq x, Deque<Taken> latestFirst, Seq dY, Mats dLast) {
        Seq dX = Seq.zerosLike(x, inputSize);
        Mats dWeights = weights.zerosLike();
        Mats dState = dLast;
        for (Taken taken : latestFirst) {
            int t = taken.t();
            int[] live = x.live(t);
            Mats dHere = dState.rows(live);
            // h(t) is both the output and what the next step reads, so both gradients meet in it.
            dHere = dHere.with("h", dHere.get("h").plus(dY.rows(t, live)));
            StepGradients d = taken.step().backward().apply(dHere);
            dX.put(t, live, d.dx());
            dWeights = dWeights.plus(d.dWeights());
            dState = dState.withRows(live, d.dPrevious());
        }
        return new Gradients(dX, dState, dWeights);
    }

    /** A step of the forward pass: when, and what came of it. */
    private record Taken(int t, Step step) {}

    /** The cell. */
    public CellReference cell() {
        return cell;
    }

    @Override
    public String name() {
        return reverse ? cell.name() + ", reverse" : cell.name();
    }

    @Override
    public Mats weights() {
        return weights;
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int outputSize() {
        return cell.outputSize(hiddenSize);
    }

    @Override
    public Mats zeroState(int N) {
        Mats state = Mats.empty();
        for (Map.Entry<String, Integer> part : cell.state(hiddenSize).entrySet()) {
            state = state.with(part.getKey(), Mat.zeros(N, part.getValue()));
        }
        return state;
    }

    @Override
    public Mats reachable(Mats state) {
        return cell.reachable(state);
    }

    private void checkInput(Seq x, Mats initial) {
        if (x.size() != inputSize) {
            throw new IllegalArgumentException(name() + ": x is " + x.shape() + " but W is "
                    + weights.get("W").shape() + ", so the input size must be " + inputSize
                    + ". Was this layer made for other inputs?");
        }
        Mats expected = zeroState(x.batchSize());
        expected.requireNames(initial.names());
        for (String part : expected.names()) {
            if (!expected.get(part).shape().equals(initial.get(part).shape())) {
                throw new IllegalArgumentException(name() + ": the initial " + part + " is "
                        + initial.get(part).shape() + " but must be "
                        + expected.get(part).shape()
                        + ". Does it belong to another batch?");
            }
        }
    }
}
