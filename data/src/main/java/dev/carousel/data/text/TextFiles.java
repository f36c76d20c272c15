package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.data.file.FileText;
import dev.carousel.model.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One text or several as one: files in the order in which they are named, and those of folders in the order of their
 * names. A line break is put between two where the first does not end in one.
 *
 * <pre>{@code
 * TextFiles files = TextFiles.read(List.of(Path.of("books")));
 * TextData text = files.byWords(0.9, 10_000, 2);       // or byCharacters(), byBytes(), with(units of a model)
 * }</pre>
 *
 * <p>Immutable; the files are in memory, each as it was read.
 */
public final class TextFiles {

    private static final long MOST_BYTES = 1L << 30;

    private final String source;
    private final List<Path> files;
    private final List<byte[]> contents;

    private TextFiles(String source, List<Path> files, List<byte[]> contents) {
        this.source = source;
        this.files = files;
        this.contents = contents;
    }

    /**
     * Reads files and folders.
     *
     * @param paths of folders, all files below them are read but hidden ones
     * @throws DataException if one is missing or empty, a folder has no file, or they are too large together
     */
    public static TextFiles read(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            files.addAll(Files.isDirectory(path) ? below(path) : List.of(path));
        }
        List<byte[]> contents = new ArrayList<>();
        long size = 0;
        for (Path file : files) {
            byte[] bytes = FileText.bytes(file);
            size += bytes.length;
            if (size > MOST_BYTES) {
                throw new DataException(file + ": the texts up to this one have " + size + " bytes, but at most "
                        + MOST_BYTES + " can be read at once. Take fewer of them.");
            }
            contents.add(bytes);
        }
        String source = paths.size() == 1 ? paths.get(0).toString() : files.size() + " files";
        return new TextFiles(source, List.copyOf(files), contents);
    }

    private static List<Path> below(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(file -> !hidden(folder.relativize(file)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new DataException(folder + ": expected texts in this folder but found no file.");
            }
            return files;
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean hidden(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".") && !part.toString().equals(".")) {
                return true;
            }
        }
        return false;
    }

    /** As messages call them: the file, the folder, or how many there are. */
    public String source() {
        return source;
    }

    /** Name, size and SHA-256 of each, by which a model names the data it was trained on. */
    public List<Provenance.Data> data() {
        List<Provenance.Data> data = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            data.add(Provenance.Data.of(String.valueOf(files.get(i).getFileName()), contents.get(i)));
        }
        return data;
    }

    /**
     * By characters, each that occurs with an id.
     *
     * @throws DataException if a file is not UTF-8, with the offset of the first wrong byte
     */
    public TextData byCharacters() {
        String text = text();
        Vocabulary vocabulary = Vocabulary.of(text);
        return TextData.ofIds(source, data(), vocabulary, vocabulary.encode(text));
    }

    /** By bytes; any file will do. */
    public TextData byBytes() {
        return TextData.ofIds(source, data(), ByteUnits.INSTANCE, ByteUnits.encode(bytes()));
    }

    /**
     * By words.
     *
     * @param share the first part of the words, the training part; those after it do not affect the vocabulary
     * @param maximum how many words get their own id at most
     * @param minimumCount how often a word must occur in that part to have one
     * @throws DataException if a file is not UTF-8, or no word is so frequent
     */
    public TextData byWords(double share, int maximum, int minimumCount) {
        String text = text();
        WordVocabulary.Pieces pieces = WordVocabulary.Pieces.of(text);
        int length = TextData.cut(pieces.ids().length, share);
        WordVocabulary words;
        try {
            words = WordVocabulary.of(pieces, length, maximum, minimumCount);
        } catch (DataException e) {
            throw new DataException(source + ": " + e.getMessage(), e);
        }
        return TextData.ofWords(source, data(), words, text, pieces);
    }

    /**
     * As a model reads them.
     *
     * @throws DataException also if there is something that the model has no id for
     */
    public TextData with(TextUnits units) {
        if (units instanceof ByteUnits) {
            return byBytes();
        }
        String text = text();
        if (units instanceof WordVocabulary words) {
            return TextData.ofWords(source, data(), words, text, WordVocabulary.Pieces.of(text));
        }
        try {
            return TextData.ofIds(source, data(), units, units.encode(text));
        } catch (DataException e) {
            throw new DataException(source + ": " + e.getMessage(), e);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < files.size(); i++) {
            if (i > 0 && text.length() > 0 && text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
            String one = FileText.decode(files.get(i).toString(), contents.get(i));
            if (one.isEmpty()) {
                throw new DataException(files.get(i) + ": the file holds a byte order mark and no text.");
            }
            text.append(one);
        }
        return text.toString();
    }

    private byte[] bytes() {
        if (contents.size() == 1) {
            return contents.get(0);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < contents.size(); i++) {
            all.writeBytes(contents.get(i));
            boolean between = i < contents.size() - 1;
            if (between && contents.get(i)[contents.get(i).length - 1] != '\n') {
                all.write('\n');
            }
        }
        return all.toByteArray();
    }
}
