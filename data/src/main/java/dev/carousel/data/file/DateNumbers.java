package dev.carousel.data.file;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Numbers that are dates, where all numbers of their column can be: one alone could be anything. */
enum DateNumbers {
    /** 20140715, or with a time 201407152359 or 20140715235958. */
    COMPACT("compact"),
    /** 2014 stands for its first of January. */
    YEARS("years"),
    /** Seconds since 1970 in UTC, with decimals or without. */
    SECONDS("epoch-seconds"),
    /** Thousandths of a second since 1970. */
    MILLISECONDS("epoch-milliseconds"),
    /** Millionths of a second since 1970. */
    MICROSECONDS("epoch-microseconds"),
    /** Billionths of a second since 1970. */
    NANOSECONDS("epoch-nanoseconds");

    /** What people call a column of years. */
    private static final Set<String> NAMES_OF_YEARS = Set.of(
            "year", "years", "yr", "date", "dates", "time", "period", "jahr", "datum", "année", "annee", "año", "ano");

    /** The earliest and the latest instant that a number may be without being asked for: 1973 to 2128. */
    private static final BigDecimal LEAST_SECONDS = BigDecimal.valueOf(100_000_000L);

    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(5_000_000_000L);

    private final String label;

    DateNumbers(String label) {
        this.label = label;
    }

    /** As {@code --date-format} names it. */
    String label() {
        return label;
    }

    static Optional<DateNumbers> ofLabel(String label) {
        return Stream.of(values()).filter(one -> one.label.equals(label)).findFirst();
    }

    /** What all of some fields could be, if there is such a kind. */
    static Optional<DateNumbers> ofAll(List<String> fields) {
        if (fields.isEmpty() || !fields.stream().allMatch(Numbers::isNumber)) {
            return Optional.empty();
        }
        return Stream.of(values())
                .filter(kind -> fields.stream().allMatch(kind.likely()))
                .findFirst();
    }

    private Predicate<String> likely() {
        return field -> switch (this) {
            case COMPACT, YEARS -> {
                Optional<WrittenDate> date = parse(field);
                yield date.isPresent()
                        && date.get().local().getYear() >= 1600
                        && date.get().local().getYear() < 2200;
            }
            default -> {
                BigDecimal seconds = seconds(field);
                yield seconds.compareTo(LEAST_SECONDS) >= 0 && seconds.compareTo(MOST_SECONDS) <= 0;
            }
        };
    }

    /** Whether a column of such numbers is one of dates although nobody says so. */
    boolean obvious(String column, List<String> fields) {
        boolean different = fields.stream().distinct().limit(2).count() == 2;
        return switch (this) {
            case COMPACT -> different;
            case YEARS -> different && asked(label, column) && even(fields);
            default -> false;
        };
    }

    /** Whether a format is this one, and a column's name does not speak against it. */
    boolean asked(String format, String column) {
        return format.equals(label) && (this != YEARS || NAMES_OF_YEARS.contains(column.toLowerCase(Locale.ROOT)));
    }

    /** Whether a person should be asked: numbers that could be instants, and never go back. */
    boolean likely(List<String> fields) {
        if (this == YEARS || fields.size() < 2) {
            return false;
        }
        for (int i = 1; i < fields.size(); i++) {
            if (new BigDecimal(fields.get(i)).compareTo(new BigDecimal(fields.get(i - 1))) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean even(List<String> fields) {
        long step = Long.parseLong(fields.get(1)) - Long.parseLong(fields.get(0));
        for (int i = 1; i < fields.size(); i++) {
            if (step <= 0 || Long.parseLong(fields.get(i)) - Long.parseLong(fields.get(i - 1)) != step) {
                return false;
            }
        }
        return true;
    }

    /** The date of a field, if it is such a number. */
    Optional<WrittenDate> parse(String field) {
        return switch (this) {
            case COMPACT -> compact(field);
            case YEARS ->
                field.length() == 4 && digits(field)
                        ? WrittenDate.of(Integer.parseInt(field), 1, 1, 0, 0, 0, 0)
                                .map(WrittenDate::plain)
                        : Optional.empty();
            default -> instant(field);
        };
    }

    private static Optional<WrittenDate> compact(String field) {
        int length = field.length();
        if ((length != 8 && length != 12 && length != 14) || !digits(field)) {
            return Optional.empty();
        }
        return WrittenDate.of(
                        part(field, 0, 4),
                        part(field, 4, 6),
                        part(field, 6, 8),
                        length > 8 ? part(field, 8, 10) : 0,
                        length > 8 ? part(field, 10, 12) : 0,
                        length > 12 ? part(field, 12, 14) : 0,
                        0)
                .map(WrittenDate::plain);
    }

    private static int part(String field, int from, int to) {
        return Integer.parseInt(field.substring(from, to));
    }

    private static boolean digits(String field) {
        return field.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Optional<WrittenDate> instant(String field) {
        if (!Numbers.isNumber(field) || field.length() > 40) {
            return Optional.empty();
        }
        BigDecimal seconds = seconds(field);
        if (seconds.abs().compareTo(BigDecimal.valueOf(1_000_000_000_000L)) > 0) {
            return Optional.empty();
        }
        long whole = seconds.setScale(0, java.math.RoundingMode.FLOOR).longValueExact();
        int nanos =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).intValue();
        return Optional.of(
                new WrittenDate(LocalDateTime.ofEpochSecond(whole, nanos, ZoneOffset.UTC), 0, WrittenDate.Order.PLAIN));
    }

    private BigDecimal seconds(String field) {
        BigDecimal number = new BigDecimal(field);
        if (Math.abs((long) number.scale()) > 100) {
            return BigDecimal.ZERO;
        }
        return switch (this) {
            case MILLISECONDS -> number.movePointLeft(3);
            case MICROSECONDS -> number.movePointLeft(6);
            case NANOSECONDS -> number.movePointLeft(9);
            default -> number;
        };
    }
}
