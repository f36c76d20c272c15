package dev.carousel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the house and what may pass between them, as ARCHITECTURE.md draws them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.carousel");

    /** From bottom to top; {@code json} lies below them all. */
    private static final List<String> PACKAGES = List.of(
            "json",
            "tensor",
            "kernel",
            "cell",
            "spec",
            "layer",
            "network",
            "loss",
            "decoding",
            "optim",
            "train",
            "model",
            "stream",
            "online",
            "reference",
            "check");

    /** No part of the public interface, which module-info.java holds as well. */
    private static final List<String> INTERNAL = List.of("json", "layer");

    /** Of a package, its package-info counted. */
    private static final long MOST_FILES = 40;

    static List<String> packages() {
        return PACKAGES.subList(0, PACKAGES.size() - 1);
    }

    private static String[] full(List<String> names) {
        return names.stream().map(name -> "dev.carousel." + name + "..").toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyThoseBelowIt(String name) {
        List<String> above = PACKAGES.subList(PACKAGES.indexOf(name) + 1, PACKAGES.size());
        noClasses()
                .that()
                .resideInAPackage("dev.carousel." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(full(above))
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        assertThat(CLASSES.stream().filter(type -> type.getPackageName().startsWith("dev.carousel")))
                .allMatch(resideInAnyPackage(full(PACKAGES)));
    }

    @Test
    void everyPackageSaysWhereToBegin() throws IOException {
        List<String> silent = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.endsWith("package-info.java")).toList()) {
                if (!Files.readString(file).contains("<p>Begin with {@link ")) {
                    silent.add(file.toString());
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    /** What a user has to find his way among, types within types included. The last two are Parameterless.Repeat and Reshape. */
    @Test
    void publicTypesAreNotMoreThanThisNumber() {
        List<String> visible = CLASSES.stream()
                .filter(not(resideInAnyPackage(full(INTERNAL))))
                .map(JavaClass::reflect)
                .filter(ArchitectureTest::isVisible)
                .map(Class::getName)
                .sorted()
                .toList();
        int before = 210;
        // The eight cells of 2015 to 2025, their kernel's interface and the list of those kernels.
        int cells = 10;
        // CtcLoss and its Unfit, CtcReference, CtcDecoder and its Hypothesis, CtcStream, EditDistance and its Pair.
        int alignment = 8;
        // CrfLoss, CrfDecoder, CrfReference and its Gradients, CrfScores, CrfScoresLayer.
        int tags = 6;
        // EncoderDecoder and its tape, Attention and its Score, BeamSearch and its Written, the references of the
        // attention and of the whole, each with its Run and Gradients.
        int pairs = 12;
        // Distribution and its Kind, DistributionLoss, DistributionReference, SpreadFit.
        int distributions = 5;
        // Sessions, its Callback and its Part, SessionPool, PoolOptions, PoolFigures, PoolException and its Kind,
        // StateStore and its Change, SessionSteps and its Group; WarmUp.
        int pools = 13;
        // OnlineLearner, OnlinePlan, RealTimeRecurrentLearning.
        int online = 3;
        // SavedSessions and its Turn, RemoteGradients and its Sums.
        int engines = 4;
        // Initialisation.Remembering.
        int starts = 1;
        // AdaptiveSoftmax, Cutoffs and TiedDense, DropWords and ActivityPenalty, Averaging.NonMonotonic, and of the
        // reference AdaptiveSoftmaxLayer and its Cluster, ActivityPenaltyLayer and WordDropoutReference.
        int language = 10;
        assertThat(visible)
                .hasSizeLessThan(before
                        + cells
                        + alignment
                        + tags
                        + pairs
                        + distributions
                        + pools
                        + online
                        + engines
                        + starts
                        + language);
    }

    @Test
    void onlyThePublicInterfaceIsExportedToAll() throws IOException {
        String module = Files.readString(Path.of("src/main/java/module-info.java"));
        assertThat(PACKAGES)
                .allSatisfy(name -> assertThat(module.contains("exports dev.carousel." + name + ";"))
                        .as(name)
                        .isEqualTo(!INTERNAL.contains(name)));
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers())
                && type.getCanonicalName() != null
                && (around == null || isVisible(around));
    }

    @Test
    void noPackageHasTooManyFiles() throws IOException {
        Map<Path, Long> files;
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            files = sources.filter(file -> file.toString().endsWith(".java"))
                    .collect(groupingBy(Path::getParent, counting()));
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(PACKAGES.size());
        assertThat(files).allSatisfy((folder, count) -> assertThat(count).isLessThanOrEqualTo(MOST_FILES));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.carousel.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void referenceUsesNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("dev.carousel.reference..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.carousel.reference..", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void onlyJsonAndTheModelFileSeeTheParser() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.carousel.json..", "dev.carousel.model..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson..")
                .check(CLASSES);
    }

    @Test
    void coreNeedsTheJdkAndTheParserAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.carousel..", "java..", "org.jspecify..", "tools.jackson..")
                .check(CLASSES);
    }

    @Test
    void nothingHereSeesTheVectorApi() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(CLASSES);
    }

    @Test
    void libraryPrintsNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }

    @Test
    void randomnessIsPassedInWithItsSeed() {
        noClasses()
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameContaining("Util")
                .orShould()
                .haveSimpleNameContaining("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Processor")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .resideInAnyPackage("..util..", "..common..", "..impl..")
                .check(CLASSES);
    }

    @Test
    void valuesHaveNoSetters() {
        noMethods().should().haveNameMatching("set[A-Z].*").check(CLASSES);
    }

    @Test
    void classesAreFinalOrSealedUnlessTheyAreErrors() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotAssignableTo(Throwable.class)
                .and(not(packageInfo()))
                .and(not(sealed()))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> sealed() {
        return describe("sealed", type -> type.reflect().isSealed());
    }

    private static DescribedPredicate<JavaClass> packageInfo() {
        return describe("package-info", type -> type.getSimpleName().equals("package-info"));
    }

    @Test
    void everyPackageIsNullMarked() {
        for (String name : PACKAGES) {
            JavaPackage room = CLASSES.getPackage("dev.carousel." + name);
            assertThat(room.isAnnotatedWith(NullMarked.class)).as(name).isTrue();
        }
    }
}
