package dev.carousel.server.watch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long requests took in the last ten seconds, in buckets an eighth of an octave wide. Any thread; allocates nothing.
 */
final class LatencyWindow {

    private static final int SECONDS = 10;
    private static final int PER_OCTAVE = 8;
    private static final int BUCKETS = 40 * PER_OCTAVE;

    private final AtomicLongArray[] seconds = new AtomicLongArray[SECONDS + 1];
    private int now;

    LatencyWindow() {
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = new AtomicLongArray(BUCKETS);
        }
    }

    private volatile AtomicLongArray current = new AtomicLongArray(BUCKETS);

    /** Counts a request. */
    void add(long nanos) {
        current.incrementAndGet(bucket(nanos));
    }

    private static int bucket(long nanos) {
        long n = Math.max(1, nanos);
        int octave = 63 - Long.numberOfLeadingZeros(n);
        int part = octave < 3 ? 0 : (int) (n >>> (octave - 3)) & (PER_OCTAVE - 1);
        return Math.min(BUCKETS - 1, octave * PER_OCTAVE + part);
    }

    private static double upper(int bucket) {
        int octave = bucket / PER_OCTAVE;
        return Math.pow(2, octave) * (1 + (bucket % PER_OCTAVE + 1.0) / PER_OCTAVE);
    }

    /** The next second begins; one thread at a time. */
    synchronized void tick() {
        seconds[now] = current;
        now = (now + 1) % seconds.length;
        current = new AtomicLongArray(BUCKETS);
    }

    /**
     * The time within which a share of the requests of the last seconds were answered.
     *
     * @param share 0 to 1
     * @return milliseconds, to an eighth; 0 where there was none
     */
    synchronized double millis(double share) {
        long[] sums = new long[BUCKETS];
        long all = 0;
        for (AtomicLongArray second : seconds) {
            for (int b = 0; b < BUCKETS; b++) {
                sums[b] += second.get(b);
                all += second.get(b);
            }
        }
        if (all == 0) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(share * all));
        long seen = 0;
        for (int b = 0; b < BUCKETS; b++) {
            seen += sums[b];
            if (seen >= rank) {
                return upper(b) / 1e6;
            }
        }
        return upper(BUCKETS - 1) / 1e6;
    }
}
