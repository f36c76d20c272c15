package dev.carousel.cli.timing;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Times something again and again and takes the median. */
public final class Clock {

    private static final int RUNS_AT_LEAST = 5;

    /** Runs so long that so few of them take more than this are fewer. */
    private static final double PATIENCE_SECONDS = 5;

    /** A warm-up ends after so many rounds in a row in which nothing was compiled and nothing got faster, or so many in all. */
    private static final int QUIET_ROUNDS = 3;

    private static final int WARM_UP_ROUNDS_AT_MOST = 40;
    private static final double NO_FASTER = 0.97;

    /** So much of a round spent compiling is nothing. */
    private static final double LITTLE_COMPILING = 0.04;

    private Clock() {}

    /** The median time of a run in nanoseconds, over as many runs as these seconds hold. */
    public static double medianNanos(Runnable run, double seconds) {
        long[] nanos = new long[1 << 10];
        int count = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long patience = end + (long) (PATIENCE_SECONDS * 1e9);
        while (count == 0 || System.nanoTime() < end || (count < RUNS_AT_LEAST && System.nanoTime() < patience)) {
            long begun = System.nanoTime();
            run.run();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - begun;
        }
        return median(nanos, count);
    }

    private static double median(long[] numbers, int count) {
        Arrays.sort(numbers, 0, count);
        return count % 2 == 1 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2.0;
    }

    /**
     * Runs in rounds of so many seconds until the just-in-time compiler has done its work, as far as its own account and the
     * times of the rounds tell.
     */
    public static void warmUp(Runnable run, double seconds) {
        double before = Double.POSITIVE_INFINITY;
        int quiet = 0;
        for (int round = 1; round <= WARM_UP_ROUNDS_AT_MOST && quiet < QUIET_ROUNDS; round++) {
            long compiled = compilationMillis();
            double now = medianNanos(run, seconds);
            boolean still = compilationMillis() - compiled <= LITTLE_COMPILING * 1000 * seconds;
            quiet = still && now > NO_FASTER * before ? quiet + 1 : 0;
            before = now;
        }
    }

    /** How long the just-in-time compiler has worked; 0 in a JVM that has none. */
    private static long compilationMillis() {
        @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }
}
