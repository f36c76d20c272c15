package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Spark adds to the scoring of 2 million sequences, in time of the processor, so that other programs on the machine do not
 * count: {@code mvn verify -pl spark -am -Dcarousel.engines=long -Dtest=LongScoringTest}.
 */
@EnabledIfSystemProperty(named = "carousel.engines", matches = "long")
class LongScoringTest {

    private static final int COUNT = Integer.getInteger("carousel.sequences", 2_000_000);
    private static final int T = 20;
    private static final int D = 4;
    private static final int H = 64;
    private static final int BATCH = 256;

    private static float[] numbers(long id) {
        SplittableRandom random = new SplittableRandom(id);
        float[] x = new float[T * D];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
        return x;
    }

    /** The time of the tasks on the processor, in nanoseconds. */
    private static final class TaskTime extends SparkListener {

        private final AtomicLong nanos = new AtomicLong();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            nanos.addAndGet(end.taskMetrics().executorCpuTime());
        }
    }

    @Test
    void scoringThroughSparkCostsLittleMoreThanTheKernels(@TempDir Path folder) throws Exception {
        SparkSession spark = LocalSpark.session();
        String file = folder.resolve("sequences").toUri().toString();
        spark.range(COUNT)
                .map(
                        (MapFunction<Long, SequenceRow>) id -> {
                            SequenceRow row = new SequenceRow();
                            row.setX(numbers(id));
                            return row;
                        },
                        Encoders.bean(SequenceRow.class))
                .selectExpr("x as sequence")
                .write()
                .parquet(file);
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(D, H), Dense.head(H, 1));
        Model model = Model.of(Network.initialised(spec, new SplittableRandom(1)), Task.of("test"));

        inProcess(model, COUNT / 10);
        double kernel = inProcess(model, COUNT);
        TaskTime time = new TaskTime();
        spark.sparkContext().addSparkListener(time);
        Dataset<Row> rows = spark.read().parquet(file);
        double warm = scored(model, rows.limit(COUNT / 10), time);
        double all = scored(model, rows, time);
        System.out.printf(
                Locale.ROOT,
                "%d sequences of %d steps, LSTM %d: in process %.1f s of the processor, through Spark %.1f s, %.3f times;"
                        + " %.0f sequences a second and core (a tenth, warming up: %.1f s)%n",
                COUNT,
                T,
                H,
                kernel,
                all,
                all / kernel,
                COUNT / all,
                warm);
        assertThat(all / kernel).isLessThan(1.3);
    }

    private static double scored(Model model, Dataset<Row> rows, TaskTime time) throws InterruptedException {
        long before = time.nanos.get();
        ModelTransformer.of(model)
                .transform(rows)
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        // Listeners are told later.
        Thread.sleep(2000);
        return (time.nanos.get() - before) / 1e9;
    }

    /** The passes alone, over sequences that are in memory. */
    private static double inProcess(Model model, int count) {
        PackedNetwork network = model.network().pack();
        Tape tape = network.tape(Team.single());
        float[] x = new float[T * BATCH * D];
        for (int n = 0; n < BATCH; n++) {
            float[] one = numbers(n);
            for (int t = 0; t < T; t++) {
                System.arraycopy(one, t * D, x, (t * BATCH + n) * D, D);
            }
        }
        Sequence batch = Sequence.of(x, T, BATCH, D);
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        double sum = 0;
        for (int from = 0; from < count; from += BATCH) {
            sum += tape.infer(batch, network.freshState(BATCH)).get(T - 1, 0, 0);
        }
        assertThat(sum).isFinite();
        return (threads.getCurrentThreadCpuTime() - before) / 1e9;
    }
}
