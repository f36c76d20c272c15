package dev.carousel.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Events a second of a job with sessions next to the same job with an empty function, and to its source alone. With the state
 * backend, the number of events, of pumps and of rounds; docs/engines.md has the command.
 *
 * <p>All jobs run once to warm up, and then in turn in each round. The first fifth of the events is not timed, so that neither the
 * start of a job nor keys that begin count; nor is what comes after the last answer, for a job waits for one more checkpoint then.
 */
public final class FlinkThroughput {

    private static final int SUBTASKS = 4;

    private FlinkThroughput() {}

    /** The jobs, in the order of the table. */
    private enum Job {
        SOURCE("the source alone, without a shuffle"),
        EMPTY("an empty function"),
        ONE("sessions, one event at a time"),
        TOGETHER("sessions, 256 events together");

        private final String label;

        Job(String label) {
            this.label = label;
        }
    }

    /** An empty function. */
    private static final class Empty extends KeyedProcessFunction<Integer, Reading, Reading.Answered> {

        private static final long serialVersionUID = 1;

        @Override
        public void processElement(Reading reading, Context context, Collector<Reading.Answered> out) {
            out.collect(new Reading.Answered(reading.number(), reading.pump(), reading.values()));
        }
    }

    /** Makes readings, and tells when those that are timed begin. */
    private static final class Source implements MapFunction<Long, Reading> {

        private static final long serialVersionUID = 1;
        private static final AtomicLong MADE = new AtomicLong();
        private static final AtomicLong BEGIN = new AtomicLong();
        private static final int STEP = 256;

        private final long untimed;
        private final int pumps;
        private int made;

        Source(long untimed, int pumps) {
            this.untimed = untimed;
            this.pumps = pumps;
        }

        @Override
        public Reading map(Long number) {
            if (++made % STEP == 0 && MADE.addAndGet(STEP) >= untimed) {
                BEGIN.compareAndSet(0, System.nanoTime());
            }
            return Reading.of(number, pumps);
        }
    }

    /** Tells when the last answer came. */
    private static final class Last<T> extends RichMapFunction<T, T> {

        private static final long serialVersionUID = 1;
        private static final AtomicLong END = new AtomicLong();

        private int passed;
        private long nanos;

        @Override
        public T map(T one) {
            if (++passed % 64 == 0) {
                nanos = System.nanoTime();
            }
            return one;
        }

        @Override
        public void close() {
            END.accumulateAndGet(nanos, Math::max);
        }
    }

    /** Prints the rows of a backend. */
    public static void main(String[] arguments) throws Exception {
        String backend = arguments[0];
        long events = Long.parseLong(arguments[1]);
        int pumps = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        Map<Job, List<Double>> rates = new EnumMap<>(Job.class);
        for (int round = 0; round <= rounds; round++) {
            for (Job job : Job.values()) {
                double rate = rate(job, backend, events, pumps);
                System.err.printf(Locale.ROOT, "round %d, %s: %,.0f%n", round, job.label, rate);
                if (round > 0) {
                    rates.computeIfAbsent(job, none -> new ArrayList<>()).add(rate);
                }
            }
        }
        int cores = Runtime.getRuntime().availableProcessors();
        double empty = median(rates.get(Job.EMPTY));
        System.out.printf(
                Locale.ROOT,
                "%s, %,d events of %,d keys, %d subtasks on %d cores, median of %d rounds (lowest to highest)%n",
                backend,
                events,
                pumps,
                SUBTASKS,
                cores,
                rounds);
        System.out.println("| state | job | events a second | next to the empty function | a core's time an event |");
        System.out.println("|---|---|---|---|---|");
        rates.forEach((job, all) -> System.out.printf(
                Locale.ROOT,
                "| %s | %s | %,.0f (%,.0f to %,.0f) | %.2f | %.1f \u00b5s |%n",
                backend,
                job.label,
                median(all),
                all.get(0),
                all.get(all.size() - 1),
                median(all) / empty,
                1e6 * cores / median(all)));
    }

    private static double median(List<Double> values) {
        values.sort(Comparator.naturalOrder());
        return values.get(values.size() / 2);
    }

    /** Events a second after the first fifth. */
    private static double rate(Job job, String backend, long events, int pumps) throws Exception {
        Path folder = Files.createTempDirectory("carousel-throughput");
        try {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(
                    SUBTASKS,
                    PumpJob.configuration(backend, folder).set(RestartStrategyOptions.RESTART_STRATEGY, "disable"));
            environment.enableCheckpointing(2000);
            long untimed = events / 5;
            Source.MADE.set(0);
            Source.BEGIN.set(0);
            Last.END.set(Long.MIN_VALUE);
            DataStream<Reading> readings = environment
                    .fromSequence(0, events - 1)
                    .map(new Source(untimed, pumps))
                    .returns(Reading.class);
            if (job == Job.SOURCE) {
                last(readings, Reading.class);
            } else {
                last(answers(job, readings.keyBy(Reading::pump)), Reading.Answered.class);
            }
            environment.execute();
            return (events - untimed) / ((Last.END.get() - Source.BEGIN.get()) / 1e9);
        } finally {
            delete(folder);
        }
    }

    private static <T> void last(DataStream<T> answers, Class<T> type) {
        answers.map(new Last<T>()).returns(type).sinkTo(new DiscardingSink<>());
    }

    private static DataStream<Reading.Answered> answers(Job job, KeyedStream<Reading, Integer> readings) {
        return switch (job) {
            case EMPTY -> readings.process(new Empty());
            case ONE ->
                Reading.function(Reading.model(1)).withBatches(1, Duration.ZERO).apply(readings);
            case TOGETHER ->
                Reading.function(Reading.model(1))
                        .withBatches(256, Duration.ofMillis(5))
                        .apply(readings);
            case SOURCE -> throw new IllegalArgumentException("The source alone gives no answers.");
        };
    }

    private static void delete(Path folder) throws IOException {
        Path[] all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toArray(Path[]::new);
        }
        for (Path one : all) {
            Files.deleteIfExists(one);
        }
    }
}
