package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.tensor.Sequence;
import java.nio.file.Path;
import java.util.List;

/** A CSV file whose rows are the steps of one sequence and whose columns are the inputs of a network. */
public final class SequenceFile {

    private SequenceFile() {}

    /**
     * Reads a sequence.
     *
     * @param file a CSV file with a header; a first column of dates is left out
     * @param inputSize D, how many columns of numbers it must have
     * @return [T, 1, D], a step a row
     * @throws DataException if the file cannot be read, holds something else than numbers or has another number of columns
     */
    public static Sequence read(Path file, int inputSize) {
        return sequence(CsvTable.read(file), inputSize);
    }

    /** The sequence of a table, as {@link #read}. */
    public static Sequence sequence(CsvTable table, int inputSize) {
        String date = table.dateColumn().orElse("");
        List<String> columns =
                table.columns().stream().filter(name -> !name.equals(date)).toList();
        if (columns.size() != inputSize) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    table.source() + ": expected " + inputSize
                            + " columns of numbers, one for each input of the model, but found " + columns.size() + ": "
                            + columns
                            + ". Was the model trained on other columns?");
        }
        Sequence sequence = Sequence.zeros(table.rows(), 1, inputSize);
        for (int d = 0; d < inputSize; d++) {
            double[] numbers = table.numbers(columns.get(d));
            for (int t = 0; t < numbers.length; t++) {
                sequence.set(t, 0, d, (float) numbers[t]);
            }
        }
        return sequence;
    }
}
