package dev.carousel.report;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packages of this module, from bottom to top: words, the root, task. */
class ReportPackagesTest {

    private static final int MOST_FILES = 40;

    private static final String ROOT = "dev.carousel.report";
    private static final String WORDS = ROOT + ".words";
    private static final String TASK = ROOT + ".task";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(ROOT);

    private static void noneOf(String name, String... others) {
        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CLASSES);
    }

    @Test
    void packageUsesOnlyThoseBelowIt() {
        noneOf(WORDS, ROOT, TASK);
        noneOf(ROOT, TASK);
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** A page is drawn from sections, whatever they are about. */
    @Test
    void pagesKnowNoTask() {
        noneOf(ROOT, "dev.carousel.data..");
    }

    @Test
    void everyPackageHasItsPlaceAndAtMostFortyFiles() {
        var sizes = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(sizes.keySet()).containsExactlyInAnyOrder(ROOT, WORDS, TASK);
        assertThat(sizes.values()).allMatch(size -> size <= MOST_FILES);
    }
}
