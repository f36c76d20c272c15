package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.file.DateColumn;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.WrittenDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One column while a file is read: as numbers and as dates, each for as long as every field is one.
 *
 * <p>What is kept of a field are eight bytes or a date, not its text; of the fields that end a run, the first of each kind
 * is kept for the message.
 */
final class CsvColumn {

    private static final int FIRST_CAPACITY = 64;

    private double[] numbers = new double[FIRST_CAPACITY];
    private final DateColumn column = DateColumn.of(DateReading.defaults(), List.of());
    private List<WrittenDate> dates = new ArrayList<>();
    private int rows;

    private Failure notNumber = Failure.NONE;
    private Failure notDate = Failure.NONE;

    /** Where a run of numbers or dates ended, and at which field. */
    record Failure(int row, String field) {
        static final Failure NONE = new Failure(-1, "");
    }

    void add(String field) {
        if (notNumber == Failure.NONE) {
            if (Numbers.isNumber(field) && Numbers.fits(Numbers.parse(field))) {
                addNumber(Numbers.parse(field));
            } else {
                notNumber = new Failure(rows, field);
                numbers = new double[0];
            }
        }
        if (notDate == Failure.NONE) {
            Optional<WrittenDate> date = column.read(field);
            if (date.isPresent()) {
                dates.add(date.get());
            } else {
                notDate = new Failure(rows, field);
                dates = List.of();
            }
        }
        rows++;
    }

    private void addNumber(double number) {
        if (rows == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.addExact(rows, rows / 2));
        }
        numbers[rows] = number;
    }

    /** Whether the first field is a date. */
    boolean beginsWithDate() {
        return rows > 0 && notDate.row() != 0;
    }

    /** The first field that is not a number of a float's range; {@link Failure#NONE} if there is none. */
    Failure notNumber() {
        return notNumber;
    }

    /** The first field that is not a date; {@link Failure#NONE} if there is none. */
    Failure notDate() {
        return notDate;
    }

    /** The numbers, a copy. */
    double[] numbers() {
        return Arrays.copyOf(numbers, rows);
    }

    /** Why a field is no date of this column. */
    DataException notDate(String place, String field) {
        return column.refusal(place, field);
    }

    /**
     * The dates.
     *
     * @param place the file and the column, for messages
     * @throws DataException if it cannot be told which number is the day, or some times have an offset and others none
     */
    List<LocalDateTime> dates(String place) {
        DateReading settled = column.settled(place);
        return IntStream.range(0, rows)
                .mapToObj(row -> column.settle(
                        place,
                        settled,
                        row,
                        dates.get(row).local(),
                        dates.get(row).offset()))
                .toList();
    }
}
