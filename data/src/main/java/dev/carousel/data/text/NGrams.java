package dev.carousel.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * How often runs of 1 to n units occur in a text, and how well a unit is predicted by those before it.
 *
 * <pre>{@code
 * p_1(w) = (n(w) + 1) / (n + V)
 * p_k(w | v) = (n(v w) + t(v) p_{k-1}(w | v')) / (n(v) + t(v))
 * }</pre>
 *
 * <p>v are the k - 1 units before w, v' those without the first of them, n(v) is how often v was followed by anything and t(v)
 * by how many different units; where v never was, p_k is p_{k-1}.
 *
 * <p>The memory is bounded: where there are more runs than {@link #MOST_SLOTS} can hold, the longest ones are forgotten, and
 * {@link #longest} is smaller from there on. Runs are told apart by 64 bits of a hash. Mutable, for one thread.
 *
 * <p>Source: Witten, Bell, The zero-frequency problem, IEEE Transactions on Information Theory 37, 1991 (method C).
 */
final class NGrams {

    /** 16 bytes each, unless pairs alone need more. */
    static final int MOST_SLOTS = 1 << 23;

    private static final int TOLD_EVERY = 1 << 16;

    private final int mostSlots;
    private final long[] count;
    private final int[] different;
    private long units;
    private int last = -1;

    /** The runs of 2 units, of 3, and so on. */
    private final List<Table> tables = new ArrayList<>();

    /**
     * Nothing counted yet.
     *
     * @param V how many kinds of unit there are
     * @param longest n, at least 2
     * @param mostSlots how many runs of two units and more have room
     */
    NGrams(int V, int longest, int mostSlots) {
        this.mostSlots = mostSlots;
        this.count = new long[V];
        this.different = new int[V];
        for (int k = 2; k <= longest; k++) {
            tables.add(new Table());
        }
    }

    /** The units of the longest runs that are counted. */
    int longest() {
        return tables.size() + 1;
    }

    /**
     * Counts some units, which follow those that were counted before.
     *
     * @param counted is told how many of these have been counted
     */
    void count(int[] ids, int from, int to, LongConsumer counted) {
        long[] context = new long[longest()];
        for (int i = from; i < to; i++) {
            int w = ids[i];
            count[w]++;
            units++;
            int known = contexts(ids, i, context, units - 1);
            long key = key(0, w);
            for (int k = 2; k <= Math.min(known + 1, longest()); k++) {
                key = key(key, ids[i - k + 1]);
                Table table = tables.get(k - 2);
                if (table.isFull() && !grow(table)) {
                    break;
                }
                if (table.add(key)) {
                    if (k == 2) {
                        different[ids[i - 1]]++;
                    } else {
                        tables.get(k - 3).follow(context[k - 1]);
                    }
                }
            }
            last = i;
            if ((i - from + 1) % TOLD_EVERY == 0) {
                counted.accept(i - from + 1);
            }
        }
        counted.accept(to - from);
    }

    /** Doubles a table, after the longest runs have been forgotten if there is no room otherwise; whether it is still there. */
    private boolean grow(Table table) {
        while (tables.size() > 1 && slots() + table.slots() > mostSlots) {
            if (tables.remove(tables.size() - 1) == table) {
                return false;
            }
        }
        table.grow();
        return true;
    }

    private long slots() {
        return tables.stream().mapToLong(Table::slots).sum();
    }

    /**
     * The mean of -ln p over some units, by 1 unit of all orders up to the longest: place k - 1 is that of p_k.
     *
     * @param ids of them those from {@code first} on are known from the beginning
     * @param counted the text that was counted, which tells how it ended
     */
    double[] losses(int[] ids, int first, int from, int to, int[] counted) {
        double[] losses = new double[longest()];
        long[] context = new long[longest()];
        long[] end = new long[longest()];
        contexts(counted, last + 1, end, units);
        for (int i = from; i < to; i++) {
            int w = ids[i];
            int known = contexts(ids, i, context, (long) i - first);
            double p = (count[w] + 1.0) / (units + (double) count.length);
            losses[0] -= Math.log(p);
            long key = key(0, w);
            for (int k = 2; k <= longest(); k++) {
                if (k <= known + 1) {
                    key = key(key, ids[i - k + 1]);
                    double n = followed(k, ids[i - 1], context[k - 1], counted, end[k - 1]);
                    int t = k == 2 ? different[ids[i - 1]] : tables.get(k - 3).different(context[k - 1]);
                    p = t == 0 ? p : (tables.get(k - 2).count(key) + t * p) / (n + t);
                }
                losses[k - 1] -= Math.log(p);
            }
        }
        for (int k = 0; k < losses.length; k++) {
            losses[k] /= to - from;
        }
        return losses;
    }

    /** How often the k - 1 units before a unit were followed by any: as often as they were, but for the end of the text. */
    private double followed(int k, int before, long context, int[] counted, long end) {
        return k == 2
                ? count[before] - (before == counted[last] ? 1 : 0)
                : tables.get(k - 3).count(context) - (context == end ? 1 : 0);
    }

    /** The keys of the 1, 2, ... units before place i, at their number; how many of these there are. */
    private int contexts(int[] ids, int i, long[] keys, long before) {
        int known = (int) Math.min(before, longest() - 1L);
        long key = 0;
        for (int j = 1; j <= known; j++) {
            key = key(key, ids[i - j]);
            keys[j] = key;
        }
        return known;
    }

    /** The key of a run that has one unit more in front; 0 is that of none, and of no other. */
    private static long key(long run, int id) {
        long mixed = (run ^ (id + 1L)) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
        mixed ^= mixed >>> 32;
        return mixed == 0 ? 1 : mixed;
    }

    /** Runs of one length: how often each was there, and by how many different units it was followed. */
    private static final class Table {

        private static final int FIRST_SLOTS = 1 << 8;

        private long[] keys = new long[FIRST_SLOTS];
        private int[] counts = new int[FIRST_SLOTS];
        private int[] followers = new int[FIRST_SLOTS];
        private int size;

        int slots() {
            return keys.length;
        }

        /** Where a key stands or would stand. */
        private int slot(long key) {
            int at = (int) key & (keys.length - 1);
            while (keys[at] != 0 && keys[at] != key) {
                at = (at + 1) & (keys.length - 1);
            }
            return at;
        }

        /** Whether it must grow before it can take another run. */
        boolean isFull() {
            return size >= keys.length / 4 * 3;
        }

        /** Counts a run; whether it is new. */
        boolean add(long key) {
            int at = slot(key);
            boolean fresh = keys[at] == 0;
            keys[at] = key;
            counts[at]++;
            size += fresh ? 1 : 0;
            return fresh;
        }

        void follow(long key) {
            followers[slot(key)]++;
        }

        int count(long key) {
            return counts[slot(key)];
        }

        int different(long key) {
            return followers[slot(key)];
        }

        void grow() {
            long[] oldKeys = keys;
            int[] oldCounts = counts;
            int[] oldFollowers = followers;
            keys = new long[2 * oldKeys.length];
            counts = new int[keys.length];
            followers = new int[keys.length];
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != 0) {
                    int at = slot(oldKeys[i]);
                    keys[at] = oldKeys[i];
                    counts[at] = oldCounts[i];
                    followers[at] = oldFollowers[i];
                }
            }
        }
    }
}
