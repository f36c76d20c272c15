package dev.carousel.layer;

import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * A layer with weights at work that maps each row of D numbers to O others, on the rows of all steps at once: rows are cut
 * among the threads; the gradients of the weights are cut by columns, each of which is a sum over all rows.
 *
 * <p>Steps beyond a sequence's length give an output of 0, and whatever stands there reaches no gradient.
 */
abstract sealed class RowsPass implements StatelessPass permits CrfScoresPass, ElementwiseAffinePass, LayerNormPass {

    private static final float[] EMPTY = {};

    private final Team team;
    private final Padding padding = new Padding();
    private final Padding dPadding = new Padding();
    private final View yView = new View();
    private final View dYView = new View();
    private final View dXView = new View();
    private final Team.Task forwardTask = this::forwardPart;
    private final Team.Task backwardTask = this::backwardPart;
    private final Team.Task weightTask = this::weightPart;

    /** Numbers of a row of the input. */
    final int D;

    /** Numbers of a row of the output. */
    final int O;

    Sequence x = Sequence.zeros(0, 0, 0);
    Sequence dY = Sequence.zeros(0, 0, 0);
    float[] y = EMPTY;
    float[] dX = EMPTY;

    private Parameters gradient = new Parameters.Layout().zeros();

    /** Of rows of D numbers to as many. */
    RowsPass(int D, Team team) {
        this(D, D, team);
    }

    /** Of rows of D numbers to O. */
    RowsPass(int D, int O, Team team) {
        this.D = D;
        this.O = O;
        this.team = team;
    }

    /** Makes room for what a forward pass keeps of so many rows; once for all threads. */
    abstract void beginForward(int rows);

    /** Makes room for what a backward pass needs of so many rows; once for all threads. */
    abstract void beginBackward(int rows);

    /** Writes y of some rows of x. */
    abstract void forwardRows(int from, int to);

    /** Writes dX of some rows of dY. */
    abstract void backwardRows(int from, int to);

    /** Adds the gradients of the weights of some columns of the output, of all rows. */
    abstract void addWeightGradients(int from, int to, float[] gradient);

    /** How many rows the last forward pass had. */
    final int rows() {
        return x.steps() * x.batchSize();
    }

    @Override
    public final Sequence forward(SequenceBatch input) {
        x = padding.cleared((Sequence) input);
        y = Buffers.atLeast(y, (long) rows() * O);
        beginForward(rows());
        team.run(forwardTask);
        Sequence output = yView.of(x, y, O);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private void forwardPart(int part, int parts) {
        forwardRows(Team.cut(rows(), part, parts), Team.cut(rows(), part + 1, parts));
    }

    @Override
    public final void backward(Sequence dY, Parameters gradient) {
        this.dY = dPadding.cleared(dYView.of(x, dY.data(), O));
        this.gradient = gradient;
        dX = Buffers.atLeast(dX, (long) rows() * D);
        beginBackward(rows());
        team.run(backwardTask);
        team.run(weightTask);
    }

    private void backwardPart(int part, int parts) {
        backwardRows(Team.cut(rows(), part, parts), Team.cut(rows(), part + 1, parts));
    }

    private void weightPart(int part, int parts) {
        addWeightGradients(Team.cut(O, part, parts), Team.cut(O, part + 1, parts), gradient.values());
    }

    @Override
    public final Sequence inputGradient() {
        return dXView.of(x, dX, D);
    }
}
