package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.CsvFields;
import dev.carousel.data.file.FileText;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import dev.carousel.data.table.CsvTable;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders of CSV files by class: each folder within a folder is a class, each file in it a sequence of numbers, its rows the
 * steps.
 *
 * <pre>{@code
 * walks/calm/1.csv  walks/calm/2.csv  walks/wild/1.csv  ...        each with the header x,y,z
 *
 * LabelledSequences walks = CsvFolders.read(Path.of("walks"));
 * }</pre>
 *
 * <p>All files have the same columns, in any order; a first column of dates gives the order and is left out.
 */
final class CsvFolders {

    private CsvFolders() {}

    /** Whether a folder has a folder of CSV files of numbers for each class, by their names and the first of them. */
    static boolean reads(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        List<Path> files =
                classes(folder).stream().flatMap(path -> files(path).stream()).toList();
        return !files.isEmpty()
                && files.stream().allMatch(LabelledCsv::reads)
                && files.stream().limit(10).anyMatch(CsvFolders::holdsNumbers);
    }

    private static boolean holdsNumbers(Path file) {
        if (empty(file)) {
            return false;
        }
        try (SourceLines lines = SourceLines.open(file)) {
            String header = lines.next().orElse("");
            String row = lines.next().orElse("");
            List<String> fields = CsvFields.of(file.toString(), row, CsvFields.separator(header, List.of()));
            return fields.stream().anyMatch(Numbers::isNumber)
                    && fields.stream().skip(1).allMatch(field -> Numbers.isNumber(field) || Numbers.isMissing(field));
        } catch (DataException e) {
            // No text, or no CSV: then it is not for this reader to say so.
            return false;
        }
    }

    private static boolean empty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /**
     * Reads sequences with their classes.
     *
     * @throws DataException if a class has no file, a file is no table of numbers, or its columns are not those of the others
     */
    static LabelledSequences read(Path folder) {
        List<Path> classes = classes(folder);
        List<Item> items = new ArrayList<>();
        StringBuilder sums = new StringBuilder();
        List<String> columns = List.of();
        long bytes = 0;
        for (int label = 0; label < classes.size(); label++) {
            List<Path> files = files(classes.get(label));
            if (files.isEmpty()) {
                throw new DataException(classes.get(label)
                        + ": expected CSV files of the class but the folder has none. Add some, or remove the folder.");
            }
            for (Path file : files) {
                LabelledSequences one = readOne(file, columns);
                columns = one.columns();
                String name = classes.get(label).getFileName() + "/" + file.getFileName();
                items.add(new Item(name, file.toString(), one.values(0), new int[0], new int[] {label}));
                bytes += one.source().bytes();
                sums.append(name).append(' ').append(one.source().sha256()).append('\n');
            }
        }
        Provenance.Data source = new Provenance.Data(
                String.valueOf(folder.getFileName()),
                bytes,
                FileText.sha256(sums.toString().getBytes(StandardCharsets.UTF_8)));
        return LabelledSequences.ofVectors(
                source,
                columns,
                false,
                classes.stream().map(path -> String.valueOf(path.getFileName())).toList(),
                items);
    }

    /** One file, whose columns are taken in a known order. */
    private static LabelledSequences readOne(Path file, List<String> known) {
        Optional<String> date = CsvTable.read(file).dateColumn();
        LabelledSequences one =
                new LabelledCsv(Optional.empty(), date, Optional.empty(), known).readUnlabelled(file, false);
        List<String> found = CsvTable.read(file).columns().stream()
                .filter(name -> !date.equals(Optional.of(name)))
                .toList();
        if (!known.isEmpty() && found.size() != known.size()) {
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    file + ": expected the columns of the other files, " + known + ", but found " + found
                            + ". Every sequence needs the same.");
        }
        return one;
    }

    private static List<Path> classes(Path folder) {
        return visible(folder).stream().filter(Files::isDirectory).toList();
    }

    private static List<Path> files(Path folder) {
        return visible(folder).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> visible(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileText.notRead(folder.toString(), e);
        }
    }
}
