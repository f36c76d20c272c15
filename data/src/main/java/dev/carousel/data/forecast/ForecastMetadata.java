package dev.carousel.data.forecast;

import dev.carousel.data.file.Metadata;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.Spacing;
import dev.carousel.loss.Distribution;
import dev.carousel.model.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A {@link ForecastSpec} as plain values and back. */
final class ForecastMetadata {

    /** By what factor a distribution is wider than the network gives it. */
    private static final String SPREAD = "spread";

    private static final String DISTRIBUTION = "distribution";

    private ForecastMetadata() {}

    static Map<String, Object> toMap(ForecastSpec spec) {
        ForecastColumns columns = spec.columns();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("context", spec.context());
        map.put("horizon", spec.horizon());
        map.put("season", spec.season());
        map.put("spacing", spec.spacing().kind().name().toLowerCase(Locale.ROOT));
        map.put("spacing_amount", spec.spacing().amount());
        map.put("calendar", spec.calendar().stream().map(Calendar::label).toList());
        map.put("columns", columns.normaliser().toList());
        map.put("targets", columns.targets());
        map.put("features", columns.features());
        map.put("relative", spec.relative().label());
        map.put("stepping", spec.stepping().label());
        map.put("quantiles", spec.quantiles());
        spec.distribution().ifPresent(family -> {
            map.put(DISTRIBUTION, family.text());
            map.put(SPREAD, family.spread());
        });
        map.put(
                "categories",
                columns.categories().stream().map(Categories::toMap).toList());
        if (columns.embeddings().stream().anyMatch(length -> length > 0)) {
            map.put("embeddings", columns.embeddings());
        }
        Map<String, Object> series = new LinkedHashMap<>();
        columns.series().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> series.put(entry.getKey(), entry.getValue().toList()));
        map.put("series", series);
        return map;
    }

    static ForecastSpec fromMap(Map<?, ?> map) {
        return new ForecastSpec(
                Metadata.integer(map, "context", 1, ForecastSpec.MAXIMUM_STEPS),
                Metadata.integer(map, "horizon", 1, ForecastSpec.MAXIMUM_STEPS),
                Metadata.integer(map, "season", 0, ForecastSpec.MAXIMUM_SEASON),
                spacing(map),
                calendar(map),
                columns(map),
                map.containsKey("relative") ? Relative.ofLabel(Metadata.text(map, "relative")) : Relative.MEAN,
                map.containsKey("stepping") ? Stepping.ofLabel(Metadata.text(map, "stepping")) : Stepping.AT_ONCE,
                quantiles(map),
                distribution(map));
    }

    /** A model's description with the distribution, if it has one. */
    static Task withDistribution(Task task, ForecastSpec spec) {
        return spec.distribution()
                .map(family -> task.with(DISTRIBUTION, family.text()).with(SPREAD, family.spread()))
                .orElse(task);
    }

    /** What a model's description says of the distribution, as {@link #fromMap} reads it. */
    static void putDistribution(Task task, Map<String, Object> map) {
        if (task.has(DISTRIBUTION)) {
            map.put(DISTRIBUTION, task.text(DISTRIBUTION));
        }
        if (task.has(SPREAD)) {
            map.put(SPREAD, task.number(SPREAD));
        }
    }

    private static Optional<Distribution> distribution(Map<?, ?> map) {
        if (!map.containsKey(DISTRIBUTION)) {
            return Optional.empty();
        }
        String text = Metadata.text(map, DISTRIBUTION);
        Distribution family;
        try {
            family = Distribution.of(text);
        } catch (IllegalArgumentException e) {
            throw Metadata.wrong(DISTRIBUTION, "a known distribution", text);
        }
        // Models whose spread was not fitted lack it.
        double spread = map.containsKey(SPREAD) ? Metadata.number(map, SPREAD) : 1;
        if (!(spread > 0 && spread < Double.POSITIVE_INFINITY)) {
            throw Metadata.wrong(SPREAD, "a finite number above 0", spread);
        }
        return Optional.of(family.withSpread(spread));
    }

    private static Spacing spacing(Spacing.Kind kind, Map<?, ?> map) {
        return new Spacing(kind, Metadata.integer(map, "spacing_amount", 1, kind.counted() ? Integer.MAX_VALUE : 1));
    }

    private static Spacing spacing(Map<?, ?> map) {
        String kind = Metadata.text(map, "spacing");
        return Stream.of(Spacing.Kind.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(kind))
                .findFirst()
                .map(one -> spacing(one, map))
                .orElseThrow(() -> Metadata.wrong("spacing", "a known spacing", kind));
    }

    private static List<Calendar> calendar(Map<?, ?> map) {
        List<Calendar> calendar = new ArrayList<>();
        for (Object label : Metadata.list(map, "calendar")) {
            Calendar entry = Calendar.ofLabel(String.valueOf(label));
            if (calendar.contains(entry)) {
                throw Metadata.wrong("calendar", "a list of different entries", Metadata.list(map, "calendar"));
            }
            calendar.add(entry);
        }
        return calendar;
    }

    private static List<Double> quantiles(Map<?, ?> map) {
        List<Double> quantiles = new ArrayList<>();
        if (map.containsKey("quantiles")) {
            for (Object q : Metadata.list(map, "quantiles")) {
                if (!(q instanceof Number number)) {
                    throw Metadata.wrong("quantiles", "a list of numbers", q);
                }
                quantiles.add(number.doubleValue());
            }
        }
        return quantiles;
    }

    private static ForecastColumns columns(Map<?, ?> map) {
        Normaliser normaliser = Normaliser.fromList(Metadata.list(map, "columns"));
        int all = normaliser.columns().size();
        int targets = map.containsKey("targets") ? Metadata.integer(map, "targets", 1, all) : 1;
        int features =
                map.containsKey("features") ? Metadata.integer(map, "features", 0, all - targets) : all - targets;
        List<Categories> categories = new ArrayList<>();
        if (map.containsKey("categories")) {
            for (Object entry : Metadata.list(map, "categories")) {
                categories.add(Categories.fromMap(Metadata.map(entry, "categories")));
            }
        }
        Map<String, Normaliser> series = new LinkedHashMap<>();
        if (map.get("series") instanceof Map<?, ?> own) {
            for (Object name : own.keySet()) {
                Normaliser one = Normaliser.fromList(Metadata.list(own, String.valueOf(name)));
                if (one.columns().size() != all) {
                    throw Metadata.wrong("series", "numbers for " + all + " columns each", one.columns());
                }
                series.put(String.valueOf(name), one);
            }
        }
        return new ForecastColumns(
                targets, features, normaliser, categories, embeddings(map, categories.size()), series);
    }

    /** What models lack whose categories all enter one-hot. */
    private static List<Integer> embeddings(Map<?, ?> map, int categories) {
        if (!map.containsKey("embeddings")) {
            return Collections.nCopies(categories, 0);
        }
        List<Integer> embeddings = new ArrayList<>();
        for (Object length : Metadata.list(map, "embeddings")) {
            if (!(length instanceof Number number)
                    || number.doubleValue() != number.intValue()
                    || number.intValue() < 0) {
                throw Metadata.wrong("embeddings", "a list of whole numbers of at least 0", length);
            }
            embeddings.add(number.intValue());
        }
        if (embeddings.size() != categories) {
            throw Metadata.wrong("embeddings", "a list of " + categories + " numbers, one a category", embeddings);
        }
        return embeddings;
    }
}
