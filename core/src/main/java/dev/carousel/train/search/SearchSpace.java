package dev.carousel.train.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What may be chosen in a search for better settings, and settings drawn from it at random. Immutable.
 *
 * <pre>{@code
 * SearchSpace space = SearchSpace.empty()
 *         .withWhole("hidden", 32, 256, 16, true)
 *         .withReal("rate", 1e-4, 1e-2, true)
 *         .withChoice("cell", "lstm", "gru");
 * for (Map<String, Object> setting : space.draw(20, 1)) {
 *     long hidden = (Long) setting.get("hidden");              // train with it, compare the held-out losses
 * }
 * }</pre>
 *
 * <p>Random search beats a grid of as many points if only some of the settings matter (Bergstra, Bengio, Random search
 * for hyper-parameter optimization, JMLR 13, 2012).
 */
public final class SearchSpace {

    private static final int ATTEMPTS = 1000;
    private static final MathContext DIGITS = new MathContext(3);

    private final List<Dimension> dimensions;

    private SearchSpace(List<Dimension> dimensions) {
        this.dimensions = List.copyOf(dimensions);
    }

    /** One setting that may be chosen. */
    private sealed interface Dimension permits Whole, Real, Choice {

        /** What is chosen. */
        String name();

        /** A value: a {@code Long}, {@code Double} or {@code String}. */
        Object draw(RandomGenerator random);
    }

    /**
     * A whole number.
     *
     * @param low the least
     * @param high the largest
     * @param step only low, low + step, low + 2 step, ... are drawn
     * @param logarithmic whether each factor of two is as likely as any other, rather than each number
     */
    private record Whole(String name, long low, long high, long step, boolean logarithmic) implements Dimension {

        /** Checks the range. */
        Whole {
            requireRange(name, low, high, logarithmic);
            if (step < 1 || step > high - low) {
                throw new IllegalArgumentException("The step of " + name + " is " + step + " but must be from 1 to "
                        + (high - low) + ", the width of its range.");
            }
        }

        @Override
        public Object draw(RandomGenerator random) {
            long steps = (high - low) / step;
            if (!logarithmic) {
                return low + step * random.nextLong(steps + 1);
            }
            // Half a step beyond both ends, so that they are as likely as what lies between.
            double from = Math.log(Math.max(low - step / 2.0, low / 2.0));
            double to = Math.log(low + (steps + 0.5) * step);
            double drawn = Math.exp(from + (to - from) * random.nextDouble());
            return low + step * Math.max(0, Math.min(steps, Math.round((drawn - low) / step)));
        }
    }

    /**
     * A number, drawn with three digits.
     *
     * @param low the least
     * @param high the largest
     * @param logarithmic whether each factor of two is as likely as any other
     */
    private record Real(String name, double low, double high, boolean logarithmic) implements Dimension {

        /** Checks the range. */
        Real {
            requireRange(name, low, high, logarithmic);
        }

        @Override
        public Object draw(RandomGenerator random) {
            double share = random.nextDouble();
            double drawn = logarithmic ? low * Math.exp(share * Math.log(high / low)) : low + share * (high - low);
            double rounded = new BigDecimal(drawn).round(DIGITS).doubleValue();
            return Math.max(low, Math.min(high, rounded));
        }
    }

    /**
     * One of several texts.
     *
     * @param values two at least, each another
     */
    private record Choice(String name, List<String> values) implements Dimension {

        /** Takes a copy and checks it. */
        Choice {
            values = List.copyOf(values);
            if (values.size() < 2 || Set.copyOf(values).size() < values.size()) {
                throw new IllegalArgumentException("The values of " + name + " are " + values
                        + " but must be two at least, each another. What is fixed needs no search.");
            }
        }

        @Override
        public Object draw(RandomGenerator random) {
            return values.get(random.nextInt(values.size()));
        }
    }

    /** Nothing to choose yet. */
    public static SearchSpace empty() {
        return new SearchSpace(List.of());
    }

    /**
     * With a whole number to choose: low, low + step, low + 2 step, ... up to high.
     *
     * @param name what it is called in a setting
     * @param low the least
     * @param high the largest
     * @param step 1 or more
     * @param logarithmic whether each factor of two is as likely as any other, rather than each number
     * @throws IllegalArgumentException if the range holds fewer than two numbers, or the name is taken
     */
    public SearchSpace withWhole(String name, long low, long high, long step, boolean logarithmic) {
        return with(new Whole(name, low, high, step, logarithmic));
    }

    /**
     * With a number to choose, drawn with three significant digits.
     *
     * @param name what it is called in a setting
     * @param low the least
     * @param high the largest
     * @param logarithmic whether each factor is as likely as any other, rather than each difference
     * @throws IllegalArgumentException if the range is empty or not finite, or the name is taken
     */
    public SearchSpace withReal(String name, double low, double high, boolean logarithmic) {
        return with(new Real(name, low, high, logarithmic));
    }

    /**
     * With one of several texts to choose.
     *
     * @param name what it is called in a setting
     * @param values two at least, each another
     * @throws IllegalArgumentException if they are fewer or two are equal, or the name is taken
     */
    public SearchSpace withChoice(String name, String... values) {
        return with(new Choice(name, List.of(values)));
    }

    private SearchSpace with(Dimension dimension) {
        if (names().contains(dimension.name())) {
            throw new IllegalArgumentException("A search names " + dimension.name() + " twice.");
        }
        List<Dimension> all = new ArrayList<>(dimensions);
        all.add(dimension);
        return new SearchSpace(all);
    }

    /** What may be chosen, by name, in the order in which it was added. */
    public List<String> names() {
        return dimensions.stream().map(Dimension::name).toList();
    }

    /** The texts among which each choice is made, by its name; ranges of numbers are not among them. */
    public Map<String, List<String>> choices() {
        Map<String, List<String>> choices = new LinkedHashMap<>();
        for (Dimension dimension : dimensions) {
            if (dimension instanceof Choice choice) {
                choices.put(choice.name(), choice.values());
            }
        }
        return choices;
    }

    void requireDimension() {
        if (dimensions.isEmpty()) {
            throw new IllegalArgumentException("A search needs a setting that may be chosen.");
        }
    }

    // Annotations that are not there at run time need not be exported.
    @SuppressWarnings("exports")
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SearchSpace space && dimensions.equals(space.dimensions);
    }

    @Override
    public int hashCode() {
        return dimensions.hashCode();
    }

    @Override
    public String toString() {
        return "SearchSpace" + dimensions;
    }

    private static void requireRange(String name, double low, double high, boolean logarithmic) {
        if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
            throw new IllegalArgumentException("The range of " + name + " is from " + low + " to " + high
                    + " but must go from a number to a larger one.");
        }
        if (logarithmic && !(low > 0)) {
            throw new IllegalArgumentException(
                    "The range of " + name + " begins at " + low + " but must begin above 0 to be logarithmic.");
        }
    }

    /**
     * Draws settings, each another. The first of them do not depend on how many there are.
     *
     * @param count how many; fewer are given where there are no more
     * @param seed decides which
     * @return settings: a {@code Long}, {@code Double} or {@code String} for each name
     * @throws IllegalArgumentException if there is nothing to choose
     */
    public List<Map<String, Object>> draw(int count, long seed) {
        requireDimension();
        RandomGenerator random = new SplittableRandom(seed);
        Set<Map<String, Object>> drawn = new LinkedHashSet<>();
        int failed = 0;
        while (drawn.size() < count && failed < ATTEMPTS) {
            Map<String, Object> setting = new LinkedHashMap<>();
            for (Dimension dimension : dimensions) {
                setting.put(dimension.name(), dimension.draw(random));
            }
            failed = drawn.add(setting) ? 0 : failed + 1;
        }
        return new ArrayList<>(drawn);
    }
}
