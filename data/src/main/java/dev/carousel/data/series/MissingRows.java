package dev.carousel.data.series;

import dev.carousel.data.file.RowStore;
import dev.carousel.data.file.StoreWriter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rows that are missing among dates which would otherwise be evenly spaced: where every step is a whole number of usual
 * ones.
 *
 * @param spacing how far apart the rows would stand
 * @param rows how many are missing
 * @param places how many gaps they leave
 * @param first the row after the first gap
 */
record MissingRows(Spacing spacing, long rows, int places, int first) {

    /** So many different steps are counted; dates with more follow no rule whatever. */
    private static final int MOST_STEPS = 10_000;

    /**
     * What is missing among the dates of a series.
     *
     * @param dates in increasing order
     * @return nothing where they are evenly spaced, follow no rule, or would lack more rows than there are
     */
    static Optional<MissingRows> of(List<LocalDateTime> dates) {
        if (dates.size() < 3 || Spacing.of(dates).regular()) {
            return Optional.empty();
        }
        Spacing months = new Spacing(Spacing.Kind.MONTHS, Math.max(1, usualMonths(dates)));
        Spacing weekdays = new Spacing(Spacing.Kind.WEEKDAYS, 1);
        return Stream.of(months, Spacing.ofGap(usualGap(dates)), weekdays)
                .flatMap(spacing -> by(spacing, dates).stream())
                .filter(missing -> missing.rows() <= dates.size())
                .min((a, b) -> Long.compare(a.rows(), b.rows()));
    }

    private static Optional<MissingRows> by(Spacing spacing, List<LocalDateTime> dates) {
        if (!spacing.fits(dates)) {
            return Optional.empty();
        }
        long rows = 0;
        int places = 0;
        int first = 0;
        for (int row = 1; row < dates.size(); row++) {
            long steps = steps(spacing, dates.get(row - 1), dates.get(row));
            if (steps < 1) {
                return Optional.empty();
            }
            if (steps > 1) {
                rows += steps - 1;
                first = places == 0 ? row : first;
                places++;
            }
        }
        return Optional.of(new MissingRows(spacing, rows, places, first));
    }

    /** How many steps lead from a date to a later one; 0 where no whole number does. */
    private static long steps(Spacing spacing, LocalDateTime from, LocalDateTime to) {
        return switch (spacing.kind()) {
            case SECONDS, MICROSECONDS -> {
                Duration step = Duration.between(from, spacing.after(from, 1));
                Duration gap = Duration.between(from, to);
                long steps = gap.dividedBy(step);
                yield step.multipliedBy(steps).equals(gap) ? steps : 0;
            }
            case MONTHS -> {
                long months = Spacing.months(from, to);
                boolean whole =
                        months % spacing.amount() == 0 && from.toLocalTime().equals(to.toLocalTime());
                yield whole ? months / spacing.amount() : 0;
            }
            case WEEKDAYS -> {
                boolean weekdays = Stream.of(from, to).noneMatch(MissingRows::isWeekend)
                        && from.toLocalTime().equals(to.toLocalTime());
                yield weekdays ? Spacing.holidays(from, to) + 1 : 0;
            }
            case BUSINESS_DAYS, ROWS, IRREGULAR -> 0;
        };
    }

    private static boolean isWeekend(LocalDateTime date) {
        return date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
    }

    static Duration usualGap(List<LocalDateTime> dates) {
        return Duration.ofNanos(1000
                * usual(IntStream.range(1, dates.size())
                        .mapToObj(row -> Duration.between(dates.get(row - 1), dates.get(row))
                                        .toNanos()
                                / 1000)));
    }

    private static long usualMonths(List<LocalDateTime> dates) {
        return usual(
                IntStream.range(1, dates.size()).mapToObj(row -> Spacing.months(dates.get(row - 1), dates.get(row))));
    }

    /** The most frequent of some numbers, the least of these. */
    private static long usual(Stream<Long> steps) {
        Map<Long, Integer> counts = new HashMap<>();
        steps.forEach(step -> {
            if (counts.size() < MOST_STEPS || counts.containsKey(step)) {
                counts.merge(step, 1, Integer::sum);
            }
        });
        return counts.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue()
                        .thenComparing(Map.Entry.<Long, Integer>comparingByKey().reversed()))
                .orElseThrow()
                .getKey();
    }

    /** In words: "3 rows are missing in 2 places, the first before line 18 (2021-03-05 follows 2021-03-02)". */
    String text(List<LocalDateTime> dates, long line) {
        return rows + (rows == 1 ? " row is" : " rows are") + " missing"
                + (places == 1 ? "" : " in " + places + " places, the first") + " before line " + line + " ("
                + dates.get(first) + " follows " + dates.get(first - 1) + ")";
    }

    /** The rows of some series with those that are missing, which have no values. */
    record Inserted(RowStore store, int[] counts, List<String> notes) {}

    /**
     * Inserts what is missing.
     *
     * @param store the rows of all series, those of each together
     * @param counts how many rows each series has
     * @param ids what the series are called
     */
    static Inserted insert(RowStore store, StoreLayout layout, StoreWriter writer, int[] counts, List<String> ids) {
        List<Optional<MissingRows>> missing = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        int[] more = counts.clone();
        int from = 0;
        for (int id = 0; id < counts.length; id++) {
            List<LocalDateTime> dates = new StoredDates(store, from, counts[id]);
            Optional<MissingRows> found = increasing(dates) ? of(dates) : Optional.empty();
            missing.add(found);
            if (found.isPresent()) {
                MissingRows one = found.get();
                more[id] += Math.toIntExact(one.rows());
                notes.add((ids.get(id).isEmpty() ? "" : "of series '" + ids.get(id) + "' ")
                        + one.text(dates, store.bits(from + one.first(), StoreLayout.LINE))
                        + (one.rows() == 1 ? "; it is inserted" : "; they are inserted"));
            }
            from += counts[id];
        }
        if (notes.isEmpty()) {
            return new Inserted(store, counts, notes);
        }
        RowStore all = writer.alike(store, IntStream.of(more).sum());
        int at = 0;
        int row = 0;
        for (int id = 0; id < counts.length; id++) {
            for (int i = 0; i < counts[id]; i++, row++) {
                if (i > 0 && missing.get(id).isPresent()) {
                    at = fill(store, layout, all, at, row, missing.get(id).get().spacing());
                }
                store.copyRow(row, all, at++);
            }
        }
        return new Inserted(all, more, notes);
    }

    private static boolean increasing(List<LocalDateTime> dates) {
        return IntStream.range(1, dates.size()).allMatch(row -> dates.get(row).isAfter(dates.get(row - 1)));
    }

    /** Inserts what is missing before a row; where the next rows go. */
    private static int fill(RowStore store, StoreLayout layout, RowStore all, int from, int row, Spacing spacing) {
        LocalDateTime before = StoredDates.date(store.bits(row - 1, StoreLayout.DATE));
        LocalDateTime date = StoredDates.date(store.bits(row, StoreLayout.DATE));
        long steps = steps(spacing, before, date);
        int at = from;
        for (long step = 1; step < steps; step++) {
            store.copyRow(row, all, at);
            LocalDateTime inserted = spacing.kind() == Spacing.Kind.MONTHS
                    // A short month may have cut off the day of either.
                    ? Spacing.onDay(before.plusMonths(step * spacing.amount()), before, date)
                    : spacing.after(before, step);
            all.setBits(at, StoreLayout.DATE, StoredDates.bits(inserted));
            for (int field = layout.number(0); field < layout.width(); field++) {
                all.setNumber(at, field, Double.NaN);
            }
            at++;
        }
        return at;
    }
}
