package dev.carousel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pieces of Java in the pages of docs run to their end, on small files and networks of the names that they have. */
@Timeout(120)
class SnippetRunsTest {

    private static final String TEXT = """
            text = TextData.read(Path.of("book.txt"));
            int V = text.units().size();
            network = Network.initialised(
                    NetworkSpec.of(new OneHot(V), Recurrent.lstm(V, 6), Dense.head(6, V)), new Seeds(1).initialisation());
            text.model(network).save(Path.of("text.safetensors"));
            plan = TrainingPlan.forClasses().withEpochs(1);
            training = text.windows(2, 20);
            heldOut = text.windows(2, 20);
            folder = Path.of("checkpoints");
            """;

    private static final String NUMBERS = """
            NetworkSpec spec = NetworkSpec.of(Recurrent.gru(2, 4), Dense.head(4, 1));
            path = Path.of("numbers.safetensors");
            network = Network.initialised(spec, new Seeds(1).initialisation());
            Model.of(network, Task.of("numbers")).save(path);
            event = new float[] {1, 2};
            """;

    private static final String SEQUENCES = """
            LabelledSequences all = TimeSeriesFile.read(Path.of("BasicMotions_TRAIN.ts"));
            ClassifierSpec classes = ClassifierSpec.fit(all, SequenceScaling.Kind.STANDARD);
            NetworkSpec spec = NetworkSpec.of(Recurrent.gru(2, 4).withLastOnly(true), Dense.head(4, 2));
            Model.of(Network.initialised(spec, new Seeds(1).initialisation()), classes.task())
                    .save(Path.of("classify.safetensors"));
            event = new float[] {1, Float.NaN};
            """;

    /** What is there before the pieces of a page. */
    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("adding.md", "");
        pages.put("arrays.md", "");
        pages.put("classification.md", SEQUENCES);
        pages.put("online.md", NUMBERS + "x = event;\ntruth = new float[] {1};\n");
        pages.put("reports.md", TEXT);
        pages.put("services.md", NUMBERS);
        pages.put("sessions.md", NUMBERS);
        pages.put("text.md", TEXT);
        pages.put("training.md", TEXT);
        pages.put("tuning.md", "");
        return pages;
    }

    /** Files with columns of their own, of models that have just those, a server that runs, and trainings of minutes. */
    private static final List<String> NOT_RUN =
            List.of("data.md", "forecasting.md", "streaming.md", "transcription.md", "pairs.md", "serving.md");

    private static void files(Path folder) throws Exception {
        Files.writeString(
                folder.resolve("book.txt"), "It was the best of times, it was the worst of times.\n".repeat(40));
        StringBuilder text = new StringBuilder("""
                @problemName motions
                @univariate false
                @dimensions 2
                @equalLength true
                @seriesLength 6
                @classLabel true up down
                @data
                """);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            for (int dimension = 0; dimension < 2; dimension++) {
                for (int t = 0; t < 6; t++) {
                    text.append(t == 0 ? "" : ",").append((i % 2 == 0 ? t : -t) + random.nextDouble());
                }
                text.append(':');
            }
            text.append(i % 2 == 0 ? "up" : "down").append('\n');
        }
        Files.writeString(folder.resolve("BasicMotions_TRAIN.ts"), text);
    }

    @Test
    void piecesOfThePagesRunToTheirEnd(@TempDir Path folder) throws Exception {
        files(folder);
        Path docs = DocumentsTest.ROOT.resolve("docs");
        List<String> names = new ArrayList<>();
        StringBuilder classes = new StringBuilder();
        StringBuilder main = new StringBuilder();
        for (Map.Entry<String, String> page : pages().entrySet()) {
            List<String> snippets = SnippetsTest.snippets(docs.resolve(page.getKey()));
            assertThat(snippets).as(page.getKey()).isNotEmpty();
            for (String snippet : snippets) {
                String name = "Snippet" + names.size();
                String where = page.getKey() + ", piece " + (snippets.indexOf(snippet) + 1);
                classes.append("class %s {%n%s%n%s() throws Exception {%nteam = Team.single();%n%s}%n"
                        .formatted(name, SnippetsTest.FIELDS, name, page.getValue()));
                classes.append("void run() throws Exception {\n")
                        .append(snippet)
                        .append("}\n}\n");
                main.append("new %s().run();%nSystem.out.println(\"ran %s\");%n".formatted(name, where));
                names.add("ran " + where);
            }
        }
        Path source = folder.resolve("Pieces.java");
        Files.writeString(
                source,
                SnippetsTest.IMPORTS + "class Pieces {\npublic static void main(String[] args) throws Exception {\n"
                        + main + "}\n}\n" + classes);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.startsWith("ran "))).isEqualTo(names);
        assertThat(folder.resolve("sales.html")).exists();
        assertThat(folder.resolve("book.html")).exists();
        assertThat(folder.resolve("waves.safetensors")).exists();
    }

    @Test
    void everyPageIsRunOrListedAsOneThatIsNot() throws Exception {
        TreeSet<String> all = new TreeSet<>(NOT_RUN);
        all.addAll(pages().keySet());
        assertThat(SnippetsTest.pagesWithJava().map(page -> String.valueOf(page.getFileName())))
                .containsExactlyInAnyOrderElementsOf(all);
    }
}
