package dev.carousel.server.models;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of a model among the sources of a server.
 *
 * @param path of the file
 * @param model the name of the model
 * @param version its label, where its place gives one
 * @param stamp by which a change is seen
 */
record ModelFile(Path path, String model, Optional<String> version, Stamp stamp) {

    private static final String ENDING = ".safetensors";

    /** What changes with a file. */
    record Stamp(FileTime modified, long size, String key) {

        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        }
    }

    /**
     * The files of models in sources: a file is a model by its own name; in a folder each NAME.safetensors is one, and so is
     * each folder NAME, of which VERSION.safetensors, or the one file in a folder VERSION, are the versions.
     *
     * @return each model's versions from the oldest to the newest: by number, or where they are none, by name
     * @throws DataException if a source is not there, or two files have one name
     */
    static List<ModelFile> all(List<Path> sources) {
        List<ModelFile> files = new ArrayList<>();
        for (Path source : sources) {
            try {
                if (Files.isDirectory(source)) {
                    folder(source, files);
                } else if (Files.isRegularFile(source)) {
                    files.add(file(source, nameOf(source), Optional.empty()));
                } else {
                    throw new DataException(source + ": there is no such file or folder.");
                }
            } catch (IOException e) {
                throw new DataException(source + ": cannot be read (" + e.getMessage() + ").", e);
            }
        }
        files.sort(Comparator.comparing(ModelFile::model)
                .thenComparingLong(file -> file.version().orElse("").matches("[0-9]{1,18}")
                        ? Long.parseLong(file.version().orElseThrow())
                        : -1)
                .thenComparing(file -> file.version().orElse("")));
        requireDifferent(files);
        return files;
    }

    private static void requireDifferent(List<ModelFile> files) {
        Map<String, Path> taken = new HashMap<>();
        for (ModelFile file : files) {
            Path other = taken.put(file.model() + "/" + file.version().orElse(""), file.path());
            if (other != null) {
                throw new DataException(other + " and " + file.path() + " are both "
                        + file.version()
                                .map(version -> "version " + version + " of ")
                                .orElse("") + "the model '"
                        + file.model() + "'. A model is named by its file: rename one.");
            }
        }
    }

    private static void folder(Path folder, List<ModelFile> files) throws IOException {
        for (Path entry : entries(folder)) {
            if (isModel(entry)) {
                files.add(file(entry, nameOf(entry), Optional.empty()));
            } else if (Files.isDirectory(entry)) {
                for (Path version : entries(entry)) {
                    if (isModel(version)) {
                        files.add(file(version, fileName(entry), Optional.of(nameOf(version))));
                    } else if (Files.isDirectory(version)) {
                        List<Path> inside = entries(version).stream()
                                .filter(ModelFile::isModel)
                                .toList();
                        if (inside.size() == 1) {
                            files.add(file(inside.get(0), fileName(entry), Optional.of(fileName(version))));
                        }
                    }
                }
            }
        }
    }

    private static ModelFile file(Path path, String model, Optional<String> version) throws IOException {
        return new ModelFile(path, model, version, Stamp.of(path));
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !fileName(entry).startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isModel(Path file) {
        return Files.isRegularFile(file) && fileName(file).endsWith(ENDING);
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String nameOf(Path file) {
        String name = fileName(file);
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }
}
