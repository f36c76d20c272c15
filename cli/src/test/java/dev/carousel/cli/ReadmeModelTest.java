package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model that the program of the README saves is one for every command that a text model is for. */
class ReadmeModelTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private static final List<String> IMPORTS = List.of(
            "dev.carousel.data.stream.*",
            "dev.carousel.data.text.TextData",
            "dev.carousel.spec.LayerSpec.*",
            "dev.carousel.spec.NetworkSpec",
            "dev.carousel.train.*",
            "java.nio.file.Path");

    /** The first program of the README, which learns less than there. */
    private static String program() throws IOException {
        Matcher found = PROGRAM.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(found.find()).isTrue();
        String program = found.group(1);
        for (List<String> change : List.of(
                List.of("128", "16"),
                List.of("withEpochs(10)", "withEpochs(2)"),
                List.of("windows(16, 50)", "windows(4, 20)"))) {
            assertThat(program).contains(change.get(0));
            program = program.replace(change.get(0), change.get(1));
        }
        StringBuilder source = new StringBuilder();
        IMPORTS.forEach(name -> source.append("import ").append(name).append(";\n"));
        return source + "public class Program {\n public static void main(String[] args) {\n" + program + "}\n}\n";
    }

    private static void run(Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Program.java"), program());
        Path output = folder.resolve("output.txt");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(java.waitFor()).as(Files.readString(output)).isZero();
    }

    @Test
    void theCommandGoesOnWithTheModelOfTheReadme(@TempDir Path folder) throws Exception {
        // With the characters of the program's event.
        Path book = Small.write(
                folder.resolve("book.txt"), Files.readString(Small.text(folder)) + "This is the end of the text.\n");
        run(folder);
        Path model = folder.resolve("book.safetensors");
        assertThat(Run.ok("sample", model, "--length", 30).out()).isNotBlank();
        // It is known to be the text of the training, of which nothing was held out.
        assertThat(Run.ok("evaluate", model, book).out()).contains("nats", "all");
        Run heldOut = Run.of("evaluate", model, book, "--part", "held_out");
        assertThat(heldOut.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(heldOut.err()).contains("was trained on the whole of it", "--part all");
        assertThat(Run.ok("inspect", model).out()).contains("text", "book.txt");
        assertThat(Run.withInput("the first line\n", "stream", model).out()).isNotBlank();
    }
}
