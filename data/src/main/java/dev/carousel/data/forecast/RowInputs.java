package dev.carousel.data.forecast;

import dev.carousel.data.file.SavedState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Optional;

/** What is known of a row apart from its targets: normalised features (none ahead), known columns, ids. */
// Arrays of its own; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
record RowInputs(Optional<LocalDateTime> date, double[] features, double[] known, int[] categories) {

    void write(DataOutput out) throws IOException {
        StreamDates.write(out, date);
        out.writeInt(features.length);
        for (double number : features) {
            out.writeDouble(number);
        }
        for (double number : known) {
            out.writeDouble(number);
        }
        for (int id : categories) {
            out.writeInt(id);
        }
    }

    /**
     * Reads a row back.
     *
     * @param features how many the row must have
     * @throws dev.carousel.data.DataException if it has others, or an id is none of its category's
     */
    static RowInputs read(DataInput in, int features, ForecastColumns columns) throws IOException {
        Optional<LocalDateTime> date = StreamDates.readDate(in);
        int found = in.readInt();
        if (found != features) {
            throw SavedState.damaged("a row of it has " + found + " features instead of " + features);
        }
        double[] ownFeatures = new double[features];
        double[] ownKnown = new double[columns.known()];
        for (double[] numbers : new double[][] {ownFeatures, ownKnown}) {
            for (int j = 0; j < numbers.length; j++) {
                numbers[j] = in.readDouble();
            }
        }
        int[] ids = new int[columns.categories().size()];
        for (int c = 0; c < ids.length; c++) {
            ids[c] = in.readInt();
            int size = columns.categories().get(c).size();
            if (ids[c] < 0 || ids[c] >= size) {
                throw SavedState.damaged("a row of it has the id " + ids[c] + " of a category of " + size + " values");
            }
        }
        return new RowInputs(date, ownFeatures, ownKnown, ids);
    }
}
