package dev.carousel.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the command, and how large and how clearly named those of the whole house are. */
class RoomsTest {

    /** From bottom to top; above them all is the root with the verbs. */
    private static final List<String> PACKAGES = List.of(
            "console",
            "plot",
            "timing",
            "command",
            "task",
            "train",
            "text",
            "forecast",
            "addition",
            "anomaly",
            "classification",
            "transcription",
            "pairs",
            "tune",
            "serve");

    private static final int MOST_FILES = 40;
    private static final int MOST_LINES = 400;

    private static final JavaClasses COMMAND = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.carousel.cli");

    static List<String> packages() {
        return PACKAGES;
    }

    private static String full(String name) {
        return "dev.carousel.cli." + name;
    }

    @Test
    void allPackagesHaveAPlace() {
        assertThat(COMMAND.stream().map(type -> type.getPackageName()).distinct())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("dev.carousel.cli"), PACKAGES.stream().map(RoomsTest::full))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyThoseBelowIt(String name) {
        int place = PACKAGES.indexOf(name);
        String[] above = Stream.concat(
                        Stream.of("dev.carousel.cli"),
                        PACKAGES.subList(place + 1, PACKAGES.size()).stream().map(RoomsTest::full))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(full(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .check(COMMAND);
    }

    @Test
    void packagesGoInNoCircle() {
        slices().matching("dev.carousel.cli.(*)").should().beFreeOfCycles().check(COMMAND);
    }

    @Test
    void noPackageHasMoreFilesThanOneCanSurvey() {
        Map<String, Long> files = sources().stream()
                .map(RoomsTest::packageOf)
                .collect(groupingBy(name -> name, TreeMap::new, counting()));
        assertThat(files).hasSizeGreaterThan(30);
        files.values().removeIf(count -> count <= MOST_FILES);
        assertThat(files).as("packages of more than %s files", MOST_FILES).isEmpty();
    }

    /** Tests and benchmarks, too. */
    @Test
    void noFileIsLongerThanOneReadsAtATime() throws IOException {
        Map<String, Long> lines = new TreeMap<>();
        for (Path file : sources("src/main/java", "src/test/java", "src/peers/java", "src/dl4j/java")) {
            try (Stream<String> text = Files.lines(file)) {
                lines.put(file.toString(), text.count());
            }
        }
        assertThat(lines).hasSizeGreaterThan(700);
        lines.values().removeIf(count -> count <= MOST_LINES);
        assertThat(lines).as("files of more than %s lines", MOST_LINES).isEmpty();
    }

    @Test
    void aNameBelongsToOneClass() {
        Map<String, TreeSet<String>> packages = sources().stream()
                .collect(groupingBy(
                        RoomsTest::nameOf, TreeMap::new, mapping(RoomsTest::packageOf, toCollection(TreeSet::new))));
        packages.values().removeIf(of -> of.size() < 2);
        assertThat(packages).as("names of more than one class").isEmpty();
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }

    private static String packageOf(Path file) {
        String path = file.toString().replace('\\', '/');
        String inside = path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length());
        return inside.substring(0, inside.lastIndexOf('/')).replace('/', '.');
    }

    /** The files of all modules that hold classes. */
    private static List<Path> sources() {
        return sources("src/main/java");
    }

    private static List<Path> sources(String... folders) {
        try (Stream<Path> modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
            return modules.flatMap(module -> Stream.of(folders).map(module::resolve))
                    .filter(Files::isDirectory)
                    .flatMap(RoomsTest::classesIn)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> classesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> String.valueOf(file.getFileName()).matches("[A-Z]\\w*\\.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
