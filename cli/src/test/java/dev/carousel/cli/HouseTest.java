package dev.carousel.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The modules of the house, seen from the top: who may use whom, and who may use what from outside. */
class HouseTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.carousel");

    private static final String[] LIBRARIES = {
        "dev.carousel.tensor..",
        "dev.carousel.kernel..",
        "dev.carousel.cell..",
        "dev.carousel.network..",
        "dev.carousel.loss..",
        "dev.carousel.optim..",
        "dev.carousel.train..",
        "dev.carousel.model..",
        "dev.carousel.stream..",
        "dev.carousel.reference..",
        "dev.carousel.check..",
        "dev.carousel.json..",
        "dev.carousel.data..",
        "dev.carousel.vector..",
        "dev.carousel.interop..",
        "dev.carousel.report..",
        "dev.carousel.store.."
    };

    @Test
    void allModulesAreLookedAt() {
        assertThat(CLASSES.stream().map(type -> type.getPackageName()))
                .contains(
                        "dev.carousel.tensor",
                        "dev.carousel.data",
                        "dev.carousel.vector",
                        "dev.carousel.interop",
                        "dev.carousel.report",
                        "dev.carousel.cli");
    }

    /** What each package of an outsider is for, and the one module that may use it. */
    @ParameterizedTest
    @CsvSource({
        "jdk.incubator.vector.., dev.carousel.vector..",
        "picocli.., dev.carousel.cli..",
        "me.tongfei.., dev.carousel.cli..",
        "org.knowm.., dev.carousel.cli..",
        "de.siegmar.., dev.carousel.data..",
        "org.openjdk.jmh.., dev.carousel.bench..",
        "org.h2.., dev.carousel.store..",
        "redis.clients.., dev.carousel.store..",
        "io.jhdf.., dev.carousel.interop.keras..",
        "com.sun.net.httpserver.., dev.carousel.report..",
    })
    void oneModuleAloneUsesIt(String outsider, String module) {
        noClasses()
                .that()
                .resideOutsideOfPackage(module)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(outsider)
                .check(CLASSES);
    }

    @Test
    void vectorKnowsTheKernelsAndNothingElse() {
        classes()
                .that()
                .resideInAPackage("dev.carousel.vector..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.carousel.vector..",
                        "dev.carousel.kernel..",
                        "java..",
                        "jdk.incubator.vector..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void nothingUsesTheVectorKernelsByName() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.carousel.vector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.carousel.vector..")
                .check(CLASSES);
    }

    @Test
    void librariesKnowNothingOfTheCommand() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.carousel.cli..")
                .check(CLASSES);
    }

    @Test
    void coreKnowsNothingOfFiles() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.carousel.data..", "dev.carousel.report..", "dev.carousel.server..", "dev.carousel.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.carousel.data..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandReadsFilesOfOtherPrograms() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.carousel.interop..", "dev.carousel.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.carousel.interop..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandDrawsPages() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.carousel.report..", "dev.carousel.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.carousel.report..")
                .check(CLASSES);
    }

    @Test
    void arraysOfNumpyKnowNoFormatOfModels() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.carousel.interop.numpy..", "dev.carousel.interop.file..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.carousel.interop.pytorch..", "dev.carousel.interop.onnx..", "dev.carousel.interop.keras..")
                .check(CLASSES);
    }

    @Test
    void librariesPrintNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(LIBRARIES)
                .should(ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    /**
     * Loops of kernels call the Vector API itself, which the compiler always takes in. Where a helper of ours stood between,
     * it stayed a call in one run of four, every vector became an object, and the loop ran two hundred times slower.
     */
    @Test
    void onlyActivationsAndWhatPassesShareAreHelpersThatTakeOrMakeVectors() {
        methods()
                .that(haveAVector())
                .should()
                .beDeclaredInClassesThat()
                .haveNameMatching("dev\\.carousel\\.vector\\.(Activations|Rows)")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaMethod> haveAVector() {
        return DescribedPredicate.describe(
                "take or make a vector",
                method -> Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                        .anyMatch(type -> type.getName().equals("jdk.incubator.vector.FloatVector")));
    }
}
