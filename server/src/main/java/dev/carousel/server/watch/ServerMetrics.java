package dev.carousel.server.watch;

import dev.carousel.server.models.ModelVersion;
import dev.carousel.server.models.ServedModels;
import dev.carousel.stream.PoolFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
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
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
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

    /** What is registered of each version, to be removed with it. */
    private final IdentityHashMap<ModelVersion<?, ?>, List<Meter>> known = new IdentityHashMap<>();

    private final LatencyWindow window = new LatencyWindow();
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final ServedModels models;
    private final long begun = System.nanoTime();

    /**
     * Counts from now on.
     *
     * @param underWay how many requests are under way
     * @param sockets how many WebSockets are open
     * @param listeners how many streams of outputs are open
     * @param store whose times are told
     */
    public ServerMetrics(
            ServedModels models,
            IntSupplier underWay,
            IntSupplier sockets,
            IntSupplier listeners,
            Optional<TimedStore> store) {
        this.models = models;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        gauge("carousel.requests.active", "Requests that are under way", underWay);
        gauge("carousel.sockets", "WebSockets that are open", sockets);
        gauge("carousel.listeners", "Streams of outputs that are open", listeners);
        store.ifPresent(timed -> timed.tell(
                nanos(storeTimer("carousel.store.commit", "How long commits of the store took, failed ones included")),
                nanos(storeTimer("carousel.store.read", "How long reads of the store took, failed ones included"))));
        registry.getPrometheusRegistry().register(new StepHistograms(models));
        watchVersions();
    }

    private void gauge(String name, String description, IntSupplier value) {
        Gauge.builder(name, value, IntSupplier::getAsInt)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private Timer storeTimer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
    }

    private static LongConsumer nanos(Timer timer) {
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
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

    /** A version that is gone takes its figures along, and what holds its pool in memory. */
    private synchronized void watchVersions() {
        List<ModelVersion<?, ?>> versions = models.versions();
        known.entrySet().removeIf(entry -> {
            boolean gone = versions.stream().noneMatch(version -> version == entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        for (ModelVersion<?, ?> version : versions) {
            if (!known.containsKey(version)) {
                known.put(version, watch(version));
            }
        }
    }

    private List<Meter> watch(ModelVersion<?, ?> version) {
        Tags tags = Tags.of("model", version.model(), "version", version.label());
        return List.of(
                gauge(version, tags, "carousel.sessions", "Sessions in memory", PoolFigures::sessions),
                gauge(version, tags, "carousel.queue", "Events that wait or are under way", PoolFigures::waiting),
                gauge(
                        version,
                        tags,
                        "carousel.batch.largest",
                        "The most sessions that were stepped together",
                        PoolFigures::largestBatch),
                counter(version, tags, "carousel.events", "Events taken", PoolFigures::events),
                counter(version, tags, "carousel.steps", "Products of one or several sessions", PoolFigures::steps),
                counter(version, tags, "carousel.refused", "Calls that a full queue refused", PoolFigures::refused),
                counter(version, tags, "carousel.repeated", "Numbered events that came again", PoolFigures::repeated),
                counter(version, tags, "carousel.evicted", "Sessions that left memory", PoolFigures::evicted),
                counter(version, tags, "carousel.loaded", "Sessions that came back", PoolFigures::loaded),
                counter(version, tags, "carousel.store.commits", "Writes of the store", PoolFigures::commits),
                counter(version, tags, "carousel.store.written", "Sessions that these wrote", PoolFigures::written),
                counter(
                        version,
                        tags,
                        "carousel.store.failures",
                        "Reads and writes of the store that failed",
                        PoolFigures::storeFailures),
                counter(
                        version,
                        tags,
                        "carousel.callback.failures",
                        "Answers that could not be handed on",
                        PoolFigures::callbackFailures));
    }

    private Meter gauge(
            ModelVersion<?, ?> version,
            Tags tags,
            String name,
            String description,
            ToLongFunction<PoolFigures> figure) {
        return Gauge.builder(name, version, v -> figure.applyAsLong(v.pool().figures()))
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private Meter counter(
            ModelVersion<?, ?> version,
            Tags tags,
            String name,
            String description,
            ToLongFunction<PoolFigures> figure) {
        return FunctionCounter.builder(
                        name, version, v -> figure.applyAsLong(v.pool().figures()))
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
