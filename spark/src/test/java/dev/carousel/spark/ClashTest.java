package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What we bring to a cluster has no class that one of Spark's jars has, too, whichever of them is found first there. */
class ClashTest {

    private static boolean ours(String entry) {
        return entry.contains("jackson-core-3.")
                || entry.contains("fastcsv")
                || entry.contains("carousel-")
                || !entry.endsWith(".jar");
    }

    private static List<String> classes(Path entry) throws IOException {
        if (Files.isDirectory(entry)) {
            try (Stream<Path> files = Files.walk(entry)) {
                return files.map(file -> entry.relativize(file).toString().replace(File.separatorChar, '/'))
                        .filter(ClashTest::counts)
                        .toList();
            }
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.stream().map(Object::toString).filter(ClashTest::counts).toList();
        }
    }

    private static boolean counts(String name) {
        return name.endsWith(".class") && !name.contains("module-info") && !name.startsWith("META-INF/");
    }

    @Test
    void noClassOfOursIsInAJarOfSpark() throws IOException {
        Map<String, String> mine = new HashMap<>();
        List<String> theirs = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!Files.exists(Path.of(entry))) {
                continue;
            }
            if (ours(entry)) {
                classes(Path.of(entry)).forEach(name -> mine.put(name, entry));
            } else {
                theirs.add(entry);
            }
        }
        assertThat(mine).containsKey("tools/jackson/core/JsonParser.class");
        assertThat(mine).containsKey("dev/carousel/spark/SparkTrainer.class");
        assertThat(theirs).anyMatch(entry -> entry.contains("spark-core_2.13")).hasSizeGreaterThan(100);
        List<String> clashes = new ArrayList<>();
        for (String entry : theirs) {
            for (String name : classes(Path.of(entry))) {
                if (mine.containsKey(name)) {
                    clashes.add(name + " is in " + entry + " and " + mine.get(name));
                }
            }
        }
        assertThat(clashes).isEmpty();
    }
}
