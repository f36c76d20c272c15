package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * With how many decimals the forecasts of each target are written: as many as its column has, and so many that a tenth of a
 * usual step from row to row shows, however high the level; seven digits at least.
 *
 * <pre>{@code
 * ForecastDigits digits = ForecastDigits.of(series);
 * digits.text(0, 45679767.72113);         // "45679767.72" of a meter that is read to the hundredth
 * }</pre>
 *
 * @param decimals one number a target, 0 to 12
 */
public record ForecastDigits(List<Integer> decimals) {

    private static final MathContext LEAST = new MathContext(7);

    /** So many digits of a number are those of a double. */
    private static final int MOST_DIGITS = 15;

    private static final int MOST_DECIMALS = 12;

    /** Nobody writes more decimals than these by hand. */
    private static final int MOST_WRITTEN = 8;

    /** So many steps of a series tell how large one is. */
    private static final int STEPS = 10_000;

    /**
     * Takes a copy.
     *
     * @throws DataException if a number is none of decimals
     */
    public ForecastDigits {
        decimals = List.copyOf(decimals);
        if (decimals.stream().anyMatch(number -> number < 0 || number > MOST_DECIMALS)) {
            throw new DataException(
                    "Forecasts are written with 0 to " + MOST_DECIMALS + " decimals but not with " + decimals + ".");
        }
    }

    /** Of the targets of some series: by what their file or, where they came from none, their numbers have, and by their steps. */
    public static ForecastDigits of(SeriesSet set) {
        List<String> targets = set.get(0).targets();
        return new ForecastDigits(IntStream.range(0, targets.size())
                .mapToObj(k -> Math.min(
                        MOST_DECIMALS,
                        Math.max(
                                decimals(set, k),
                                set.series().stream()
                                        .mapToInt(one -> showing(step(one, k)))
                                        .max()
                                        .orElse(0))))
                .toList());
    }

    /** Of a model that does not say it: four digits of what its columns deviate. */
    static ForecastDigits of(ForecastSpec spec) {
        return new ForecastDigits(spec.normaliser().columns().stream()
                .limit(spec.columns().targets())
                .map(Normaliser.Column::deviation)
                .map(deviation -> showing(deviation / 100))
                .toList());
    }

    /** As many decimals as the one or the other has. */
    public ForecastDigits or(ForecastDigits other) {
        return new ForecastDigits(IntStream.range(0, decimals.size())
                .mapToObj(k -> Math.max(decimals.get(k), other.decimals.get(k)))
                .toList());
    }

    /** As in the file; else those of the shortest spelling of each number, or none if these come from a calculation. */
    private static int decimals(SeriesSet set, int target) {
        String name = set.get(0).targets().get(target);
        if (set.bytes() > 0) {
            return set.decimals(name);
        }
        int most = set.series().stream()
                .flatMapToInt(one -> IntStream.range(Math.max(0, one.length() - STEPS), one.length())
                        .mapToDouble(row -> one.value(target, row))
                        .filter(Double::isFinite)
                        .mapToInt(value ->
                                BigDecimal.valueOf(value).stripTrailingZeros().scale()))
                .max()
                .orElse(0);
        return most <= MOST_WRITTEN ? Math.max(0, most) : 0;
    }

    /** The mean of how far the rows of a target stand apart; of its last rows, where there are many. */
    private static double step(TimeSeries series, int target) {
        int from = Math.max(1, series.length() - STEPS);
        return IntStream.range(from, series.length())
                .mapToDouble(row -> Math.abs(series.value(target, row) - series.value(target, row - 1)))
                .average()
                .orElse(0);
    }

    /** How many decimals show a tenth of an amount. */
    private static int showing(double amount) {
        return amount > 0 && Double.isFinite(amount)
                ? Math.min(MOST_DECIMALS, Math.max(0, 1 - (int) Math.floor(Math.log10(amount))))
                : 0;
    }

    /** A forecast of a target as text, without an exponent. */
    public String text(int target, double value) {
        return written(value, decimals.get(target));
    }

    /** A number with so many decimals at least, and seven digits at least, but none that a double does not have. */
    private static String written(double value, int decimals) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal rounded = exact.round(LEAST);
        int whole = exact.precision() - exact.scale();
        int wanted = Math.min(decimals, MOST_DIGITS - whole);
        return (rounded.scale() < wanted ? exact.setScale(wanted, RoundingMode.HALF_EVEN) : rounded).toPlainString();
    }
}
