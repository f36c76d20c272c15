package dev.carousel.server.models;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.server.http.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Dates of events, in ISO 8601: a day, a day and a time, or with an offset, which becomes the time of the model's zone. */
final class JsonDates {

    private JsonDates() {}

    /** The date at a parser; none where it is null. */
    static Optional<LocalDateTime> read(JsonParser parser, JsonToken token, DateReading reading) {
        if (token == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (token != JsonToken.VALUE_STRING) {
            throw Problem.of(
                    422,
                    "The event has " + JsonWords.of(token)
                            + " as its date, which needs a text such as \"2024-05-31\".");
        }
        return Optional.of(parse(parser.getString(), reading));
    }

    /** The date that a text is. */
    static LocalDateTime parse(String text, DateReading reading) {
        try {
            return parsed(text, reading);
        } catch (DateTimeException e) {
            throw new DataException(
                            DataException.Kind.NOT_A_DATE,
                            "The event has the date '" + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
                                    + "', but expected a day, or a day and a time, such as 2024-05-31 or"
                                    + " 2024-05-31T14:00.")
                    .inColumn("date");
        }
    }

    private static LocalDateTime parsed(String text, DateReading reading) {
        if (text.length() <= 10) {
            return LocalDate.parse(text).atStartOfDay();
        }
        char last = text.charAt(text.length() - 1);
        boolean offset = last == 'Z' || text.indexOf('+', 10) > 0 || text.indexOf('-', 10) > 0;
        if (!offset) {
            return LocalDateTime.parse(text.replace(' ', 'T'));
        }
        OffsetDateTime at = OffsetDateTime.parse(text.replace(' ', 'T'));
        if (reading.zone().isPresent()) {
            return at.atZoneSameInstant(reading.zone().get()).toLocalDateTime();
        }
        ZoneOffset own = reading.offset().orElse(at.getOffset());
        return at.withOffsetSameInstant(own).toLocalDateTime();
    }
}
