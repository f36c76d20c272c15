package dev.carousel.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the server, from bottom to top; above them all is the root. */
class ServerPackagesTest {

    private static final List<String> PACKAGES = List.of("http", "models", "session", "kserve", "watch");

    private static final String ROOT = "dev.carousel.server";

    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    static List<String> packages() {
        return PACKAGES;
    }

    @Test
    void allPackagesHaveAPlace() {
        assertThat(SERVER.stream().map(type -> type.getPackageName()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(ROOT), PACKAGES.stream().map(name -> ROOT + "." + name))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyThoseBelowIt(String name) {
        String[] above = Stream.concat(
                        Stream.of(ROOT),
                        PACKAGES.subList(PACKAGES.indexOf(name) + 1, PACKAGES.size()).stream()
                                .map(one -> ROOT + "." + one))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .check(SERVER);
    }

    @Test
    void packagesGoInNoCircle() {
        slices().matching(ROOT + ".(*)").should().beFreeOfCycles().check(SERVER);
    }

    /** Bodies are read by nobody who waits. */
    @Test
    void nothingReadsABodyAsAStream() {
        noClasses()
                .should()
                .callMethod(
                        org.eclipse.jetty.io.Content.Source.class,
                        "asInputStream",
                        org.eclipse.jetty.io.Content.Source.class)
                .check(SERVER);
    }
}
