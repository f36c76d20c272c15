package dev.carousel.cli.command;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How dates in a table are read, where the table alone does not say it. */
public final class DateOptions {

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

    /** Refuses what makes no sense, before any file is read. */
    public void require(Subcommand command) {
        try {
            reading(DateReading.defaults());
        } catch (DataException e) {
            throw command.mistake("--date-format or --zone: " + e.getMessage());
        }
    }

    /** A reading, changed as these options say. */
    public DateReading reading(DateReading before) {
        DateReading reading = format.map(before::withFormat).orElse(before);
        if (zone.isEmpty()) {
            return reading;
        }
        ZoneId named = DateReading.zone(zone.get());
        return reading.withZone(named);
    }
}
