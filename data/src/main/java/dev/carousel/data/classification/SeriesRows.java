package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Files with a series in each row, of one number a step: those of the UCR archive, {@code .tsv} and {@code .txt}, whose rows begin
 * with the class, and {@code .arff} files of Weka, whose last attribute is the class.
 *
 * <pre>{@code
 * 1    0.51   0.49  ...                 @relation waves
 * 2   -0.33  -0.31  ...                 @attribute step1 numeric ... @attribute target {1,2}
 *                                       @data
 *                                       0.51,0.49,...,1
 * }</pre>
 *
 * <p>Values are separated by tabs, commas or blanks; NaN or ? is missing, and at the end padding, so that rows may differ in
 * length. A class that is a whole number is one however it is spelled, such as 1.0000000e+00.
 */
final class SeriesRows {

    private final Path file;
    private final boolean arff;
    private final List<Item> items = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final List<String> named = new ArrayList<>();
    private int attributes;
    private boolean data;

    private SeriesRows(Path file) {
        this.file = file;
        this.arff = ends(file, ".arff");
        this.data = !arff;
    }

    /** Whether a file is one of these by its name. */
    static boolean reads(Path file) {
        return ends(file, ".tsv") || ends(file, ".txt") || ends(file, ".arff");
    }

    private static boolean ends(Path file, String ending) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /**
     * Reads a file with its classes.
     *
     * @throws DataException with the line, if a value is no number, or a row has no values
     */
    static LabelledSequences read(Path file) {
        SeriesRows rows = new SeriesRows(file);
        try (SourceLines lines = SourceLines.open(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                String text = line.get().strip();
                if (!text.isEmpty() && !(rows.arff && text.startsWith("%"))) {
                    rows.add(text, lines.number());
                }
            }
            return rows.sequences(lines);
        }
    }

    private LabelledSequences sequences(SourceLines lines) {
        if (items.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    file + ": expected a series in each row" + (arff ? " after @data" : "") + " but found none.");
        }
        List<String> classes = named;
        if (classes.isEmpty()) {
            TreeSet<String> found =
                    new TreeSet<>(Comparator.comparing(SeriesRows::number).thenComparing(name -> name));
            found.addAll(labels);
            classes = List.copyOf(found);
        }
        List<Item> labelled = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            int label = classes.indexOf(labels.get(i));
            if (label < 0) {
                throw LabelledSequences.unknown(item.place(), labels.get(i), classes);
            }
            labelled.add(new Item(item.name(), item.place(), item.values(), item.ids(), new int[] {label}));
        }
        return LabelledSequences.ofVectors(lines.source(), List.of("dimension 1"), false, classes, labelled);
    }

    private static BigDecimal number(String name) {
        return Numbers.isNumber(name) ? new BigDecimal(name) : BigDecimal.valueOf(Long.MAX_VALUE);
    }

    private void add(String line, int number) {
        if (!data) {
            tag(line, number);
            return;
        }
        String separator = line.indexOf('\t') >= 0 ? "\t" : line.indexOf(',') >= 0 ? "," : "\\s+";
        List<String> fields = Arrays.stream(line.split(separator, -1))
                .map(SeriesRows::unquoted)
                .toList();
        if (arff && fields.size() != attributes) {
            throw wrong(
                    number,
                    "expected " + attributes + " values, one for each attribute, but found " + fields.size()
                            + ". Is the line cut off?");
        }
        if (fields.size() < 2) {
            throw wrong(
                    number,
                    "expected a class and the values of a series, separated by tabs, commas or blanks, but found"
                            + " one field: '" + Numbers.shortened(line)
                            + "'. Is it a text? Texts to classify stand in a folder"
                            + " for each class.");
        }
        labels.add(label(fields.get(arff ? fields.size() - 1 : 0)));
        List<String> values = arff ? fields.subList(0, fields.size() - 1) : fields.subList(1, fields.size());
        items.add(new Item(
                String.valueOf(items.size() + 1),
                file + ", line " + number,
                values(values, number),
                new int[0],
                new int[0]));
    }

    private static String unquoted(String field) {
        String text = field.strip();
        boolean quoted = text.length() > 1 && "'\"".indexOf(text.charAt(0)) >= 0 && text.endsWith(text.substring(0, 1));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** 1.0000000e+00 and 1 are one class. */
    private static String label(String field) {
        if (Numbers.isNumber(field)) {
            BigDecimal number = new BigDecimal(field).stripTrailingZeros();
            return number.scale() <= 0 && number.precision() - number.scale() < 16
                    ? number.toBigInteger().toString()
                    : field;
        }
        return field;
    }

    private float[] values(List<String> fields, int number) {
        int T = fields.size();
        while (T > 0 && isMissing(fields.get(T - 1))) {
            T--;
        }
        if (T == 0) {
            throw wrong(number, "every value of the series is missing. Leave it out.");
        }
        float[] values = new float[T];
        for (int t = 0; t < T; t++) {
            String field = fields.get(t);
            if (isMissing(field)) {
                values[t] = Float.NaN;
                continue;
            }
            String where = file + ", line " + number + ", value " + (t + 1);
            if (!Numbers.isNumber(field) || !Numbers.fits(Double.parseDouble(field))) {
                throw Numbers.refusal(where, field).atLine(number);
            }
            values[t] = (float) Double.parseDouble(field);
        }
        return values;
    }

    private static boolean isMissing(String field) {
        return field.isEmpty() || field.equals("?") || field.equalsIgnoreCase("NaN");
    }

    /** A line before {@code @data}. */
    private void tag(String line, int number) {
        String[] words = line.split("\\s+", 2);
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "@relation" -> {
                // A name for readers.
            }
            case "@attribute" -> {
                if (!named.isEmpty()) {
                    throw wrong(number, "expected the class as the last attribute but found another one after it.");
                }
                attributes++;
                attribute(words.length > 1 ? words[1].strip() : "", number);
            }
            case "@data" -> {
                if (named.isEmpty()) {
                    throw wrong(
                            number,
                            "expected the last attribute to be the class, with its values in braces, such as"
                                    + " {1,2}, but found none.");
                }
                data = true;
            }
            default ->
                throw wrong(
                        number,
                        "expected @relation, @attribute or @data but found '" + Numbers.shortened(line)
                                + "'. Is it an ARFF file?");
        }
    }

    private void attribute(String text, int number) {
        int brace = text.indexOf('{');
        String type = text.substring(Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t')) + 1)
                .toLowerCase(Locale.ROOT);
        if (brace >= 0 && text.endsWith("}")) {
            for (String name : text.substring(brace + 1, text.length() - 1).split(",", -1)) {
                named.add(label(unquoted(name)));
            }
        } else if (!List.of("numeric", "real", "integer").contains(type)) {
            throw wrong(
                    number,
                    "expected a numeric attribute, or the class in braces, but found '" + Numbers.shortened(text)
                            + "'. Series of several dimensions are read from .ts files.");
        }
    }

    private DataException wrong(int line, String message) {
        return new DataException(DataException.Kind.MALFORMED, file + ", line " + line + ": " + message).atLine(line);
    }
}
