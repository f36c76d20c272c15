package dev.carousel.stream;

import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** The numbers of {@link PoolFigures}, added to by all threads. */
final class PoolCounters {

    final LongAdder events = new LongAdder();
    final LongAdder steps = new LongAdder();
    final LongAccumulator largest = new LongAccumulator(Math::max, 0);
    final LongAdder refused = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder evicted = new LongAdder();
    final LongAdder loaded = new LongAdder();
    final LongAdder commits = new LongAdder();
    final LongAdder written = new LongAdder();
    final LongAdder storeFailures = new LongAdder();
    final LongAdder callbackFailures = new LongAdder();

    PoolFigures figures(long sessions, long waiting, List<? extends MeasuredSteps<?, ?, ?>> measured) {
        return new PoolFigures(
                sessions,
                waiting,
                events.sum(),
                steps.sum(),
                largest.get(),
                refused.sum(),
                repeated.sum(),
                evicted.sum(),
                loaded.sum(),
                commits.sum(),
                written.sum(),
                storeFailures.sum(),
                callbackFailures.sum(),
                MeasuredSteps.sizes(measured),
                MeasuredSteps.times(measured),
                MeasuredSteps.nanos(measured));
    }
}
