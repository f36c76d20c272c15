package dev.carousel.spark;

import dev.carousel.train.RemoteGradients.Sums;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the shards of a batch add up to, summed along one binary tree over the shards, whichever of them come together first: the
 * bits of the sum depend neither on how many machines there are nor on which of them is faster.
 *
 * <pre>{@code
 *         1
 *     2       3           node k has the children 2k and 2k + 1
 *   4   5   6   7         shard s of 4 is node 4 + s
 * }</pre>
 *
 * <p>Two sums are merged by adding each pair of siblings that has become complete, the left one first. A machine that has
 * neighbouring shards sends one node for a whole subtree.
 */
final class TreeSum implements Serializable {

    private static final long serialVersionUID = 1;

    private static final int ROOT = 1;

    private final TreeMap<Integer, Part> parts = new TreeMap<>();
    private final TreeSet<String> kernels = new TreeSet<>();

    /**
     * What some shards add up to.
     *
     * @param gradient the sum of their gradients; empty for none
     * @param loss the sum of their losses
     * @param weight what a mean is divided by
     * @param steps how many steps of sequences the network read
     * @param replicas how many of them had examples
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(float[] gradient, double loss, double weight, long steps, int replicas) implements Serializable {

        private static final float[] NO_GRADIENT = {};

        /** Of a shard without examples. */
        static final Part NOTHING = new Part(NO_GRADIENT, 0, 0, 0, 0);

        /** Adds to the array of this one, the left sibling, which nobody else reads. */
        private Part plus(Part right) {
            for (int i = 0; i < Math.min(gradient.length, right.gradient.length); i++) {
                gradient[i] += right.gradient[i];
            }
            return new Part(
                    gradient.length == 0 ? right.gradient : gradient,
                    loss + right.loss,
                    weight + right.weight,
                    steps + right.steps,
                    replicas + right.replicas);
        }

        Sums sums() {
            return new Sums(loss, weight, steps);
        }
    }

    /**
     * Adds a shard.
     *
     * @param shard from 0 to shards - 1
     * @param shards how many there are, a power of two
     * @param kernel the kernels that computed it
     */
    TreeSum with(int shard, int shards, Part part, String kernel) {
        kernels.add(kernel);
        put(shards + shard, part);
        return this;
    }

    /** Adds what another holds; the other is used up. */
    TreeSum merge(TreeSum other) {
        kernels.addAll(other.kernels);
        for (Map.Entry<Integer, Part> entry : other.parts.entrySet()) {
            put(entry.getKey(), entry.getValue());
        }
        return this;
    }

    private void put(int node, Part part) {
        Part sibling = node == ROOT ? null : parts.remove(node ^ 1);
        if (sibling != null) {
            boolean left = (node & 1) == 0;
            put(node / 2, left ? part.plus(sibling) : sibling.plus(part));
        } else if (parts.put(node, part) != null) {
            throw new IllegalStateException("Node " + node + " of the sum over shards came twice.");
        }
    }

    /**
     * The sum over all shards.
     *
     * @throws IllegalStateException if one is missing
     */
    Part total() {
        Part root = parts.get(ROOT);
        if (root == null) {
            throw new IllegalStateException("The sum over shards has the nodes " + parts.keySet() + ", not the root.");
        }
        return root;
    }

    /** The kernels that were at work. */
    Set<String> kernels() {
        return kernels;
    }

    /** How many nodes it has now: how many gradients are sent. */
    int nodes() {
        return parts.size();
    }
}
