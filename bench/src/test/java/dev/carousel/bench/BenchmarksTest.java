package dev.carousel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark sets itself up, which checks it, and runs, on small sizes. How long it takes is nobody's business here. */
class BenchmarksTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LayerBenchmark.Infer | shape=3,2,5,7 | 3",
                "LayerBenchmark.Train | shape=3,2,5,7 | 3",
                "LayerBenchmark.Step  | shape=1,1,5,7 | 3",
                "ProductBenchmark     | rows=5;depth=33;cols=50 | 6",
                "EquationBenchmark    | equations=LSTM,GRU,RNN_TANH,RNN_LOGISTIC,RNN_RELU | 10",
                "SoftmaxBenchmark     | classes=65 | 1",
                "UpdateBenchmark      | | 4",
                "TrainingBenchmark    | model=FORECAST;threads=2 | 1",
                "StreamBenchmark      | hiddenSize=16 | 2"
            })
    void benchmarkChecksItselfAndRuns(String name, String parameters, int benchmarks) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(name.replace(".", ".*") + "\\..*")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        for (String parameter : parameters == null ? new String[0] : parameters.split(";", -1)) {
            String[] parts = parameter.split("=", 2);
            options.param(parts[0], parts[0].equals("equations") ? parts[1].split(",", -1) : new String[] {parts[1]});
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        assertThat(results).hasSize(benchmarks);
    }

    /** Whoever adds a benchmark lists it above. */
    @Test
    void noBenchmarkIsLeftOut() {
        assertThat(BenchmarkList.defaultList().getAll(null, List.of()).stream()
                        .map(entry -> entry.getUserClassQName().replaceAll(".*\\.", "")))
                .containsOnly(
                        "Infer",
                        "Train",
                        "Step",
                        "ProductBenchmark",
                        "EquationBenchmark",
                        "SoftmaxBenchmark",
                        "UpdateBenchmark",
                        "TrainingBenchmark",
                        "StreamBenchmark");
    }
}
