package dev.carousel.interop;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of this module and what each may use of the others, as ARCHITECTURE.md draws them. */
class InteropPackagesTest {

    private static final String ROOT = "dev.carousel.interop";

    private static final int MOST_FILES = 40;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** A package below the root, and which others it may use. */
    record Room(String name, String... mayUse) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** From bottom to top. */
    private static final List<Room> ROOMS = List.of(
            new Room("file"),
            new Room("numpy", "file"),
            new Room("keras", "file"),
            new Room("pytorch", "file", "numpy"),
            new Room("onnx.graph", "file"),
            new Room("onnx.run", "onnx.graph"),
            new Room("onnx.network", "onnx.graph", "onnx.run"),
            new Room("onnx", "numpy", "onnx.graph", "onnx.run", "onnx.network"));

    /** What every package may use of the root: the contract of a format, and what its methods take and throw. */
    private static final Set<Class<?>> WORDS =
            Set.of(ModelFormat.class, ImportOptions.class, InputAxes.class, InteropException.class);

    static List<Room> rooms() {
        return ROOMS;
    }

    private static String full(String name) {
        return ROOT + "." + name;
    }

    private static DescribedPredicate<JavaClass> words() {
        return describe("words of every package", type -> WORDS.stream().anyMatch(type::isEquivalentTo));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void packageUsesOnlyWhatItMay(Room room) {
        String[] known = Stream.concat(Stream.of(room.name), Stream.of(room.mayUse))
                .map(InteropPackagesTest::full)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(full(room.name))
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(not(resideInAnyPackage(known)))
                        .and(not(words())))
                .check(CLASSES);
    }

    /** What makes circles impossible. */
    @ParameterizedTest
    @MethodSource("rooms")
    void whatAPackageMayUseLiesBelowIt(Room room) {
        List<String> below =
                ROOMS.subList(0, ROOMS.indexOf(room)).stream().map(Room::name).toList();
        assertThat(below).containsAll(List.of(room.mayUse));
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(ROOT), ROOMS.stream().map(room -> full(room.name)))
                                .toList());
    }

    @Test
    void whatEveryPackageMayUseKnowsNoFormat() {
        classes()
                .that(words())
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(ROOT + ".."))
                        .or(resideInAPackage(full("numpy")))
                        .or(words()))
                .check(CLASSES);
    }

    @Test
    void onlyModelFilesKnowsTheFormats() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .doNotBelongToAnyOf(ModelFiles.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(full("keras.."), full("pytorch.."), full("onnx.."))
                .check(CLASSES);
    }

    @Test
    void noPackageHasTooManyFiles() throws IOException {
        Map<Path, Long> files;
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            files = sources.filter(file -> file.toString().endsWith(".java"))
                    .collect(groupingBy(Path::getParent, counting()));
        }
        assertThat(files).hasSizeGreaterThan(ROOMS.size());
        assertThat(files).allSatisfy((folder, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
    }

    @Test
    void everyPackageIsNullMarked() {
        Stream.concat(Stream.of(ROOT), ROOMS.stream().map(room -> full(room.name)))
                .forEach(name -> assertThat(CLASSES.getPackage(name).isAnnotatedWith(NullMarked.class))
                        .as(name)
                        .isTrue());
    }
}
