package dev.carousel.cli.command;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.table.TableReading;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How dates and numbers in a table are written, where the table alone does not say it. */
public final class SpellingOptions {

    @Role(value = MEASURE, why = "the dates decide what is held out")
    @Option(
            order = -98,
            names = "--date-format",
            paramLabel = "FORMAT",
            description = "How dates are written: day-first or month-first (02/01/2023), compact (20230102), years,"
                    + " epoch-seconds, epoch-milliseconds, epoch-microseconds, epoch-nanoseconds, or a pattern such as"
                    + " 'dd.MM.yy HH:mm' (default: as the column shows; a model remembers it).")
    Optional<String> format = Optional.empty();

    @Role(value = MEASURE, why = "the dates decide what is held out")
    @Option(
            order = -98,
            names = "--zone",
            paramLabel = "ZONE",
            description = "Whose clocks the times without an offset from UTC are, such as Europe/Berlin: then the hour"
                    + " that clocks show twice in autumn is two (default: a clock that is never changed).")
    Optional<String> zone = Optional.empty();

    /** The decimal signs, as they are typed. */
    enum Decimal {
        point,
        comma
    }

    @Role(value = MEASURE, why = "the loss is in units of the numbers")
    @Option(
            order = -98,
            names = "--decimal",
            paramLabel = "SIGN",
            description =
                    "What stands before decimals where the numbers do not tell: ${COMPLETION-CANDIDATES}; the other"
                            + " one may stand between thousands, so that with comma 1.234 is 1234 (default: as the numbers show).")
    Optional<Decimal> decimal = Optional.empty();

    /** Refuses what makes no sense, before any file is read. */
    public void require(Subcommand command) {
        try {
            reading(DateReading.defaults());
        } catch (DataException e) {
            throw command.mistake("--date-format or --zone: " + e.getMessage());
        }
    }

    /** A reading of a table, changed as these options say. */
    public TableReading reading(TableReading before) {
        TableReading dated = before.withDates(reading(before.dates()));
        return decimal.isEmpty() ? dated : dated.withDecimal(decimal(DecimalSign.POINT));
    }

    /** The sign that is asked for, or else the one there was. */
    public DecimalSign decimal(DecimalSign before) {
        return decimal.map(sign -> sign == Decimal.comma ? DecimalSign.COMMA : DecimalSign.THOUSANDS)
                .orElse(before);
    }

    /** A reading of dates, changed as these options say. */
    public DateReading reading(DateReading before) {
        DateReading reading = format.map(before::withFormat).orElse(before);
        if (zone.isEmpty()) {
            return reading;
        }
        ZoneId named = DateReading.zone(zone.get());
        return reading.withZone(named);
    }
}
