package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the tags before {@code @data} of a {@link TimeSeriesFile} say.
 *
 * @param classes the names of the classes
 * @param dimensions how many numbers a step has; 0 where the header does not say
 * @param equalLength whether all sequences are equally long
 * @param seriesLength how long; 0 where the header does not say or they are not
 */
record TimeSeriesHeader(List<String> classes, int dimensions, boolean equalLength, int seriesLength) {

    private static final List<String> TAGS = List.of(
            "@problemname",
            "@timestamps",
            "@missing",
            "@univariate",
            "@dimension",
            "@dimensions",
            "@equallength",
            "@serieslength",
            "@classlabel",
            "@targetlabel",
            "@data");

    /** Whether each line ends with a class. */
    boolean labelled() {
        return !classes.isEmpty();
    }

    /** Reads the lines up to {@code @data}. */
    static TimeSeriesHeader read(Path file, SourceLines lines, boolean needsClasses) {
        Reading reading = new Reading(file, needsClasses);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            String text = line.get().strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                reading.line = lines.number();
                if (reading.isData(text)) {
                    return reading.header();
                }
            }
        }
        throw new DataException(
                DataException.Kind.MALFORMED,
                file + ": expected a line @data before the sequences but found none in " + lines.number()
                        + " lines. Is it a .ts file of the archive of time series classification?");
    }

    /** The tags read so far. */
    private static final class Reading {

        private final Path file;
        private final boolean needsClasses;
        private int line;
        private Optional<List<String>> classes = Optional.empty();
        private int dimensions;
        private Optional<Boolean> univariate = Optional.empty();
        private boolean equalLength;
        private int seriesLength;

        Reading(Path file, boolean needsClasses) {
            this.file = file;
            this.needsClasses = needsClasses;
        }

        /** Takes a line; true if it is the last of the header. */
        boolean isData(String text) {
            String[] words = text.split("\\s+");
            String tag = words[0].toLowerCase(Locale.ROOT);
            if (!tag.startsWith("@")) {
                throw wrong("expected a tag such as @classLabel, or @data before the sequences, but found '"
                        + Numbers.shortened(text) + "'. Is the header missing?");
            }
            switch (tag) {
                case "@data" -> {
                    return true;
                }
                case "@problemname", "@missing" -> {
                    // The name is for readers; what is missing is seen in the values.
                }
                case "@timestamps" -> {
                    if (flag(words)) {
                        throw wrong("the values have time stamps. Only values at equal distances are read: write them"
                                + " without their times, and @timeStamps false.");
                    }
                }
                case "@univariate" -> univariate = Optional.of(flag(words));
                case "@dimension", "@dimensions" -> dimensions = number(words);
                case "@equallength" -> equalLength = flag(words);
                case "@serieslength" -> seriesLength = number(words);
                case "@classlabel" -> classes = Optional.of(classes(words));
                case "@targetlabel" -> {
                    if (flag(words)) {
                        throw wrong("@targetLabel true: the sequences belong to numbers and not to classes. This reads"
                                + " files with @classLabel.");
                    }
                }
                default ->
                    throw wrong("the tag " + Numbers.shortened(words[0]) + " is unknown."
                            + Spelling.nearest(tag, TAGS)
                                    .map(near -> " Is " + near + " meant?")
                                    .orElse(" There are " + TAGS));
            }
            return false;
        }

        private boolean flag(String[] words) {
            String value = words.length < 2 ? "" : words[1].toLowerCase(Locale.ROOT);
            if (!value.equals("true") && !value.equals("false")) {
                throw wrong("expected " + words[0] + " true or false but found '" + Numbers.shortened(value) + "'.");
            }
            return value.equals("true");
        }

        private int number(String[] words) {
            String value = words.length < 2 ? "" : words[1];
            try {
                int number = Integer.parseInt(value);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw wrong("expected a whole number above 0 after " + words[0] + " but found '" + Numbers.shortened(value)
                    + "'.");
        }

        private List<String> classes(String[] words) {
            if (!flag(words) && !needsClasses) {
                return List.of();
            }
            if (!flag(words)) {
                throw wrong(
                        "@classLabel false: the sequences have no class, so there is nothing to learn or to judge.");
            }
            List<String> names = Arrays.asList(words).subList(2, words.length);
            if (names.isEmpty()) {
                throw wrong("expected the names of the classes after @classLabel true but found none.");
            }
            Set<String> different = new LinkedHashSet<>(names);
            if (different.size() < names.size()) {
                throw wrong("expected each class once after @classLabel true but found " + names + ".");
            }
            return List.copyOf(names);
        }

        TimeSeriesHeader header() {
            List<String> names = classes.orElseThrow(() -> wrong(
                    "expected a line '@classLabel true' with the names of the classes before @data. Is it a file of"
                            + " another kind?"));
            if (univariate.orElse(false) && dimensions > 1) {
                throw wrong(
                        "the header says @univariate true but @dimensions " + dimensions + ". One of them is wrong.");
            }
            int size = univariate.orElse(false) ? 1 : dimensions;
            return new TimeSeriesHeader(names, size, equalLength, equalLength ? seriesLength : 0);
        }

        private DataException wrong(String message) {
            return new DataException(DataException.Kind.MALFORMED, file + ", line " + line + ", column 1: " + message)
                    .atLine(line);
        }
    }
}
