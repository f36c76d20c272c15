package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An adaptive softmax at work, on the rows of all steps: log p of all V classes, or after {@link #choose} that of one class of each
 * step alone, for which a cluster is computed only in the steps whose class is in it.
 *
 * <pre>{@code
 * z = H x,  z_i = U_i P_i x
 * y_j = z_j - lse z                               j below S
 * y_j = z_(S+i) - lse z + z_i,j - lse z_i         j in cluster i
 *
 * d_j = dY_j,  d_(S+i) = g_i = Σ_(j in i) dY_j          dz_j = d_j - softmax(z)_j Σ d
 * dz_i,j = dY_j - softmax(z_i)_j g_i
 * }</pre>
 */
public final class AdaptiveSoftmaxPass implements StatelessPass {

    private static final float[] EMPTY = {};

    /** The packed weights of an adaptive softmax. */
    static final class Weights implements StatelessWeights {

        private final AdaptiveSoftmax spec;

        /** The short list, then the clusters. */
        private final List<AdaptivePart.Weights> parts = new ArrayList<>();

        Weights(AdaptiveSoftmax spec, Parameters layout, Kernels kernels, boolean backward) {
            this.spec = spec;
            parts.add(AdaptivePart.Weights.head(layout.slice(spec.head()), kernels, backward));
            for (int i = 0; i < spec.clusters(); i++) {
                parts.add(AdaptivePart.Weights.cluster(
                        layout.slice(spec.projection(i)), layout.slice(spec.output(i)), kernels, backward));
            }
        }

        @Override
        public void packForward(Parameters parameters, int part, int parts) {
            for (int i = 0; i < this.parts.size(); i++) {
                this.parts.get(i).packForward(parameters, part, parts);
            }
        }

        @Override
        public void packBackward(Parameters parameters, int part, int parts) {
            for (int i = 0; i < this.parts.size(); i++) {
                this.parts.get(i).packBackward(parameters, part, parts);
            }
        }

        @Override
        public StatelessPass pass(Kernels kernels, Team team) {
            return new AdaptiveSoftmaxPass(this, kernels, team);
        }
    }

    private final AdaptiveSoftmax spec;
    private final Team team;
    private final AdaptivePart[] parts;
    private final int D;
    private final int V;
    private final int S;

    /** For each thread, where gradients go that nobody asked for. */
    private final float[][] scratch;

    private final Padding padding = new Padding();
    private final Padding dPadding = new Padding();
    private final View yView = new View();
    private final View dYView = new View();
    private final View dXView = new View();
    private final Team.Task allTask = this::allOfRows;
    private final Team.Task chosenTask = this::chosenOfRows;
    private final Team.Task allGradientTask = this::allGradients;
    private final Team.Task chosenGradientTask = this::chosenGradients;
    private final Team.Task clusterTask = this::clusterGradients;
    private final Team.Task weightTask = this::weightGradients;

    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;
    private Parameters gradient = new Parameters.Layout().zeros();

    /** What the next forward pass computes alone, and whether the last one did. */
    private Optional<Tokens> next = Optional.empty();

    private boolean chosen;

    /** Of each row of each cluster, -log of its class's share of the cluster. */
    private final float[][] surprises;

    private Tokens classes = Tokens.of(new int[0], 0, 0);

    private AdaptiveSoftmaxPass(Weights weights, Kernels kernels, Team team) {
        this.spec = weights.spec;
        this.team = team;
        this.D = spec.inputSize();
        this.V = spec.classes();
        this.S = spec.shortList();
        this.parts = new AdaptivePart[weights.parts.size()];
        this.surprises = new float[parts.length][0];
        int widest = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new AdaptivePart(weights.parts.get(i), kernels);
            widest = Math.max(widest, parts[i].cols);
        }
        this.scratch = new float[team.threads()][widest];
    }

    /**
     * The next forward pass computes only log p of one class of each step, [T, N, 1], and 0 where that is {@link Tokens#IGNORED};
     * its backward pass takes the gradient in those.
     *
     * @param wanted [T, N], not copied; empty for all classes
     */
    public void choose(Optional<Tokens> wanted) {
        next = wanted;
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = padding.cleared((Sequence) input);
        chosen = next.isPresent();
        int rows = x.steps() * x.batchSize();
        for (AdaptivePart part : parts) {
            part.begin(rows);
        }
        if (chosen) {
            classes = next.get();
            next = Optional.empty();
            return forwardChosen(rows);
        }
        for (int row = 0; row < rows; row++) {
            for (AdaptivePart part : parts) {
                part.add(row);
            }
        }
        y = Buffers.atLeast(y, (long) rows * V);
        run(allTask);
        Sequence output = yView.of(x, y, V);
        if (x.ragged()) {
            Padding.clear(output);
        }
        return output;
    }

    private Sequence forwardChosen(int rows) {
        if (classes.steps() != x.steps() || classes.batchSize() != x.batchSize()) {
            throw new IllegalArgumentException("AdaptiveSoftmax: the classes are " + classes + " but the input is " + x
                    + "; there must be one class for each step of each sequence.");
        }
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                int k = classes.get(t, n);
                if (k == Tokens.IGNORED || t >= x.length(n)) {
                    continue;
                }
                if (k < 0 || k >= V) {
                    throw new IllegalArgumentException("AdaptiveSoftmax: the target of step " + t + " of sequence " + n
                            + " is class " + k + " but the network's output has " + V + " classes, 0 to " + (V - 1)
                            + ". Was the target made with another vocabulary?");
                }
                int row = t * x.batchSize() + n;
                parts[0].add(row);
                if (k >= S) {
                    parts[1 + cluster(k)].add(row);
                }
            }
        }
        y = Buffers.atLeast(y, rows);
        Arrays.fill(y, 0, rows, 0);
        run(chosenTask);
        // Each row's cluster after its short list, whichever threads had them.
        for (int c = 1; c < parts.length; c++) {
            AdaptivePart part = parts[c];
            for (int i = 0; i < part.rows; i++) {
                y[part.which[i]] -= surprises[c][i];
            }
        }
        return yView.of(x, y, 1);
    }

    private void run(Team.Task task) {
        for (AdaptivePart part : parts) {
            part.beginForward();
        }
        if (chosen) {
            for (int c = 1; c < parts.length; c++) {
                surprises[c] = Buffers.atLeast(surprises[c], parts[c].rows);
            }
        }
        team.run(task);
    }

    /** The cluster of a class beyond the short list. */
    private int cluster(int k) {
        int cluster = 0;
        while (cluster + 1 < spec.clusters() && k >= spec.first(cluster + 1)) {
            cluster++;
        }
        return cluster;
    }

    private void allOfRows(int thread, int threads) {
        for (AdaptivePart part : parts) {
            part.scores(x.data(), thread, threads);
        }
        AdaptivePart head = parts[0];
        float[] room = scratch[thread];
        int to = head.from(thread + 1, threads);
        for (int i = head.from(thread, threads); i < to; i++) {
            double logSum = head.logSum(i, room);
            for (int j = 0; j < head.cols; j++) {
                // log p replaces the score: the backward pass needs nothing else.
                head.z[i * head.cols + j] = (float) (head.z[i * head.cols + j] - logSum);
            }
            System.arraycopy(head.z, i * head.cols, y, i * V, S);
            for (int c = 1; c < parts.length; c++) {
                AdaptivePart part = parts[c];
                double within = part.logSum(i, room);
                float ofCluster = head.z[i * head.cols + S + c - 1];
                int yAt = i * V + spec.first(c - 1);
                for (int j = 0; j < part.cols; j++) {
                    float logP = (float) (part.z[i * part.cols + j] - within);
                    part.z[i * part.cols + j] = logP;
                    y[yAt + j] = ofCluster + logP;
                }
            }
        }
    }

    private void chosenOfRows(int thread, int threads) {
        for (int c = 0; c < parts.length; c++) {
            AdaptivePart part = parts[c];
            part.scores(x.data(), thread, threads);
            int to = part.from(thread + 1, threads);
            for (int i = part.from(thread, threads); i < to; i++) {
                int row = part.which[i];
                int k = classes.ids()[row];
                if (c > 0) {
                    surprises[c][i] = (float) part.surprise(i, k - spec.first(c - 1));
                } else {
                    y[row] = (float) -part.surprise(i, k < S ? k : S + cluster(k));
                }
            }
        }
    }

    @Override
    public void backward(Sequence d, Parameters gradient) {
        this.dY = dPadding.cleared(dYView.of(x, d.data(), chosen ? 1 : V));
        this.gradient = gradient;
        int numbers = x.steps() * x.batchSize() * D;
        dX = Buffers.atLeast(dX, numbers);
        Arrays.fill(dX, 0, numbers, 0);
        for (AdaptivePart part : parts) {
            part.beginBackward();
        }
        team.run(chosen ? chosenGradientTask : allGradientTask);
        team.run(clusterTask);
        team.run(weightTask);
    }

    /** From dY to the gradients in all scores, then that of the short list in the input. */
    private void allGradients(int thread, int threads) {
        AdaptivePart head = parts[0];
        float[] d = dY.data();
        int to = head.from(thread + 1, threads);
        for (int i = head.from(thread, threads); i < to; i++) {
            double all = 0;
            for (int j = 0; j < S; j++) {
                all += d[i * V + j];
            }
            for (int c = 1; c < parts.length; c++) {
                AdaptivePart part = parts[c];
                int dAt = i * V + spec.first(c - 1);
                int zAt = i * part.cols;
                double g = 0;
                for (int j = 0; j < part.cols; j++) {
                    g += d[dAt + j];
                }
                for (int j = 0; j < part.cols; j++) {
                    part.z[zAt + j] = (float) (d[dAt + j] - Math.exp(part.z[zAt + j]) * g);
                }
                all += g;
                scratch[thread][c - 1] = (float) g;
            }
            int zAt = i * head.cols;
            for (int j = 0; j < head.cols; j++) {
                float direct = j < S ? d[i * V + j] : scratch[thread][j - S];
                head.z[zAt + j] = (float) (direct - Math.exp(head.z[zAt + j]) * all);
            }
        }
        head.addInputGradients(dX, thread, threads);
    }

    /** The gradients of -log p are there already; of log p times dY they are these times -dY. */
    private void chosenGradients(int thread, int threads) {
        for (AdaptivePart part : parts) {
            int to = part.from(thread + 1, threads);
            for (int i = part.from(thread, threads); i < to; i++) {
                part.scale(i, -dY.data()[part.which[i]]);
            }
        }
        parts[0].addInputGradients(dX, thread, threads);
    }

    /** After the short list: no two threads have one row, for all parts have all rows, or a row is in one cluster. */
    private void clusterGradients(int thread, int threads) {
        for (int c = 1; c < parts.length; c++) {
            parts[c].addInputGradients(dX, thread, threads);
        }
    }

    private void weightGradients(int thread, int threads) {
        for (AdaptivePart part : parts) {
            part.addWeightGradients(gradient.values(), thread, threads);
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, D);
    }
}
