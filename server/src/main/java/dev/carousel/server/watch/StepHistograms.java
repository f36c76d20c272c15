package dev.carousel.server.watch;

import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModels;
import dev.carousel.stream.PoolFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** How long steps took and how many sessions they were of, for each version, from the counts of its pool. */
final class StepHistograms implements MultiCollector {

    private final ServedModels models;

    StepHistograms(ServedModels models) {
        this.models = models;
    }

    @Override
    public MetricSnapshots collect() {
        HistogramSnapshot.Builder times = HistogramSnapshot.builder()
                .name("carousel_step_seconds")
                .help("How long a step took, of one or several sessions");
        HistogramSnapshot.Builder sizes = HistogramSnapshot.builder()
                .name("carousel_batch_sessions")
                .help("How many sessions were stepped together");
        for (ModelVersion<?, ?> version : models.versions()) {
            PoolFigures figures = version.pool().figures();
            Labels labels = Labels.of("model", version.model(), "version", version.label());
            times.dataPoint(point(figures.stepTimes(), 1e-6, figures.stepNanos() / 1e9, labels));
            sizes.dataPoint(point(figures.batches(), 1, figures.events(), labels));
        }
        return MetricSnapshots.of(times.build(), sizes.build());
    }

    /** Buckets of up to 1, 2, 4, ... units, the last of all above. */
    private static HistogramDataPointSnapshot point(List<Long> counts, double unit, double sum, Labels labels) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.size(); i++) {
            double bound = i == counts.size() - 1 ? Double.POSITIVE_INFINITY : unit * (1L << i);
            buckets.bucket(bound, counts.get(i));
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(sum)
                .labels(labels)
                .build();
    }
}
