package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Splits that hold out whole series, so that no shop, person or machine is on both sides; those of a
 * {@link Split} by time hold out the end of each.
 *
 * <pre>{@code
 * List<Split> named = WholeSeries.byId(shops, List.of("north"), List.of("south"));
 * List<Split> drawn = WholeSeries.atRandom(shops, 0.1, 0.2, 7);
 * }</pre>
 */
public final class WholeSeries {

    private WholeSeries() {}

    /** Which series are held out for one purpose. */
    public sealed interface Part {

        /**
         * Those of some ids.
         *
         * @param ids at least one
         */
        record Named(List<String> ids) implements Part {

            /** Takes a copy. */
            public Named {
                ids = List.copyOf(ids);
            }
        }

        /**
         * A share of all, drawn from those that are not named.
         *
         * @param share from 0 to below 1; one series at least unless it is 0
         */
        record Drawn(double share) implements Part {

            /** Checks the share. */
            public Drawn {
                if (!(share >= 0 && share < 1)) {
                    throw new DataException("A share of series must be at least 0 and below 1 but is " + share + ".");
                }
            }
        }

        /**
         * What a person wrote.
         *
         * @param text a share with a decimal point such as 0.2, or 0, unless a series is called so; else ids separated by
         *     commas
         * @param set the series
         */
        static Part parse(String text, SeriesSet set) {
            String field = text.strip();
            boolean name = set.find(field).isPresent();
            if (!name && Numbers.isNumber(field) && (field.indexOf('.') >= 0 || field.equals("0"))) {
                return new Drawn(Double.parseDouble(field));
            }
            return new Named(name ? List.of(field) : List.of(field.split("\\s*,\\s*")));
        }
    }

    /**
     * Holds out series that are named or drawn.
     *
     * @param set at least two series
     * @param validation those for choosing
     * @param test those for the test
     * @param seed decides which are drawn
     * @return one split a series, all of whose rows are in one part
     * @throws DataException if there is no such series, one is in both parts, or none is left for training
     */
    public static List<Split> of(SeriesSet set, Part validation, Part test, long seed) {
        if (validation instanceof Part.Drawn chosen && test instanceof Part.Drawn tested) {
            return atRandom(set, chosen.share(), tested.share(), seed);
        }
        List<String> chosenIds = validation instanceof Part.Named named ? named.ids() : List.of();
        List<String> testedIds = test instanceof Part.Named named ? named.ids() : List.of();
        return byId(
                set,
                validation instanceof Part.Drawn drawn ? drawn(set, drawn.share(), testedIds, seed) : chosenIds,
                test instanceof Part.Drawn drawn ? drawn(set, drawn.share(), chosenIds, seed) : testedIds);
    }

    private static List<String> drawn(SeriesSet set, double share, List<String> named, long seed) {
        int count = count(share, set.size());
        return Arrays.stream(shuffled(set.size(), seed))
                .mapToObj(place -> set.get(place).id())
                .filter(id -> !named.contains(id))
                .limit(count)
                .toList();
    }

    private static int[] shuffled(int count, long seed) {
        int[] order = new int[count];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

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
        int[] order = shuffled(count, seed);
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
