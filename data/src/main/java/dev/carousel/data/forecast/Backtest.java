package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A backtest with a rolling origin: the same training at several points of time, each judged on the rows that follow.
 *
 * <pre>{@code
 * List<ForecastSkill> tests = new ArrayList<>();
 * for (List<Split> splits : Backtest.origins(series, splitsOfToday, 3)) {
 *     // Fit a formulation and a network on the training rows of these splits alone, then judge it on their test rows.
 *     tests.add(ForecastSkill.of(forecaster, stretches, baselines, scaleRows));
 * }
 * new Backtest(tests).improvement();     // on average 18 % below the best naive forecast
 * }</pre>
 *
 * <p>Each origin lies as many rows before the next as the test has, so that no row is tested twice.
 *
 * @param tests how each origin was judged, the oldest first; at least one
 */
public record Backtest(List<ForecastSkill> tests) {

    public Backtest {
        if (tests.isEmpty()) {
            throw new IllegalArgumentException("Backtest: expected the test of an origin but found none.");
        }
        tests = List.copyOf(tests);
    }

    /** How much less than the best naive forecast the network errs, as a share of that, on average over the origins. */
    public double improvement() {
        return tests.stream().mapToDouble(ForecastSkill::improvement).average().orElseThrow();
    }

    /**
     * The splits of all origins, the oldest first; the last ones are those that are given.
     *
     * @param series the series
     * @param splits the split of each
     * @param earlier how many origins before, 0 or more
     * @throws DataException if a series has too few rows for as many tests
     */
    public static List<List<Split>> origins(List<TimeSeries> series, List<Split> splits, int earlier) {
        if (series.size() != splits.size() || earlier < 0) {
            throw new IllegalArgumentException("Backtest: expected a split for each of " + series.size()
                    + " series and 0 or more earlier origins but found " + splits.size() + " splits and " + earlier
                    + " origins.");
        }
        tooShort(splits, earlier).ifPresent(s -> {
            Split split = splits.get(s);
            throw new DataException(series.get(s).place() + ": expected training rows for a backtest at " + earlier
                    + " earlier origins but found " + split.trainingRows() + ", too few for as many tests of "
                    + split.testRows() + " rows. Take fewer origins, or a shorter test.");
        });
        List<List<Split>> all = new ArrayList<>();
        for (int i = earlier; i > 0; i--) {
            int back = i;
            all.add(splits.stream()
                    .map(split -> split.earlier(back * split.testRows()))
                    .toList());
        }
        all.add(List.copyOf(splits));
        return all;
    }

    /** The first series whose training rows are too few for as many earlier origins, if there is one. */
    public static OptionalInt tooShort(List<Split> splits, int earlier) {
        for (int s = 0; s < splits.size(); s++) {
            if (earlier > 0
                    && (long) earlier * splits.get(s).testRows()
                            >= splits.get(s).trainingEnd()) {
                return OptionalInt.of(s);
            }
        }
        return OptionalInt.empty();
    }
}
