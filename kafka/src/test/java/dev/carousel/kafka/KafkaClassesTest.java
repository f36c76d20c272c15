package dev.carousel.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No class that we bring is in a jar of the engine or of what it depends on, in whichever version. */
class KafkaClassesTest {

    private static final List<String> OURS = List.of("carousel-", "jackson-core-3", "fastcsv-");

    @Test
    void noClassOfOursIsAmongTheEngines() throws IOException {
        List<File> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(File::new)
                .filter(File::isFile)
                .toList();
        Map<String, String> brought = new HashMap<>();
        for (File jar : jars) {
            if (isOurs(jar)) {
                classes(jar).forEach(name -> brought.put(name, jar.getName()));
            }
        }
        TreeSet<String> twice = new TreeSet<>();
        int engines = 0;
        for (File jar : jars) {
            if (!isOurs(jar)) {
                engines++;
                classes(jar).stream()
                        .filter(brought::containsKey)
                        .forEach(name -> twice.add(name + " of " + brought.get(name) + " and " + jar.getName()));
            }
        }
        assertThat(jars)
                .extracting(File::getName)
                .as("the engine's own jars")
                .anyMatch(name -> name.startsWith("kafka-streams-"))
                .anyMatch(name -> name.startsWith("kafka-clients-"))
                .anyMatch(name -> name.startsWith("rocksdbjni-"));
        assertThat(brought.size()).isGreaterThan(100);
        assertThat(engines).isGreaterThan(20);
        assertThat(twice).isEmpty();
    }

    private static boolean isOurs(File jar) {
        return OURS.stream().anyMatch(jar.getName()::startsWith);
    }

    private static List<String> classes(File jar) throws IOException {
        try (JarFile entries = new JarFile(jar)) {
            return entries.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
                    .toList();
        }
    }
}
