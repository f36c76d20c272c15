package dev.carousel.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToLongFunction;

/** Steps whose times and sizes are counted, by the one thread that takes them; others read the counts. Allocates nothing. */
final class MeasuredSteps<S, E, A> implements SessionSteps<S, E, A> {

    /** Up to 1, 2, 4, ... sessions or microseconds, 2^20 the last, and one more for those above. */
    private static final int BUCKETS = 22;

    private final SessionSteps<S, E, A> steps;
    private final AtomicLongArray times = new AtomicLongArray(BUCKETS);
    private final AtomicLongArray sizes = new AtomicLongArray(BUCKETS);
    private final AtomicLongArray nanos = new AtomicLongArray(1);

    MeasuredSteps(SessionSteps<S, E, A> steps) {
        this.steps = steps;
    }

    /** The smallest i with {@code number <= 2^i}. */
    private static int bucket(long number) {
        return Math.min(BUCKETS - 1, number <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(number - 1));
    }

    private static void add(AtomicLongArray counts, int at, long number) {
        counts.setRelease(at, counts.getPlain(at) + number);
    }

    @Override
    public void step(Group<S, E, A> group) {
        int size = group.size();
        long begun = System.nanoTime();
        try {
            steps.step(group);
        } finally {
            long took = System.nanoTime() - begun;
            add(nanos, 0, took);
            add(times, bucket((took + 999) / 1000), 1);
            add(sizes, bucket(size), 1);
        }
    }

    private static List<Long> sums(List<? extends MeasuredSteps<?, ?, ?>> all, ToCounts of) {
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            int at = i;
            sums.add(sum(all, steps -> of.counts(steps).getAcquire(at)));
        }
        return List.copyOf(sums);
    }

    private interface ToCounts {

        AtomicLongArray counts(MeasuredSteps<?, ?, ?> of);
    }

    private static long sum(
            List<? extends MeasuredSteps<?, ?, ?>> all, ToLongFunction<? super MeasuredSteps<?, ?, ?>> of) {
        return all.stream().mapToLong(of).sum();
    }

    /** How many steps took up to {@code 2^i} microseconds and more than half of that. */
    static List<Long> times(List<? extends MeasuredSteps<?, ?, ?>> all) {
        return sums(all, steps -> steps.times);
    }

    /** How many steps were of up to {@code 2^i} sessions and more than half of that. */
    static List<Long> sizes(List<? extends MeasuredSteps<?, ?, ?>> all) {
        return sums(all, steps -> steps.sizes);
    }

    /** How long they took together. */
    static long nanos(List<? extends MeasuredSteps<?, ?, ?>> all) {
        return sum(all, steps -> steps.nanos.getAcquire(0));
    }

    @Override
    public String fingerprint() {
        return steps.fingerprint();
    }

    @Override
    public String layout() {
        return steps.layout();
    }

    @Override
    public S open(String key) {
        return steps.open(key);
    }

    @Override
    public void shrink(S session) {
        steps.shrink(session);
    }

    @Override
    public byte[] save(S session) {
        return steps.save(session);
    }

    @Override
    public S restore(String key, byte[] saved) {
        return steps.restore(key, saved);
    }

    @Override
    public S adopt(String key, byte[] saved) {
        return steps.adopt(key, saved);
    }

    @Override
    public byte[] write(A answer) {
        return steps.write(answer);
    }

    @Override
    public A read(byte[] written) {
        return steps.read(written);
    }
}
