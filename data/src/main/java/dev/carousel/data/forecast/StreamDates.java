package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.series.Spacing;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The dates of a stream: which may follow, and what those of the upcoming rows will be. */
final class StreamDates {

    private final ForecastSpec spec;
    private final Spacing spacing;
    private final boolean needed;
    private Optional<LocalDateTime> last = Optional.empty();

    /** Where steps are months, the date with the latest day so far: the 31st must not wear down to the 28th. */
    private Optional<LocalDateTime> latestInMonth = Optional.empty();

    StreamDates(ForecastSpec spec) {
        this.spec = spec;
        this.spacing = spec.spacing();
        this.needed = !spec.calendar().isEmpty();
    }

    static DataException missing() {
        return new DataException(
                DataException.Kind.MISSING_DATE,
                "A row without a date came, but the model reads the calendar. Pass the row's date.");
    }

    /** The date of the last row, if it had one. */
    Optional<LocalDateTime> last() {
        return last;
    }

    /**
     * Checks the date of a row that came.
     *
     * @param announced what was told of it before
     */
    void require(Optional<LocalDateTime> date, Optional<LocalDateTime> announced) {
        if (date.isEmpty()) {
            if (needed) {
                throw missing();
            }
            return;
        }
        if (announced.isPresent() && !announced.equals(date)) {
            throw new DataException(
                    DataException.Kind.DATE_ORDER,
                    "The row of " + announced.get() + " was told to come next but that of " + date.get()
                            + " came. Is a row missing, or do two series have one name?");
        }
        requireNext(date.get(), last);
    }

    /** Refuses a date that does not follow another one as it must. */
    void requireNext(LocalDateTime date, Optional<LocalDateTime> before) {
        if (before.isEmpty()) {
            return;
        }
        if (!date.isAfter(before.get())) {
            throw new DataException(
                    DataException.Kind.DATE_ORDER,
                    "Expected a row after " + before.get() + " but found one of " + date
                            + ". Rows must come in the order of time; where there are several series, a column has to tell them"
                            + " apart.");
        }
        if (spec.gap(before.get(), date)) {
            throw new DataException(
                    DataException.Kind.GAP,
                    "Expected the row that follows " + before.get() + ", rows being " + spacing
                            + " apart, but found that of " + date
                            + ". The model reads rows without a gap: fill it in, or begin anew.");
        }
    }

    /** The row of a date has come. */
    void follow(LocalDateTime date) {
        last = Optional.of(date);
        if (latestInMonth.isEmpty()
                || date.getDayOfMonth() > latestInMonth.get().getDayOfMonth()) {
            latestInMonth = last;
        }
    }

    /** The date some steps after the last row, if there is a rule for it. */
    Optional<LocalDateTime> after(int steps) {
        if (last.isEmpty() || !spacing.regular()) {
            return Optional.empty();
        }
        if (spacing.kind() == Spacing.Kind.MONTHS) {
            LocalDateTime latest = latestInMonth.orElseThrow();
            long passed = ChronoUnit.MONTHS.between(
                            latest.toLocalDate().withDayOfMonth(1),
                            last.get().toLocalDate().withDayOfMonth(1))
                    / spacing.amount();
            return Optional.of(spacing.after(latest, passed + steps));
        }
        return Optional.of(spacing.after(last.get(), steps));
    }

    void clear() {
        last = Optional.empty();
        latestInMonth = Optional.empty();
    }

    /** What has been read of a stream that was saved. */
    record Read(Optional<LocalDateTime> last, Optional<LocalDateTime> latestInMonth) {}

    void write(DataOutput out) throws IOException {
        write(out, last);
        write(out, latestInMonth);
    }

    static Read read(DataInput in) throws IOException {
        return new Read(readDate(in), readDate(in));
    }

    void set(Read read) {
        last = read.last();
        latestInMonth = read.latestInMonth();
    }

    static void write(DataOutput out, Optional<LocalDateTime> date) throws IOException {
        out.writeBoolean(date.isPresent());
        if (date.isPresent()) {
            Instant instant = date.get().toInstant(ZoneOffset.UTC);
            out.writeLong(instant.getEpochSecond());
            out.writeInt(instant.getNano());
        }
    }

    static Optional<LocalDateTime> readDate(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        long second = in.readLong();
        int nano = in.readInt();
        try {
            return Optional.of(LocalDateTime.ofEpochSecond(second, nano, ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw SavedState.damaged("a date of it is none: second " + second + " and " + nano + " nanoseconds");
        }
    }

    /** The date of a saved text; empty if that is. */
    static Optional<LocalDateTime> parse(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(LocalDateTime.parse(text));
        } catch (DateTimeException e) {
            throw SavedState.damaged("a date of it is none: '" + Numbers.shortened(text) + "'");
        }
    }
}
