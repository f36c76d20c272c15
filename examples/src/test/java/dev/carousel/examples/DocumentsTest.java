package dev.carousel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.spec.LayerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents say is there and works. */
class DocumentsTest {

    /** The root of the project, from the folder of this module. */
    static final Path ROOT = Path.of("..");

    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^]]*]\\(([^)]+)\\)");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) throws IOException {
        for (String link : found(LINK, Files.readString(document))) {
            if (link.startsWith("http")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.resolveSibling(parts[0]).normalize();
            assertThat(target).as("%s links to %s", document, link).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("%s links to %s", document, link).contains(parts[1]);
            }
        }
    }

    /** The headings of a document, as links name them. */
    private static Set<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void programOfTheReadmeCompilesAndRuns(@TempDir Path folder) throws Exception {
        List<String> programs = found(CODE_BLOCK, readme());
        assertThat(programs).hasSize(1);
        assertThat(programs.get(0).lines().filter(line -> !line.isBlank()).count())
                .isLessThan(16);
        Path source = folder.resolve("Readme.java");
        // All that it needs comes from four packages.
        Files.writeString(source, """
            import dev.carousel.data.stream.*;
            import dev.carousel.data.text.*;
            import dev.carousel.spec.*;
            import dev.carousel.spec.LayerSpec.*;
            import dev.carousel.train.*;
            import java.nio.file.Path;

            class Readme {
                public static void main(String[] args) {
                    %s
                    String next = ((Answer.Text) answer).likeliest().keySet().iterator().next();
                    TaskStream again = model.open();
                    again.restore(kept);
                    System.out.println(again.add(Event.text("h")).equals(stream.add(Event.text("h"))));
                    System.out.println("next: " + next);
                }
            }
            """.formatted(programs.get(0)));
        Files.writeString(folder.resolve("book.txt"), WriteCharacters.rhyme().repeat(15));
        String classPath = System.getProperty("java.class.path");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "--add-modules=jdk.incubator.vector", "-cp", classPath, source.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).endsWith("true\nnext: h\n");
        assertThat(folder.resolve("book.safetensors")).exists();
    }

    @Test
    void packagesOfTheArchitectureAreThoseThatTheBuildHoldsInOrder() throws IOException {
        String test = Files.readString(ROOT.resolve("core/src/test/java/dev/carousel/ArchitectureTest.java"));
        Pattern list = Pattern.compile("(?s)PACKAGES = List.of\\(\\s*\"json\",(.*?)\\);");
        assertThat(Files.readString(ROOT.resolve("ARCHITECTURE.md")))
                .contains(found(list, test).get(0).replaceAll("[\"\\s]", "").replace(",", ", "));
    }

    @Test
    void everyLayerStandsInTheListOfLayers() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/arrays.md"));
        String list = page.substring(page.indexOf("## All layers"));
        List<Class<?>> layers = records(LayerSpec.class).toList();
        assertThat(layers).hasSizeGreaterThan(12);
        for (Class<?> layer : layers) {
            assertThat(list).containsPattern("[` .]" + layer.getSimpleName() + "[.(]");
        }
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(DocumentsTest::records);
    }

    @Test
    void artifactsToInstallAreInTheBom() throws IOException {
        Pattern artifact = Pattern.compile("<artifactId>(carousel-[a-z]+)</artifactId>");
        String bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        String install = Files.readString(ROOT.resolve("docs/install.md"));
        assertThat(found(artifact, install)).hasSizeGreaterThan(4);
        assertThat(found(artifact, bom)).containsAll(found(artifact, install));
        Pattern version = Pattern.compile("carousel-bom</artifactId>\\s*<version>([^<]+)</version>");
        // In the block of dependencies, and in the pom to begin with.
        assertThat(found(version, install))
                .hasSize(2)
                .containsOnly(found(version, bom).get(0));
    }

    @Test
    void pomToBeginWithIsWholeAndNamesItsJava() throws Exception {
        Pattern whole = Pattern.compile("(?s)```xml\n(<project.*?</project>\n)```");
        List<String> poms = found(whole, Files.readString(ROOT.resolve("docs/install.md")));
        assertThat(poms).hasSize(1);
        String project = poms.get(0);
        // The compiler plugin that Maven 3.8 has by itself knows no maven.compiler.release, and takes Java 5 without
        // these.
        for (String name : List.of("maven.compiler.source", "maven.compiler.target")) {
            assertThat(project).contains("<" + name + ">17</" + name + ">");
        }
        for (String name : List.of("modelVersion", "groupId", "artifactId", "version")) {
            assertThat(project).containsPattern("<" + name + ">[^<]+</" + name + ">");
        }
        assertThat(found(Pattern.compile("<(\\w+)[ >]"), project))
                .as("each element ends")
                .hasSameSizeAs(found(Pattern.compile("</(\\w+)>"), project));
    }

    @Test
    void everyCommandHasItsRowInTheReadmeAndNoOtherHas() throws IOException {
        Set<String> commands = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("cli/src/main/java/dev/carousel/cli"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                Pattern name = Pattern.compile("@Command\\(\\s*name = \"([a-z]+)\"");
                boolean training = source.getFileName().toString().startsWith("Train");
                found(name, Files.readString(source)).stream()
                        .filter(command -> !Set.of("carousel", "train").contains(command))
                        .map(command -> training ? "train " + command : command)
                        .forEach(commands::add);
            }
        }
        Pattern cell = Pattern.compile("(?m)^\\| (`carousel [^|]*)\\|");
        Pattern command = Pattern.compile("`(?:carousel )?((?:train )?[a-z]+)");
        assertThat(commands).hasSizeGreaterThan(8);
        assertThat(new TreeSet<>(found(command, String.join("", found(cell, readme())))))
                .isEqualTo(commands);
    }
}
