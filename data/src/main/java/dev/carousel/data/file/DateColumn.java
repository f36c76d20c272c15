package dev.carousel.data.file;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.file.WrittenDate.Order;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A column of dates, field by field: what is still open when the first are read, such as which number is the day, is settled
 * when all have been.
 *
 * <pre>{@code
 * DateColumn column = DateColumn.of(reading, "day", firstFields);
 * WrittenDate written = column.read(field).orElseThrow();        // for each row
 * DateReading settled = column.settled(place);                   // after the last one
 * LocalDateTime date = column.settle(place, row, written.local(), written.offset());
 * }</pre>
 *
 * <p>Mutable, for one thread at a time.
 */
public final class DateColumn {

    /** So many of ten fields must be dates for a column whose spelling is not ISO 8601 to be one of dates. */
    private static final int MOST_OF_TEN = 9;

    private final DateReading reading;
    private final Function<String, Optional<WrittenDate>> spelling;
    private final String format;
    private Order order;
    private int fields;

    /** Whether fields have come whose year is last, and others. */
    private boolean yearLast;

    private boolean others;

    /** How many fields were read before the order of day and month was told. */
    private int early;

    private String open = "";
    private Optional<LocalTime> time = Optional.empty();
    private boolean oneTime = true;
    private int firstOffset = WrittenDate.NO_OFFSET;
    private boolean lastHadOffset;
    private boolean withOffset;
    private boolean withoutOffset;

    private DateColumn(DateReading reading, Function<String, Optional<WrittenDate>> spelling, String format) {
        this.reading = reading;
        this.spelling = spelling;
        this.format = format;
        this.order = switch (format) {
            case DateReading.DAY_FIRST -> Order.DAY_FIRST;
            case DateReading.MONTH_FIRST -> Order.MONTH_FIRST;
            default -> Order.EITHER;
        };
    }

    /**
     * A column that is known to hold dates.
     *
     * @param fields the first of them, which tell what kind of numbers they are, if they are numbers
     */
    public static DateColumn of(DateReading reading, List<String> fields) {
        Optional<DateNumbers> asked = DateNumbers.ofLabel(reading.format());
        if (asked.isPresent()) {
            return new DateColumn(reading, asked.get()::parse, reading.format());
        }
        Optional<DateTimeFormatter> pattern = reading.pattern();
        if (pattern.isPresent()) {
            return new DateColumn(reading, field -> byPattern(pattern.get(), field), reading.format());
        }
        return DateNumbers.ofAll(fields)
                .map(kind -> new DateColumn(reading, kind::parse, kind.label()))
                .orElseGet(() -> new DateColumn(reading, DateFields::written, reading.format()));
    }

    /** How surely a column holds dates. */
    public enum Likeness {
        /** Its first field is one of ISO 8601. */
        ISO,
        /** Its fields are dates in another spelling. */
        SPELLED,
        /** Its fields are numbers that can hardly be anything else. */
        NUMBERS,
        /** A person may take them for dates: they are to be told so. */
        ALIKE,
        /** They are none. */
        NONE
    }

    /**
     * How surely a column holds dates, by its first fields.
     *
     * @param name its name, which tells years from other numbers
     */
    public static Likeness likeness(DateReading reading, String name, List<String> fields) {
        if (fields.isEmpty()) {
            return Likeness.NONE;
        }
        String first = fields.get(0);
        if (reading.pattern().isPresent()) {
            return of(reading, fields).read(first).isPresent() ? Likeness.SPELLED : Likeness.NONE;
        }
        if (DateFields.iso(first).isPresent()) {
            return Likeness.ISO;
        }
        if (DateFields.written(first).isPresent()) {
            long dates = fields.stream()
                    .filter(field -> DateFields.written(field).isPresent())
                    .count();
            return 10 * dates >= (long) MOST_OF_TEN * fields.size() ? Likeness.SPELLED : Likeness.ALIKE;
        }
        Optional<DateNumbers> numbers = DateNumbers.ofAll(fields);
        if (numbers.isPresent()) {
            boolean asked = numbers.get().asked(reading.format(), name);
            return asked || numbers.get().obvious(name, fields)
                    ? Likeness.NUMBERS
                    : numbers.get().likely(fields) ? Likeness.ALIKE : Likeness.NONE;
        }
        return DateSpelling.looksLikeDate(first) ? Likeness.ALIKE : Likeness.NONE;
    }

    private static Optional<WrittenDate> byPattern(DateTimeFormatter pattern, String field) {
        TemporalAccessor parsed;
        try {
            parsed = pattern.parseBest(
                    field, OffsetDateTime::from, LocalDateTime::from, LocalDate::from, YearMonth::from, Year::from);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
        if (parsed instanceof OffsetDateTime instant) {
            return Optional.of(new WrittenDate(
                    instant.toLocalDateTime(), instant.getOffset().getTotalSeconds(), Order.PLAIN));
        }
        LocalDateTime local = parsed instanceof LocalDateTime full
                ? full
                : parsed instanceof LocalDate day
                        ? day.atStartOfDay()
                        : parsed instanceof YearMonth month
                                ? month.atDay(1).atStartOfDay()
                                : Year.from(parsed).atDay(1).atStartOfDay();
        return Optional.of(WrittenDate.plain(local));
    }

    /**
     * The date that the next field spells.
     *
     * @return empty if it is none in the spelling of this column
     */
    public Optional<WrittenDate> read(String field) {
        Optional<WrittenDate> found = spelling.apply(field);
        if (found.isEmpty()) {
            return found;
        }
        WrittenDate date = found.get();
        boolean ordered = date.order() != Order.PLAIN;
        boolean tells = date.order() == Order.DAY_FIRST || date.order() == Order.MONTH_FIRST;
        if (ordered ? others : yearLast) {
            return Optional.empty();
        }
        if (tells && order == Order.EITHER) {
            order = date.order();
            early = fields;
        } else if (tells && order != date.order()) {
            return Optional.empty();
        } else if (ordered && !tells && order == Order.MONTH_FIRST) {
            date = new WrittenDate(WrittenDate.exchanged(date.local()), date.offset(), date.order());
        } else if (date.order() == Order.EITHER && open.isEmpty()) {
            open = field;
        }
        yearLast |= ordered;
        others |= !ordered;
        fields++;
        note(date);
        return Optional.of(date);
    }

    private void note(WrittenDate date) {
        LocalTime now = date.local().toLocalTime();
        oneTime &= time.isEmpty() || time.get().equals(now);
        time = time.isEmpty() ? Optional.of(now) : time;
        lastHadOffset = date.offset() != WrittenDate.NO_OFFSET;
        if (!lastHadOffset) {
            withoutOffset = true;
        } else {
            firstOffset = withOffset ? firstOffset : date.offset();
            withOffset = true;
        }
    }

    /** Whether the date that was read last says how far it is from UTC. */
    public boolean lastHadOffset() {
        return lastHadOffset;
    }

    /** Why a field is no date of this column. */
    public DataException refusal(String where, String field) {
        Optional<WrittenDate> alone = spelling.apply(field);
        if (alone.isPresent()) {
            boolean dayFirst = order == Order.DAY_FIRST;
            return new DataException(
                    DataException.Kind.NOT_A_DATE,
                    where
                            + (others || alone.get().order() == Order.PLAIN
                                    ? ": expected a date written like those above"
                                    : ": expected the " + (dayFirst ? "day before the month" : "month before the day")
                                            + (format.isEmpty() ? ", as in the rows above," : ", as was asked for,"))
                            + " but found '" + Numbers.shortened(field)
                            + "'. Were two files joined that write dates in different ways?");
        }
        if (reading.pattern().isPresent()) {
            return new DataException(
                    DataException.Kind.NOT_A_DATE,
                    where + ": expected a date in the format " + format + " but found '" + Numbers.shortened(field)
                            + "'. Is --date-format the file's?");
        }
        return DateFields.refusal(where, field);
    }

    /**
     * How the dates are read, when all fields have been: for a model to remember.
     *
     * @param place the file and the column, for messages
     * @throws DataException if nothing tells which number is the day, or some times have an offset and others none
     */
    public DateReading settled(String place) {
        if (order == Order.EITHER && !open.isEmpty()) {
            throw new DataException(
                    DataException.Kind.NOT_A_DATE,
                    place + ": in dates such as '" + Numbers.shortened(open)
                            + "' the day or the month may come first, and no value over 12 tells which. Say it with"
                            + " --date-format day-first or --date-format month-first.");
        }
        String found = yearLast && format.isEmpty()
                ? order == Order.MONTH_FIRST ? DateReading.MONTH_FIRST : DateReading.DAY_FIRST
                : format;
        return reading.withFormat(found).countedAt(offset(place));
    }

    /** At which offset instants are counted; none where times stay as they are written. */
    private Optional<ZoneOffset> offset(String place) {
        boolean asked = reading.offset().isPresent();
        if (reading.local()
                || (!asked && (oneTime || (!withOffset && reading.zone().isEmpty())))) {
            return Optional.empty();
        }
        if (withoutOffset && reading.zone().isEmpty()) {
            throw new DataException(
                    DataException.Kind.NOT_A_DATE,
                    place
                            + (withOffset
                                    ? ": some times have an offset from UTC and others none."
                                    : ": the times have no offset from UTC, but those of the training had one.")
                            + " Say with --zone, such as Europe/Berlin, whose clocks they are.");
        }
        if (asked) {
            return reading.offset();
        }
        return Optional.of(
                reading.zone().map(DateColumn::winter).orElseGet(() -> ZoneOffset.ofTotalSeconds(firstOffset)));
    }

    private static ZoneOffset winter(ZoneId zone) {
        return zone.getRules().getStandardOffset(java.time.Instant.EPOCH.plusSeconds(50L * 365 * 86_400));
    }

    /** Whether {@link #settle} may change a date. */
    public boolean changes(DateReading settled) {
        return settled.offset().isPresent() || (order == Order.MONTH_FIRST && early > 0);
    }

    /**
     * The date of a field, now that all are known.
     *
     * @param place where it stands, for messages
     * @param settled what {@link #settled} gave
     * @param field how many fields were read before it
     * @param read the date as it was read
     * @param offset its offset
     * @throws DataException if clocks of the zone never show this time
     */
    public LocalDateTime settle(String place, DateReading settled, int field, LocalDateTime read, int offset) {
        LocalDateTime date = order == Order.MONTH_FIRST && field < early ? WrittenDate.exchanged(read) : read;
        if (settled.offset().isEmpty()) {
            return date;
        }
        ZoneOffset own;
        if (offset != WrittenDate.NO_OFFSET) {
            own = ZoneOffset.ofTotalSeconds(offset);
        } else {
            ZoneId zone = settled.zone().orElseThrow();
            List<ZoneOffset> valid = zone.getRules().getValidOffsets(date);
            if (valid.isEmpty()) {
                throw new DataException(
                        DataException.Kind.NOT_A_DATE,
                        place + ": clocks of " + zone + " never show " + date
                                + ", for they are put forward then. Is it another zone, or are the times without summer"
                                + " time? Then name an offset such as --zone "
                                + winter(zone) + ".");
            }
            own = valid.get(0);
        }
        return date.minusSeconds(own.getTotalSeconds())
                .plusSeconds(settled.offset().get().getTotalSeconds());
    }

    /**
     * The date of a field that stands alone, such as in a line of a stream: all must be known before.
     *
     * @throws DataException if it is no date, or it cannot be told which number is the day
     */
    public LocalDateTime readAlone(String place, String field) {
        WrittenDate date = read(field).orElseThrow(() -> refusal(place, field));
        return settle(place, settled(place), fields, date.local(), date.offset());
    }
}
