package dev.carousel.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Splits that hold out whole series, so that nothing of a shop, a person or a machine stands on both sides; those of a
 * {@link Split} by time hold out the end of each.
 *
 * <pre>{@code
 * List<Split> named = WholeSeries.byId(shops, List.of("north"), List.of("south"));
 * List<Split> drawn = WholeSeries.atRandom(shops, 0.1, 0.2, 7);
 * }</pre>
 */
public final class WholeSeries {

    private WholeSeries() {}

    /**
     * Holds out the series of some ids.
     *
     * @param set at least two series
     * @param validation the ids of those for choosing
     * @param test the ids of those for the test
     * @return one split a series, all of whose rows are in one part
     * @throws DataException if there is no such series, one is in both parts, or none is left for training
     */
    public static List<Split> byId(SeriesSet set, Collection<String> validation, Collection<String> test) {
        List<String> ids = set.series().stream().map(TimeSeries::id).toList();
        List<String> named = new ArrayList<>(validation);
        named.addAll(test);
        for (int i = 0; i < named.size(); i++) {
            String id = named.get(i);
            if (!ids.contains(id)) {
                throw new DataException(set.source() + ": there is no series '" + Numbers.shortened(id)
                        + "' to hold out among its " + ids.size() + "."
                        + Spelling.nearest(id, ids)
                                .map(near -> " Did you mean '" + near + "'?")
                                .orElse(" Is the column of ids named?"));
            }
            if (named.indexOf(id) < i) {
                throw new DataException(set.source() + ": the series '" + Numbers.shortened(id)
                        + "' is named twice among those that are held out.");
            }
        }
        requireTraining(set, validation.size(), test.size());
        return set.series().stream()
                .map(one -> split(one, validation.contains(one.id()), test.contains(one.id())))
                .toList();
    }

    /**
     * Holds out series at random.
     *
     * @param set at least two series
     * @param validation the share of the series for choosing, rounded to whole ones but to one at least unless it is 0
     * @param test the share for the test, likewise
     * @param seed decides which; the same seed on the same series gives the same split
     * @return one split a series, all of whose rows are in one part
     * @throws DataException if the shares make no sense or none is left for training
     */
    public static List<Split> atRandom(SeriesSet set, double validation, double test, long seed) {
        if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
            throw new DataException("The shares held out for validation and test must be 0 or more and less than 1"
                    + " together but are " + validation + " and " + test + ".");
        }
        int count = set.size();
        int tested = count(test, count);
        int chosenBy = count(validation, count);
        requireTraining(set, chosenBy, tested);
        int[] order = new int[count];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        Split[] splits = new Split[count];
        for (int place = 0; place < count; place++) {
            boolean inTest = place < tested;
            splits[order[place]] = split(set.get(order[place]), !inTest && place < tested + chosenBy, inTest);
        }
        return List.of(splits);
    }

    private static int count(double share, int series) {
        return share == 0 ? 0 : Math.max(1, (int) Math.round(share * series));
    }

    private static void requireTraining(SeriesSet set, int validation, int test) {
        if (validation + test >= set.size()) {
            throw new DataException(set.source() + ": expected series to be left for training but " + validation
                    + " for validation and " + test + " for the test are all of the " + set.size()
                    + ". Hold out fewer, or the end of each instead.");
        }
    }

    private static Split split(TimeSeries series, boolean validation, boolean test) {
        int rows = series.length();
        return new Split(validation || test ? 0 : rows, test ? 0 : rows, rows);
    }
}
