package dev.carousel.server.watch;

import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModels;
import dev.carousel.stream.PoolFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;

/** What is counted: requests by route and status, and of each version of a model what its pool counts. Any thread. */
public final class ServerMetrics implements AutoCloseable {

    private record Answered(String route, int status) {}

    private static final Duration[] BOUNDS = {
        Duration.ofNanos(250_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final ConcurrentMap<Answered, Timer> timers = new ConcurrentHashMap<>();
    private final Set<ModelVersion<?, ?>> known = ConcurrentHashMap.newKeySet();
    private final LatencyWindow window = new LatencyWindow();
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final ServedModels models;
    private final long begun = System.nanoTime();

    /**
     * Counts from now on.
     *
     * @param underWay how many requests are under way
     */
    public ServerMetrics(ServedModels models, IntSupplier underWay) {
        this.models = models;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        Gauge.builder("carousel.requests.active", underWay, IntSupplier::getAsInt)
                .description("Requests that are under way")
                .strongReference(true)
                .register(registry);
        watchVersions();
    }

    /** Counts a request that has been answered. */
    public void answered(String route, int status, long nanos) {
        requests.increment();
        if (status == 429 || status == 503) {
            refused.increment();
        }
        window.add(nanos);
        timers.computeIfAbsent(new Answered(route, status), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Answered of) {
        return Timer.builder("carousel.requests")
                .description("Requests answered, by route and status")
                .tag("route", of.route())
                .tag("status", Integer.toString(of.status()))
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    private void watchVersions() {
        for (ModelVersion<?, ?> version : models.versions()) {
            if (known.add(version)) {
                watch(version);
            }
        }
    }

    private void watch(ModelVersion<?, ?> version) {
        Tags tags = Tags.of("model", version.model(), "version", version.label());
        Gauge.builder("carousel.sessions", version, v -> v.pool().figures().sessions())
                .description("Sessions in memory")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        Gauge.builder("carousel.queue", version, v -> v.pool().figures().waiting())
                .description("Events that wait or are under way")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        Gauge.builder("carousel.batch.largest", version, v -> v.pool().figures().largestBatch())
                .description("The most sessions that were stepped together")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        counter(version, tags, "carousel.events", "Events taken", PoolFigures::events);
        counter(version, tags, "carousel.steps", "Products: steps of one or several sessions", PoolFigures::steps);
        counter(version, tags, "carousel.refused", "Calls refused because the queue was full", PoolFigures::refused);
        counter(version, tags, "carousel.repeated", "Numbered events that came again", PoolFigures::repeated);
        counter(version, tags, "carousel.evicted", "Sessions that left memory for the store", PoolFigures::evicted);
        counter(version, tags, "carousel.loaded", "Sessions that came back from the store", PoolFigures::loaded);
        counter(version, tags, "carousel.store.commits", "Writes of the store", PoolFigures::commits);
        counter(version, tags, "carousel.store.written", "Sessions that these wrote", PoolFigures::written);
        counter(
                version,
                tags,
                "carousel.store.failures",
                "Writes of the store that failed",
                PoolFigures::storeFailures);
    }

    private void counter(
            ModelVersion<?, ?> version,
            Tags tags,
            String name,
            String description,
            ToLongFunction<PoolFigures> figure) {
        FunctionCounter.builder(name, version, v -> figure.applyAsLong(v.pool().figures()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** A second has passed. */
    public void tick() {
        window.tick();
        watchVersions();
    }

    /** All figures in the text format of Prometheus. */
    public String prometheus() {
        watchVersions();
        return registry.scrape();
    }

    /** The figures of the page, as JSON has them. */
    public Map<String, Object> figures() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("uptime_seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        all.put("requests", requests.sum());
        all.put("refused", refused.sum());
        all.put("median_ms", window.millis(0.5));
        all.put("p99_ms", window.millis(0.99));
        Runtime runtime = Runtime.getRuntime();
        all.put("memory_bytes", runtime.totalMemory() - runtime.freeMemory());
        all.put("memory_most_bytes", runtime.maxMemory());
        return all;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
