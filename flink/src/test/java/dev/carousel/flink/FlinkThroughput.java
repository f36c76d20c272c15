package dev.carousel.flink;

import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Events a second of a job with sessions next to the same job with an empty function. With the number of events and of pumps;
 * docs/engines.md has the table.
 */
public final class FlinkThroughput {

    private FlinkThroughput() {}

    /** An empty function. */
    private static final class Empty extends KeyedProcessFunction<Integer, Reading, Reading.Answered> {

        private static final long serialVersionUID = 1;

        @Override
        public void processElement(Reading reading, Context context, Collector<Reading.Answered> out) {
            out.collect(new Reading.Answered(reading.number(), reading.pump(), reading.values()));
        }
    }

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        long events = Long.parseLong(arguments[0]);
        int pumps = Integer.parseInt(arguments[1]);
        System.out.println("| state | function | events a second |");
        System.out.println("|---|---|---|");
        for (String backend : new String[] {"hashmap", "rocksdb"}) {
            print(backend, "empty", events, run(backend, events, pumps, true, 1));
            print(backend, "one event at a time", events, run(backend, events, pumps, false, 1));
            print(backend, "256 events together", events, run(backend, events, pumps, false, 256));
        }
    }

    private static void print(String backend, String function, long events, double seconds) {
        System.out.printf(Locale.ROOT, "| %s | %s | %,.0f |%n", backend, function, events / seconds);
    }

    private static double run(String backend, long events, int pumps, boolean empty, int batch) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(4, configuration);
        environment.enableCheckpointing(5000);
        KeyedStream<Reading, Integer> readings = environment
                .fromSequence(0, events - 1)
                .setParallelism(1)
                .map(i -> Reading.of(i, pumps))
                .setParallelism(1)
                .returns(Reading.class)
                .keyBy(Reading::pump);
        DataStream<Reading.Answered> answers = empty
                ? readings.process(new Empty())
                : Reading.function(Reading.model(1))
                        .withBatches(batch, batch == 1 ? Duration.ZERO : Duration.ofMillis(5))
                        .apply(readings);
        answers.sinkTo(new DiscardingSink<>());
        long begin = System.nanoTime();
        environment.execute();
        return (System.nanoTime() - begin) / 1e9;
    }
}
