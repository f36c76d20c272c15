package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.carousel.cli.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;

/** What README, documents and helps tell a user to type is understood by the command. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..");

    /** A line that is a command, up to a comment, a pipe or a redirection. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ *(?:\\$ )?(?:\\./|bin/)?carousel (\\S.*?)(?: {2,}.*| #.*| [|>].*)?$");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private static List<String> commandsIn(String text) {
        List<String> commands = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(text.replaceAll("\\\\\n\\s*", ""));
        while (matcher.find()) {
            commands.add(matcher.group(1));
        }
        return commands;
    }

    private static void understood(String command, String where) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        assertThatCode(() -> {
                    try {
                        Main.commandLine(Console.of(System.out, System.err)).parseArgs(words.toArray(String[]::new));
                    } catch (MissingParameterException e) {
                        // What is missing may stand in the file, which is not there.
                        if (!words.contains("--config")) {
                            throw e;
                        }
                    }
                })
                .as("carousel %s, in %s", command, where)
                .doesNotThrowAnyException();
    }

    @Test
    void commandsOfTheDocumentsAreUnderstood() throws IOException {
        int found = 0;
        try (Stream<Path> files = Files.walk(ROOT, 4)) {
            List<Path> documents = files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target"))
                    .toList();
            for (Path document : documents) {
                for (String command : commandsIn(Files.readString(document))) {
                    understood(command, document.toString());
                    found++;
                }
            }
        }
        assertThat(found).isPositive();
    }

    @Test
    void examplesOfTheHelpsAreUnderstood() {
        List<List<String>> all = HelpTest.commands().toList();
        for (List<String> name : all) {
            List<String> words = new ArrayList<>(name);
            words.add("--help");
            String help = Run.ok(words.toArray()).out().replace("\r", "");
            String examples = help.substring(Math.max(help.indexOf("Examples:"), help.indexOf("Begin with:")) + 1);
            List<String> commands = commandsIn(examples);
            commands.forEach(command -> understood(command, String.join(" ", name) + " --help"));
            assertThat(name.equals(List.of("train")) || !commands.isEmpty())
                    .as("examples of %s", name)
                    .isTrue();
        }
    }
}
