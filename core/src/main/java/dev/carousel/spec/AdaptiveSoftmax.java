package dev.carousel.spec;

import java.util.List;
import java.util.Objects;

/**
 * The last layer of a network that chooses among very many classes, such as the words of a large vocabulary: the logarithms of
 * their probabilities, exactly normalised, of which training computes only what it needs. Classes are numbered from the most
 * frequent to the rarest.
 *
 * <pre>{@code
 * classes 0 to S - 1          log p_j = log softmax(H x)_j                                    the short list
 * classes a_i to b_i - 1      log p_j = log softmax(H x)_(S+i) + log softmax(U_i P_i x)_(j - a_i)     cluster i
 *
 * H [S + C, D]     P_i [D / divisor^(i+1), D]     U_i [b_i - a_i, D / divisor^(i+1)]
 * }</pre>
 *
 * <p>A rare class costs a step only when it is the right one, and its weights are few. A training by
 * {@code SoftmaxCrossEntropy} without smoothing computes the short list at each step and one cluster where the right class is in
 * it; sessions, and whoever asks for the output, get all V numbers. Parameters, with the names and shapes of PyTorch's
 * {@code AdaptiveLogSoftmaxWithLoss} without a bias: {@code head.weight} (H), {@code tail.i.0.weight} (P_i) and
 * {@code tail.i.1.weight} (U_i). It has no state.
 *
 * <p>Source: Grave, Joulin, Cissé, Grangier and Jégou, "Efficient softmax approximation for GPUs" (2017).
 *
 * @param name the prefix of its parameters
 * @param inputSize D
 * @param classes V
 * @param cutoffs where the short list ends, S, and where each cluster but the last ends, ascending, above 0 and below V
 * @param divisor by how much each cluster's vectors are smaller than those of the one before, at least 1; none has less than one
 *     number
 */
public record AdaptiveSoftmax(String name, int inputSize, int classes, List<Integer> cutoffs, int divisor)
        implements LayerSpec {

    /** The divisor of Grave and others, and of PyTorch. */
    public static final int DIVISOR = 4;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if a size or the divisor is not positive, or the cutoffs are none, do not ascend or do not lie
     *     between 0 and V
     */
    public AdaptiveSoftmax {
        Objects.requireNonNull(name, "AdaptiveSoftmax: name is null");
        Objects.requireNonNull(cutoffs, "AdaptiveSoftmax: cutoffs are null");
        LayerSpec.requirePositive("AdaptiveSoftmax " + name + ": inputSize", inputSize);
        LayerSpec.requirePositive("AdaptiveSoftmax " + name + ": classes", classes);
        LayerSpec.requirePositive("AdaptiveSoftmax " + name + ": divisor", divisor);
        cutoffs = List.copyOf(cutoffs);
        requireCutoffs("AdaptiveSoftmax " + name, cutoffs, classes);
    }

    /** A layer named {@code out} whose vectors are a quarter as large from cluster to cluster. */
    public static AdaptiveSoftmax of(int inputSize, int classes, List<Integer> cutoffs) {
        return new AdaptiveSoftmax("out", inputSize, classes, cutoffs, DIVISOR);
    }

    /**
     * Checks cutoffs.
     *
     * @param who asks; the message begins with it
     * @param classes V
     * @throws IllegalArgumentException if there is none, they do not ascend, or one is not from 1 to V - 1
     */
    public static void requireCutoffs(String who, List<Integer> cutoffs, int classes) {
        if (cutoffs.isEmpty()) {
            throw new IllegalArgumentException(who + ": there is no cutoff, so all " + classes
                    + " classes would be in the short list. Give one at least, or take a dense layer.");
        }
        for (int i = 0; i < cutoffs.size(); i++) {
            int cutoff = cutoffs.get(i);
            if (cutoff < 1 || (i > 0 && cutoff <= cutoffs.get(i - 1))) {
                throw new IllegalArgumentException(who + ": the cutoffs are " + cutoffs
                        + " but must ascend from at least 1, each larger than the one before.");
            }
            if (cutoff >= classes) {
                throw new IllegalArgumentException(
                        who + ": the cutoffs are " + cutoffs + " but there are only " + classes
                                + " classes, so each must be below " + classes
                                + ". Is the vocabulary smaller than expected? Give smaller cutoffs, or take a dense layer.");
            }
        }
    }

    /** S, the classes of the short list. */
    public int shortList() {
        return cutoffs.get(0);
    }

    /** C. */
    public int clusters() {
        return cutoffs.size();
    }

    /** a_i, the first class of a cluster. */
    public int first(int cluster) {
        return cutoffs.get(cluster);
    }

    /** How many classes a cluster has. */
    public int classes(int cluster) {
        return (cluster + 1 < clusters() ? cutoffs.get(cluster + 1) : classes) - cutoffs.get(cluster);
    }

    /** How many numbers stand for a step in a cluster. */
    public int projected(int cluster) {
        int size = inputSize;
        for (int i = 0; i <= cluster; i++) {
            size /= divisor;
        }
        return Math.max(1, size);
    }

    /** The full name of H. */
    public String head() {
        return name + ".head.weight";
    }

    /** The full name of P_i. */
    public String projection(int cluster) {
        return name + ".tail." + cluster + ".0.weight";
    }

    /** The full name of U_i. */
    public String output(int cluster) {
        return name + ".tail." + cluster + ".1.weight";
    }

    /** V. */
    @Override
    public int outputSize() {
        return classes;
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        layout.add(head(), shortList() + clusters(), inputSize);
        for (int i = 0; i < clusters(); i++) {
            layout.add(projection(i), projected(i), inputSize);
            layout.add(output(i), classes(i), projected(i));
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.adaptiveSoftmax(this);
    }
}
