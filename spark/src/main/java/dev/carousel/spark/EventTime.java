package dev.carousel.spark;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * When something was, as Spark has it in a row.
 *
 * @param order by which earlier is less: microseconds since 1970, or the number itself
 * @param date as a model reads it, instants in UTC; empty for a number
 */
record EventTime(long order, Optional<LocalDateTime> date) {

    /** The types of columns of time. */
    static final List<DataType> TYPES = List.of(
            DataTypes.DateType,
            DataTypes.TimestampType,
            DataTypes.TimestampNTZType,
            DataTypes.IntegerType,
            DataTypes.LongType);

    /** Of a value of one of these types. */
    static EventTime of(Object value) {
        if (value instanceof Number number) {
            return new EventTime(number.longValue(), Optional.empty());
        }
        LocalDateTime date = date(value);
        return new EventTime(ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), date), Optional.of(date));
    }

    /**
     * A date of the calendar as it is, an instant in UTC.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static LocalDateTime date(Object value) {
        if (value instanceof java.sql.Timestamp timestamp) {
            return LocalDateTime.ofInstant(timestamp.toInstant(), ZoneOffset.UTC);
        }
        if (value instanceof Instant instant) {
            return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate().atStartOfDay();
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        if (value instanceof LocalDateTime time) {
            return time;
        }
        throw new IllegalArgumentException("A column of dates holds " + value + ", which is no date.");
    }

    /** A date as Spark has it in a column of this type. */
    static Object value(LocalDateTime date, DataType type) {
        if (type.equals(DataTypes.DateType)) {
            return java.sql.Date.valueOf(date.toLocalDate());
        }
        return type.equals(DataTypes.TimestampType) ? java.sql.Timestamp.from(date.toInstant(ZoneOffset.UTC)) : date;
    }
}
