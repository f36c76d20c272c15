package dev.carousel.flink;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a cluster of four task managers in this process: each event is counted once, whatever happens to them. */
class FlinkJobTest {

    /** Any part of a small job takes this long at most, even on a busy machine; of a long one, ten times as long. */
    private Duration patience = Duration.ofMinutes(3);

    private Duration interval = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private MiniCluster cluster;

    @BeforeEach
    void start() throws Exception {
        PumpJob.begin();
        Configuration patient = new Configuration();
        patient.setString("pekko.startup-timeout", "3 min");
        patient.setString("heartbeat.timeout", "3 min");
        patient.setString("pekko.ask.timeout", "3 min");
        patient.setString("taskmanager.network.partition-request-timeout", "3 min");
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(patient)
                .setNumTaskManagers(4)
                .setNumSlotsPerTaskManager(1)
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build());
        cluster.start();
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    @Test
    void answersAreThoseOfSessionsInProcessOnTheHeapThroughFailures() throws Exception {
        run("hashmap", 40_000, 2_000);
    }

    @Test
    void answersAreThoseOfSessionsInProcessInRocksDbThroughFailures() throws Exception {
        run("rocksdb", 40_000, 2_000);
    }

    /** Some minutes; docs/engines.md names the switch. */
    @Test
    @EnabledIfSystemProperty(named = "carousel.engines", matches = "long")
    void answersOfManyKeysAreThoseOfSessionsInProcessOnTheHeap() throws Exception {
        runLong("hashmap");
    }

    /** Some minutes; docs/engines.md names the switch. */
    @Test
    @EnabledIfSystemProperty(named = "carousel.engines", matches = "long")
    void answersOfManyKeysAreThoseOfSessionsInProcessInRocksDb() throws Exception {
        runLong("rocksdb");
    }

    private void runLong(String backend) throws Exception {
        patience = patience.multipliedBy(10);
        interval = Duration.ofSeconds(3);
        run(backend, 5_000_000, 200_000);
    }

    /** On 2, 4 and again 2 subtasks, from savepoints; in the middle an exception, and the loss of a task manager. */
    private void run(String backend, long readings, int pumps) throws Exception {
        PumpJob.GATE.set(readings / 4);
        JobClient job = submit(backend, 2, readings, pumps, "");
        waitFor(() -> PumpJob.READ.get() > PumpJob.GATE.get(), job);
        String first = stop(job);

        PumpJob.CHECKPOINTS.set(0);
        PumpJob.FAILURE.set(3 * readings / 8);
        PumpJob.GATE.set(readings / 2);
        job = submit(backend, 4, readings, pumps, first);
        waitFor(() -> PumpJob.FAILURE.get() < 0 && PumpJob.READ.get() > PumpJob.GATE.get(), job);
        cluster.terminateTaskManager(0).get(patience.toSeconds(), TimeUnit.SECONDS);
        cluster.startTaskManager();
        long before = PumpJob.CHECKPOINTS.get();
        waitFor(() -> PumpJob.CHECKPOINTS.get() > before + 1, job);
        String second = stop(job);

        PumpJob.GATE.set(Long.MAX_VALUE);
        job = submit(backend, 2, readings, pumps, second);
        job.getJobExecutionResult().get(10 * patience.toSeconds(), TimeUnit.SECONDS);
        PumpJob.assertExactlyOnce(folder.resolve("answers"), readings, pumps);
    }

    private JobClient submit(String backend, int parallelism, long readings, int pumps, String savepoint)
            throws Exception {
        Configuration configuration = PumpJob.configuration(backend, folder);
        if (!savepoint.isEmpty()) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment environment = new TestStreamEnvironment(
                cluster, configuration, parallelism, java.util.List.of(), java.util.List.of());
        environment.enableCheckpointing(interval.toMillis());
        PumpJob.build(environment, Reading.function(Reading.model(1)), readings, pumps, folder.resolve("answers"));
        return environment.executeAsync();
    }

    private String stop(JobClient job) throws Exception {
        return job.stopWithSavepoint(
                        false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get(patience.toSeconds(), TimeUnit.SECONDS);
    }

    private void waitFor(BooleanSupplier condition, JobClient job) throws Exception {
        Instant end = Instant.now().plus(patience);
        while (!condition.getAsBoolean()) {
            JobStatus status = job.getJobStatus().get();
            if (status.isGloballyTerminalState() || Instant.now().isAfter(end)) {
                AssertionError error =
                        new AssertionError("The job is " + status + " while something is expected of it.");
                if (status == JobStatus.FAILED) {
                    error.initCause(assertThrows(
                            ExecutionException.class,
                            () -> job.getJobExecutionResult().get()));
                }
                throw error;
            }
            Thread.sleep(10);
        }
    }
}
