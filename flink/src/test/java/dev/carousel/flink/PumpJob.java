package dev.carousel.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.stream.Stepper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Readings of pumps, numbered; the answers go to files, each of which is committed with a checkpoint. The source goes slowly
 * near the points where a test does something to the job, so that it is in the middle of its work then.
 */
final class PumpJob {

    /** Where the source slows down until a test lets it go on. */
    static final AtomicLong GATE = new AtomicLong(Long.MAX_VALUE);

    /** The reading at which the source fails once there was a checkpoint; -1 if none. */
    static final AtomicLong FAILURE = new AtomicLong(-1);

    static final AtomicLong READ = new AtomicLong();
    static final AtomicLong CHECKPOINTS = new AtomicLong();

    private PumpJob() {}

    /** What the job begins with: nothing was read, nothing is to happen. */
    static void begin() {
        GATE.set(Long.MAX_VALUE);
        FAILURE.set(-1);
        READ.set(0);
        CHECKPOINTS.set(0);
    }

    static Configuration configuration(String backend, Path folder) {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, java.time.Duration.ofMillis(100));
        return configuration;
    }

    /** Builds it. */
    static void build(
            StreamExecutionEnvironment environment,
            CarouselProcessFunction<Integer, Reading, Reading.Answered> function,
            long readings,
            int pumps,
            Path answers) {
        environment.setMaxParallelism(128);
        DataStream<Reading> read = environment
                .fromSequence(0, readings - 1)
                .uid("numbers")
                .setParallelism(1)
                .map(new Source(pumps))
                .uid("readings")
                .setParallelism(1);
        function.apply(read.keyBy(Reading::pump))
                .uid("sessions")
                .sinkTo(FileSink.forRowFormat(
                                new org.apache.flink.core.fs.Path(answers.toUri()), new AnswerBytesEncoder())
                        .withRollingPolicy(OnCheckpointRollingPolicy.build())
                        .build())
                .uid("answers");
    }

    /** Makes readings of numbers. */
    private static final class Source extends RichMapFunction<Long, Reading> implements CheckpointListener {

        private static final long serialVersionUID = 1;

        private final int pumps;

        Source(int pumps) {
            this.pumps = pumps;
        }

        @Override
        public Reading map(Long number) throws Exception {
            if (number > GATE.get()) {
                Thread.sleep(5);
            }
            long failure = FAILURE.get();
            if (failure >= 0 && number > failure) {
                if (CHECKPOINTS.get() == 0) {
                    Thread.sleep(1);
                } else if (FAILURE.compareAndSet(failure, -1)) {
                    throw new IllegalStateException("the failure of the test, at " + number);
                }
            }
            READ.set(number);
            return Reading.of(number, pumps);
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            CHECKPOINTS.incrementAndGet();
        }
    }

    /** An answer as its number, its pump and the bits of its numbers. */
    private static final class AnswerBytesEncoder implements Encoder<Reading.Answered> {

        private static final long serialVersionUID = 1;

        @Override
        public void encode(Reading.Answered answer, OutputStream stream) throws IOException {
            DataOutputStream out = new DataOutputStream(stream);
            out.writeLong(answer.number());
            out.writeInt(answer.pump());
            for (float one : answer.y()) {
                out.writeInt(Float.floatToRawIntBits(one));
            }
        }
    }

    /** Checks that the committed files hold each answer once, with the bits of sessions in process. */
    static void assertExactlyOnce(Path answers, long readings, int pumps) throws IOException {
        int[][] bits = new int[Math.toIntExact(readings)][];
        List<Path> files;
        try (Stream<Path> all = Files.walk(answers)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
        long read = 0;
        for (Path file : files) {
            long count = Files.size(file) / (Long.BYTES + Integer.BYTES * (1 + Reading.OUTPUTS));
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (long i = 0; i < count; i++) {
                    int number = Math.toIntExact(in.readLong());
                    in.readInt();
                    if (bits[number] != null) {
                        throw new AssertionError("Reading " + number + " has more than one answer.");
                    }
                    bits[number] = new int[] {in.readInt(), in.readInt()};
                    read++;
                }
            }
        }
        assertThat(read).as("answers").isEqualTo(readings);
        PackedNetwork network = Reading.model(1).network().pack();
        // Of many streams, a state each is lighter than a session each; the bits are the same.
        Stepper stepper = Stepper.of(network);
        Map<Integer, State> alone = new HashMap<>();
        float[] y = new float[Reading.OUTPUTS];
        for (long i = 0; i < readings; i++) {
            Reading reading = Reading.of(i, pumps);
            stepper.step(alone.computeIfAbsent(reading.pump(), none -> network.freshState(1)), reading.values(), y);
            int[] found = bits[(int) i];
            if (found[0] != Float.floatToRawIntBits(y[0]) || found[1] != Float.floatToRawIntBits(y[1])) {
                throw new AssertionError(
                        "The answer to reading " + i + " has other bits than a session in process gives.");
            }
        }
    }
}
