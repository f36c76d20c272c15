package dev.carousel.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of this module and what may pass between them. */
class PackagesTest {

    private static final int MOST_FILES = 40;

    private static final String ROOT = "dev.carousel.data";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(ROOT);

    /** From bottom to top; a package uses only those before it, and the errors and names of the root. */
    private static final List<String> PACKAGES = List.of(
            "file",
            "text",
            "table",
            "series",
            "scaling",
            "forecast",
            "classification",
            "transcription",
            "pairs",
            "anomaly",
            "stream",
            "dataset");

    static List<String> packages() {
        return PACKAGES;
    }

    private static String[] full(List<String> names) {
        return names.stream().map(name -> ROOT + "." + name).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyThoseBelowIt(String name) {
        List<String> above = PACKAGES.subList(PACKAGES.indexOf(name) + 1, PACKAGES.size());
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(full(above))
                .check(CLASSES);
    }

    @Test
    void theRootUsesNone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(full(PACKAGES))
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageHasItsPlaceAndAtMostFortyFiles() {
        var sizes = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        sizes.remove(ROOT);
        assertThat(sizes.keySet()).containsExactlyInAnyOrder(full(PACKAGES));
        assertThat(sizes.values()).allMatch(size -> size <= MOST_FILES);
    }

    @Test
    void onlyFileCutsCsv() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".file")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("de\\.siegmar\\.fastcsv\\.reader\\.CsvReader.*")
                .check(CLASSES);
    }
}
