package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.FileText;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * reviews.classes();                                             // [bad, good]
 * TextUnits words = reviews.select(training).words(10_000, 2);   // or characters(), or ByteUnits.INSTANCE
 * LabelledSequences ids = reviews.by(words);
 * }</pre>
 *
 * <p>A text is read as its characters, bytes or words. Everything that is not in the vocabulary shares one id, so that
 * any text can be read later, and a vocabulary leaves out what is rare, so that a network learns what to make of that
 * id. Hidden files and files next to the folders of classes are left out. Immutable; the texts are in memory, each as
 * it was read.
 */
public final class TextFolders implements TextSource {

    /** A file as it stood there. */
    private record Text(Path file, byte[] content, int label) {}

    private final Provenance.Data source;
    private final int longest;
    private final List<String> classes;
    private final List<Text> texts;

    private TextFolders(Provenance.Data source, int longest, List<String> classes, List<Text> texts) {
        this.source = source;
        this.longest = longest;
        this.classes = List.copyOf(classes);
        this.texts = List.copyOf(texts);
    }

    /**
     * Reads texts.
     *
     * @param folder has a folder for each class
     * @param longest of longer texts only this many characters, bytes or words are taken, from the beginning
     * @throws DataException if there is no class, one has no text, or a file is empty
     */
    public static TextFolders read(Path folder, int longest) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": expected a folder with a folder of texts for each class but found "
                    + (Files.exists(folder) ? "a file." : "nothing. Is the name spelled as it is there?"));
        }
        List<String> classes = new ArrayList<>();
        List<Text> texts = new ArrayList<>();
        for (Path path : visible(folder)) {
            if (Files.isDirectory(path)) {
                texts.addAll(ofClass(path, classes.size()));
                classes.add(String.valueOf(path.getFileName()));
            }
        }
        if (classes.isEmpty()) {
            throw new DataException(folder + ": expected a folder of texts for each class but found none. Put the texts"
                    + " of each class into a folder of its name.");
        }
        return new TextFolders(source(folder, classes, texts), longest, classes, texts);
    }

    private static List<Text> ofClass(Path path, int label) {
        List<Text> texts = new ArrayList<>();
        for (Path file : visible(path)) {
            if (Files.isRegularFile(file)) {
                texts.add(new Text(file, FileText.bytes(file), label));
            }
        }
        if (texts.isEmpty()) {
            throw new DataException(path + ": expected texts of the class '" + path.getFileName()
                    + "' but the folder has no file. Add some, or remove the folder.");
        }
        return texts;
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

    /** The sum is that of the names and sums of all files. */
    private static Provenance.Data source(Path folder, List<String> classes, List<Text> texts) {
        StringBuilder sums = new StringBuilder();
        long bytes = 0;
        for (Text text : texts) {
            bytes += text.content.length;
            sums.append(name(classes, text))
                    .append(' ')
                    .append(FileText.sha256(text.content))
                    .append('\n');
        }
        String sum = FileText.sha256(sums.toString().getBytes(StandardCharsets.UTF_8));
        return new Provenance.Data(String.valueOf(folder.getFileName()), bytes, sum);
    }

    private static String name(List<String> classes, Text text) {
        return classes.get(text.label) + "/" + text.file.getFileName();
    }

    /** The names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** How many texts there are. */
    @Override
    public int count() {
        return texts.size();
    }

    /** The texts by their bytes, of which any text has some. */
    @Override
    public LabelledSequences outline() {
        return by(ByteUnits.INSTANCE);
    }

    /** Some of the texts, in this order: those to learn from, to make a vocabulary of. */
    @Override
    public TextFolders select(int... which) {
        return new TextFolders(
                source,
                longest,
                classes,
                Arrays.stream(which).mapToObj(texts::get).toList());
    }

    /**
     * The characters that stand in more than one of the texts.
     *
     * @throws DataException if there is none, or a text is not UTF-8
     */
    @Override
    public Vocabulary characters() {
        Map<Integer, Integer> count = new HashMap<>();
        for (Text text : texts) {
            TextIds.text(text.file, text.content)
                    .codePoints()
                    .limit(longest)
                    .distinct()
                    .forEach(c -> count.merge(c, 1, Integer::sum));
        }
        StringBuilder all = new StringBuilder();
        count.forEach((codePoint, among) -> {
            if (among > 1) {
                all.appendCodePoint(codePoint);
            }
        });
        if (all.isEmpty()) {
            throw new DataException(source.name() + ": no character stands in more than one of the " + texts.size()
                    + " texts, so nothing can be learned. Add texts.");
        }
        return Vocabulary.of(all.toString());
    }

    /**
     * The frequent words of the texts.
     *
     * @param maximum how many words get their own id at most
     * @param minimumCount how often a word must occur to have one
     * @throws DataException if no word is so frequent, or a text is not UTF-8
     */
    @Override
    public WordVocabulary words(int maximum, int minimumCount) {
        Stream<String> words = texts.stream()
                .flatMap(text -> WordVocabulary.pieces(TextIds.text(text.file, text.content)).stream()
                        .limit(longest));
        try {
            return WordVocabulary.of(words, maximum, minimumCount);
        } catch (DataException e) {
            throw new DataException(source.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The texts as ids.
     *
     * @throws DataException if a text is not UTF-8, where bytes alone would not do
     */
    @Override
    public LabelledSequences by(TextUnits units) {
        List<Item> items = new ArrayList<>();
        for (Text text : texts) {
            items.add(new Item(
                    name(classes, text),
                    text.file.toString(),
                    new float[0],
                    TextIds.of(units, text.file, text.content, longest),
                    new int[] {text.label}));
        }
        return LabelledSequences.ofIds(source, TextIds.kinds(units), false, classes, items);
    }

    /**
     * Reads one text that has no label.
     *
     * @throws DataException if it is missing or empty, or not UTF-8, where bytes alone would not do
     * @throws IllegalArgumentException if the classifier reads vectors
     */
    public static LabelledSequences readOne(Path file, int longest, ClassifierSpec spec) {
        byte[] bytes = FileText.bytes(file);
        int[] ids = TextIds.of(spec.requireUnits(), file, bytes, longest);
        Provenance.Data source =
                new Provenance.Data(String.valueOf(file.getFileName()), bytes.length, FileText.sha256(bytes));
        Item item =
                new Item(source.name(), file.toString(), new float[0], ids, new int[] {LabelledSequences.UNLABELLED});
        return LabelledSequences.ofIds(source, spec.inputSize(), false, spec.classes(), List.of(item));
    }
}
