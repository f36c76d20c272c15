package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Files of the archive of time series classification, {@code .ts}: a header of tags, then one sequence per line.
 *
 * <pre>{@code
 * # a comment
 * @problemName BasicMotions
 * @dimensions 6
 * @equalLength true
 * @seriesLength 100
 * @classLabel true Standing Running Walking Badminton
 * @data
 * 0.079,0.079,-0.903,...:0.394,0.394,...:...:Standing        dimensions by ':', values by ',', the class last
 * }</pre>
 *
 * <p>Sequences may differ in length unless the header says otherwise; the dimensions of one are equally long. A value that
 * is {@code ?} or {@code NaN} is missing; steps at the end of which every value is missing are padding and left out. The
 * file is read a line at a time, so that it may be several times larger than the numbers in it.
 *
 * <p>Source: the format of sktime and of the archive timeseriesclassification.com.
 */
public final class TimeSeriesFile {

    private static final char DIMENSION = ':';
    private static final char VALUE = ',';

    private final Path file;
    private final TimeSeriesHeader header;
    private final List<Item> items = new ArrayList<>();
    private float[][] dimensions = {};
    private int[] lengths = {};
    private int expectedLength;

    private TimeSeriesFile(Path file, TimeSeriesHeader header) {
        this.file = file;
        this.header = header;
    }

    /** Whether a file is one of these by its name. */
    public static boolean reads(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.regionMatches(true, name.length() - 3, ".ts", 0, 3);
    }

    /**
     * Reads a file.
     *
     * @param file ends in {@code .ts} as a rule
     * @throws DataException with line and column, if the file is missing, no text in UTF-8, without classes, or does not hold
     *     what its header says
     */
    public static LabelledSequences read(Path file) {
        return read(file, true);
    }

    /**
     * Reads a file to be classified: it may say {@code @classLabel false}, and classes that it has are left out.
     *
     * @throws DataException as {@link #read}
     */
    public static LabelledSequences readUnlabelled(Path file) {
        return read(file, false).withoutLabels();
    }

    private static LabelledSequences read(Path file, boolean needsClasses) {
        try (SourceLines lines = SourceLines.open(file)) {
            TimeSeriesFile reading = new TimeSeriesFile(file, TimeSeriesHeader.read(file, lines, needsClasses));
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank() && !line.get().startsWith("#")) {
                    reading.sequence(line.get(), lines.number());
                }
            }
            return reading.sequences(lines.source());
        }
    }

    private LabelledSequences sequences(Provenance.Data source) {
        if (items.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    file + ": expected sequences after @data but found none. Was the file written to the" + " end?");
        }
        List<String> columns = new ArrayList<>();
        for (int d = 1; d <= dimensions.length; d++) {
            columns.add("dimension " + d);
        }
        return LabelledSequences.ofVectors(source, columns, false, header.classes(), items);
    }

    /** Reads a line. */
    private void sequence(String line, int number) {
        int end = header.labelled() ? line.lastIndexOf(DIMENSION) : line.length();
        if (end < 0) {
            throw at(number, 1, "expected values, ':' and a class but found no ':'. Is the line cut off?");
        }
        int found = 1
                + (int) line.substring(0, end)
                        .chars()
                        .filter(c -> c == DIMENSION)
                        .count();
        requireDimensions(found, number, end);
        int from = 0;
        for (int d = 0; d < dimensions.length; d++) {
            int colon = line.indexOf(DIMENSION, from);
            int to = colon < 0 ? end : colon;
            lengths[d] = values(line, from, to, d, number);
            if (lengths[d] != lengths[0]) {
                throw at(
                        number,
                        from + 1,
                        "dimension " + (d + 1) + " has " + lengths[d] + " values but dimension 1 has " + lengths[0]
                                + ". All dimensions of a sequence must be equally long: fill it up with '?'.");
            }
            from = to + 1;
        }
        if (header.seriesLength() > 0 && lengths[0] != header.seriesLength()) {
            throw at(
                    number,
                    1,
                    "the sequence has " + lengths[0] + " values but the header says @equalLength true and"
                            + " @seriesLength " + header.seriesLength()
                            + ". Is the line cut off, or should the header say"
                            + " @equalLength false?");
        }
        if (header.equalLength() && !items.isEmpty() && lengths[0] != expectedLength) {
            throw at(
                    number,
                    1,
                    "the sequence has " + lengths[0] + " values but the first one has " + expectedLength
                            + ", and the header says @equalLength true. Is the line cut off, or should the header say"
                            + " @equalLength false?");
        }
        expectedLength = items.isEmpty() ? lengths[0] : expectedLength;
        int label = label(line, end + 1, number);
        items.add(new Item(
                String.valueOf(items.size() + 1), file + ", line " + number, stepByStep(number), new int[0], new int[] {
                    label
                }));
    }

    private void requireDimensions(int found, int number, int end) {
        int expected = header.dimensions() > 0 ? header.dimensions() : items.isEmpty() ? found : dimensions.length;
        if (found != expected) {
            String why = header.dimensions() > 0 ? "as the header says" : "as the first sequence has";
            throw at(
                    number,
                    end + 1,
                    "expected " + expected + " dimensions, " + why + ", but found " + found
                            + ". Is a ':' missing or one too many, or is it a file of another problem?");
        }
        if (dimensions.length == 0) {
            dimensions = new float[found][64];
            lengths = new int[found];
        }
    }

    /** Reads the values of a dimension and tells how many there are. */
    private int values(String line, int from, int end, int d, int number) {
        if (line.substring(from, end).isBlank()) {
            throw at(
                    number,
                    from + 1,
                    "dimension " + (d + 1) + " has no values. Leave the sequence out, or write '?' for"
                            + " values that are missing.");
        }
        int count = 0;
        for (int start = from; start <= end; ) {
            int comma = line.indexOf(VALUE, start);
            int stop = comma < 0 || comma > end ? end : comma;
            String field = line.substring(start, stop).strip();
            if (count == dimensions[d].length) {
                dimensions[d] = Arrays.copyOf(dimensions[d], 2 * count);
            }
            dimensions[d][count] = value(field, number, start + 1, d, count);
            count++;
            start = stop + 1;
        }
        return count;
    }

    private float value(String field, int number, int column, int d, int t) {
        if (field.equals("?") || field.equalsIgnoreCase("NaN")) {
            return Float.NaN;
        }
        if (Numbers.isNumber(field)) {
            double value = Double.parseDouble(field);
            if (Numbers.fits(value)) {
                return (float) value;
            }
        }
        String where = file + ", line " + number + ", column " + column + " (dimension " + (d + 1) + ", value "
                + (t + 1) + ")";
        if (field.startsWith("(")) {
            throw new DataException(
                            DataException.Kind.NOT_A_NUMBER,
                            where + ": found a value with a time stamp, '" + Numbers.shortened(field)
                                    + "'. Only values at equal distances are read: write them without their times.")
                    .atLine(number);
        }
        if (field.isEmpty()) {
            throw new DataException(
                            DataException.Kind.MISSING_VALUE,
                            where + ": expected a number but found nothing. Write '?' for a value that is missing.")
                    .atLine(number);
        }
        throw Numbers.refusal(where, field).atLine(number);
    }

    private int label(String line, int from, int number) {
        if (!header.labelled()) {
            return LabelledSequences.UNLABELLED;
        }
        String name = line.substring(from).strip();
        if (name.isEmpty()) {
            throw at(
                    number,
                    from + 1,
                    "expected one of the classes " + header.classes() + " after the last ':' but found"
                            + " nothing. Is the line cut off?");
        }
        int label = header.classes().indexOf(name);
        if (label < 0) {
            throw at(
                    number,
                    from + 1,
                    "the class '" + Numbers.shortened(name) + "' is none of those of @classLabel in the"
                            + " header, " + header.classes() + "."
                            + Spelling.nearest(name, header.classes())
                                    .map(near -> " Is '" + near + "' meant?")
                                    .orElse(" Add it there, or is a ':' missing before it?"));
        }
        return label;
    }

    /** The values of all dimensions, a step after the other, without padding at the end. */
    private float[] stepByStep(int number) {
        int D = dimensions.length;
        int T = lengths[0];
        while (T > 0 && allMissing(T - 1)) {
            T--;
        }
        if (T == 0) {
            throw at(number, 1, "every value of the sequence is missing. Leave it out.");
        }
        float[] values = new float[Math.multiplyExact(T, D)];
        for (int t = 0; t < T; t++) {
            for (int d = 0; d < D; d++) {
                values[t * D + d] = dimensions[d][t];
            }
        }
        return values;
    }

    private boolean allMissing(int t) {
        for (float[] dimension : dimensions) {
            if (!Float.isNaN(dimension[t])) {
                return false;
            }
        }
        return true;
    }

    private DataException at(int line, int column, String message) {
        return new DataException(
                        DataException.Kind.MALFORMED, file + ", line " + line + ", column " + column + ": " + message)
                .atLine(line);
    }
}
