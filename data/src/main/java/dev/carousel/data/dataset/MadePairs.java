package dev.carousel.data.dataset;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Made pairs of texts, drawn from a seed, as the lines of a file: an input, a TAB, an output. No input comes twice.
 *
 * <pre>{@code
 * Pairs sums = Pairs.of("sums", MadePairs.SUMS.tsv(50_000, 1));
 * }</pre>
 */
public enum MadePairs {
    /** Sums of two numbers of one to three digits: {@code 535+61} and {@code 596}. Of a+b and b+a only one is drawn. */
    SUMS(50_000),

    /** Days from 1900 to 2099 in twelve spellings, and as ISO 8601 has them: {@code Thu Mar 7 2019} and {@code 2019-03-07}. */
    DATES(30_000);

    /** Spelled out here, since what Java calls them depends on its version. */
    private static final List<String> MONTHS = List.of(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December");

    private static final List<String> WEEKDAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

    private static final List<Function<LocalDate, String>> SPELLINGS = List.of(
            day -> day.getDayOfMonth() + " " + month(day) + " " + day.getYear(),
            day -> day.getDayOfMonth() + " " + shortened(month(day)) + " " + day.getYear(),
            day -> month(day) + " " + day.getDayOfMonth() + ", " + day.getYear(),
            day -> shortened(month(day)) + " " + day.getDayOfMonth() + ", " + day.getYear(),
            day -> weekday(day) + ", " + day.getDayOfMonth() + " " + month(day) + " " + day.getYear(),
            day -> shortened(weekday(day)) + " " + shortened(month(day)) + " " + day.getDayOfMonth() + " "
                    + day.getYear(),
            day -> digits("%02d.%02d.%d", day.getDayOfMonth(), day.getMonthValue(), day.getYear()),
            day -> digits("%d.%d.%d", day.getDayOfMonth(), day.getMonthValue(), day.getYear()),
            day -> digits("%02d/%02d/%d", day.getMonthValue(), day.getDayOfMonth(), day.getYear()),
            day -> digits("%d%02d%02d", day.getYear(), day.getMonthValue(), day.getDayOfMonth()),
            day -> day.getDayOfMonth() + "-" + shortened(month(day)) + "-" + day.getYear(),
            MadePairs::inWords);

    private static final int MOST_DIGITS = 3;
    private static final LocalDate FIRST_DAY = LocalDate.of(1900, 1, 1);
    private static final LocalDate AFTER_LAST_DAY = LocalDate.of(2100, 1, 1);

    private final int count;

    MadePairs(int count) {
        this.count = count;
    }

    private static String month(LocalDate day) {
        return MONTHS.get(day.getMonthValue() - 1);
    }

    private static String weekday(LocalDate day) {
        return WEEKDAYS.get(day.getDayOfWeek().getValue() - 1);
    }

    private static String shortened(String name) {
        return name.substring(0, 3);
    }

    private static String digits(String format, int first, int second, int third) {
        return String.format(Locale.ROOT, format, first, second, third);
    }

    /** {@code 7th of March 2019}. */
    private static String inWords(LocalDate day) {
        int number = day.getDayOfMonth();
        String ending = number / 10 == 1
                ? "th"
                : switch (number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
        return number + ending + " of " + month(day) + " " + day.getYear();
    }

    /** How many pairs are learned from as a rule. */
    public int count() {
        return count;
    }

    /**
     * A file of pairs.
     *
     * @param count how many, up to 200 000; there are more than twice as many different ones
     * @param seed draws
     * @return its bytes, in UTF-8
     * @throws IllegalArgumentException if the count is another
     */
    public byte[] tsv(int count, long seed) {
        if (count < 0 || count > 200_000) {
            throw new IllegalArgumentException("MadePairs: " + count
                    + " pairs were asked for but must be 0 to 200000, so that no input comes twice.");
        }
        RandomGenerator random = new SplittableRandom(seed);
        Set<String> drawn = new HashSet<>();
        StringBuilder lines = new StringBuilder();
        while (drawn.size() < count) {
            if (this == SUMS) {
                drawSum(random, drawn, lines);
            } else {
                drawDate(random, drawn, lines);
            }
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void drawSum(RandomGenerator random, Set<String> drawn, StringBuilder lines) {
        int a = number(random);
        int b = number(random);
        if (drawn.add(Math.min(a, b) + "+" + Math.max(a, b))) {
            lines.append(a).append('+').append(b).append('\t').append(a + b).append('\n');
        }
    }

    /** As many digits as another, each digit drawn; a first 0 is no digit. */
    private static int number(RandomGenerator random) {
        int digits = 1 + random.nextInt(MOST_DIGITS);
        int number = 0;
        for (int i = 0; i < digits; i++) {
            number = 10 * number + random.nextInt(10);
        }
        return number;
    }

    private static void drawDate(RandomGenerator random, Set<String> drawn, StringBuilder lines) {
        LocalDate day = LocalDate.ofEpochDay(random.nextLong(FIRST_DAY.toEpochDay(), AFTER_LAST_DAY.toEpochDay()));
        String spelling = SPELLINGS.get(random.nextInt(SPELLINGS.size())).apply(day);
        if (drawn.add(spelling)) {
            lines.append(spelling).append('\t').append(day).append('\n');
        }
    }
}
