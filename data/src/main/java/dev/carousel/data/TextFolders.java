package dev.carousel.data;

import dev.carousel.data.LabelledSequences.Item;
import dev.carousel.data.LabelledSequences.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Folders of texts by label: each folder within a folder is a class, each file in it a text.
 *
 * <pre>{@code
 * reviews/good/1.txt  reviews/good/2.txt  reviews/bad/1.txt  ...
 *
 * TextFolders reviews = TextFolders.read(Path.of("reviews"), 2000);
 * reviews.sequences().classes();        // [bad, good]
 * }</pre>
 *
 * <p>A text is read as its characters. One that a single text alone has is no help for others, and stands with all that come
 * later and are not in the vocabulary for one more id, so that a network learns what to make of them. Hidden files and files
 * beside the folders of classes are left out.
 *
 * @param sequences the ids of each text
 * @param vocabulary the characters that have an id of their own
 */
public record TextFolders(LabelledSequences sequences, Vocabulary vocabulary) {

    /** A text as it stood in its file. */
    private record Text(Path file, String text, int label) {}

    /**
     * Reads texts with a vocabulary of their own characters.
     *
     * @param folder has a folder for each class
     * @param longest of longer texts only so many characters are taken, from the beginning
     * @throws DataException if there is no class, one has no text, or a file is empty or not UTF-8
     */
    public static TextFolders read(Path folder, int longest) {
        return new Reading(folder, longest).withOwnVocabulary();
    }

    /**
     * Reads texts with the vocabulary of a model.
     *
     * @param folder has a folder for each class
     * @param longest of longer texts only so many characters are taken, from the beginning
     * @throws DataException as {@link #read(Path, int)}
     */
    public static LabelledSequences read(Path folder, int longest, Vocabulary vocabulary) {
        return new Reading(folder, longest).with(vocabulary);
    }

    /**
     * Reads one text that has no label.
     *
     * @throws DataException if it is missing, empty or not UTF-8
     */
    public static LabelledSequences readOne(Path file, int longest, ClassifierSpec spec) {
        byte[] bytes = FileText.bytes(file);
        int[] ids = ids(
                cut(FileText.decode(file.toString(), bytes), longest),
                spec.vocabulary().orElseThrow());
        Source source = new Source(String.valueOf(file.getFileName()), bytes.length, FileText.sha256(bytes));
        Item item =
                new Item(source.name(), file.toString(), new float[0], ids, new int[] {LabelledSequences.UNLABELLED});
        return LabelledSequences.ofIds(source, spec.inputSize(), false, spec.classes(), List.of(item));
    }

    /** The id of a character: its place, or one more for all that have none. */
    static int id(Vocabulary vocabulary, int codePoint) {
        int id = vocabulary.id(codePoint);
        return id < 0 ? vocabulary.size() : id;
    }

    private static int[] ids(String text, Vocabulary vocabulary) {
        return text.codePoints().map(codePoint -> id(vocabulary, codePoint)).toArray();
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest));
    }

    /** The texts of a folder, read. */
    private static final class Reading {

        private final Path folder;
        private final List<String> classes = new ArrayList<>();
        private final List<Text> texts = new ArrayList<>();
        private final StringBuilder sums = new StringBuilder();
        private long bytes;

        Reading(Path folder, int longest) {
            this.folder = folder;
            if (!Files.isDirectory(folder)) {
                throw new DataException(folder + ": expected a folder with a folder of texts for each class but found "
                        + (Files.exists(folder) ? "a file." : "nothing. Is the name spelled as it is there?"));
            }
            for (Path path : visible(folder)) {
                if (Files.isDirectory(path)) {
                    readClass(path, longest);
                }
            }
            if (classes.isEmpty()) {
                throw new DataException(
                        folder + ": expected a folder of texts for each class but found none. Put the texts"
                                + " of each class into a folder of its name.");
            }
        }

        private void readClass(Path path, int longest) {
            int before = texts.size();
            for (Path file : visible(path)) {
                if (Files.isRegularFile(file)) {
                    byte[] content = FileText.bytes(file);
                    String text = cut(FileText.decode(file.toString(), content), longest);
                    if (text.isEmpty()) {
                        throw new DataException(file + ": the file holds a byte order mark and no text.");
                    }
                    texts.add(new Text(file, text, classes.size()));
                    bytes += content.length;
                    sums.append(path.getFileName())
                            .append('/')
                            .append(file.getFileName())
                            .append(' ')
                            .append(FileText.sha256(content))
                            .append('\n');
                }
            }
            if (texts.size() == before) {
                throw new DataException(path + ": expected texts of the class '" + path.getFileName()
                        + "' but the folder has no file. Add some, or remove the folder.");
            }
            classes.add(String.valueOf(path.getFileName()));
        }

        /** What lies in a folder and is not hidden, by name. */
        private static List<Path> visible(Path folder) {
            try (Stream<Path> list = Files.list(folder)) {
                return list.filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw FileText.notRead(folder.toString(), e);
            }
        }

        TextFolders withOwnVocabulary() {
            Map<Integer, Integer> count = new HashMap<>();
            StringBuilder all = new StringBuilder();
            for (Text text : this.texts) {
                text.text.codePoints().distinct().forEach(c -> count.merge(c, 1, Integer::sum));
            }
            count.forEach((codePoint, among) -> {
                if (among > 1) {
                    all.appendCodePoint(codePoint);
                }
            });
            if (all.isEmpty()) {
                throw new DataException(folder + ": no character stands in more than one of the " + this.texts.size()
                        + " texts, so nothing can be learned. Add texts.");
            }
            Vocabulary vocabulary = Vocabulary.of(all.toString());
            return new TextFolders(with(vocabulary), vocabulary);
        }

        LabelledSequences with(Vocabulary vocabulary) {
            List<Item> items = new ArrayList<>();
            for (Text text : texts) {
                items.add(new Item(
                        classes.get(text.label) + "/" + text.file.getFileName(),
                        text.file.toString(),
                        new float[0],
                        ids(text.text, vocabulary),
                        new int[] {text.label}));
            }
            String sum = FileText.sha256(sums.toString().getBytes(StandardCharsets.UTF_8));
            Source source = new Source(String.valueOf(folder.getFileName()), bytes, sum);
            return LabelledSequences.ofIds(source, vocabulary.size() + 1, false, classes, items);
        }
    }
}
