package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.console.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a command begins with: only itself is made, and the launcher's archive is made of commands that work. */
class StartTest {

    private static final Console CONSOLE = Console.of(System.out, System.err);

    private static Map<String, CommandLine> made(String... words) {
        return Main.commandLine(CONSOLE, words).getSubcommands();
    }

    @Test
    void onlyTheCommandThatWasTypedIsMade() {
        assertThat(made("predict", "model")).containsOnlyKeys("predict");
        assertThat(made("train", "births")).containsOnlyKeys("train");
        assertThat(made("train", "births").get("train").getSubcommands()).containsOnlyKeys("births");
        assertThat(made("--version")).isEmpty();
    }

    @Test
    void whereNoneWasTypedAllAreMade() {
        Map<String, CommandLine> all = made();
        assertThat(all).hasSizeGreaterThan(10);
        assertThat(made("--help")).containsOnlyKeys(all.keySet());
        assertThat(made("predikt")).containsOnlyKeys(all.keySet());
        assertThat(made("train").get("train").getSubcommands())
                .containsOnlyKeys(all.get("train").getSubcommands().keySet());
    }

    @Test
    void everyCommandIsFoundByItsOwnName() {
        Map<String, CommandLine> all = made();
        for (String name : new TreeSet<>(all.keySet())) {
            assertThat(made(name).keySet()).containsExactly(name);
        }
        for (String name : new TreeSet<>(all.get("train").getSubcommands().keySet())) {
            assertThat(made("train", name).get("train").getSubcommands()).containsOnlyKeys(name);
        }
    }

    @Test
    void theRehearsalsCommandsWork(@TempDir Path folder) throws Exception {
        for (List<String> words : Rehearsal.commands(folder)) {
            Run run = Run.of(words.toArray());
            assertThat(run.code()).as("%s: %s", words, run.err()).isZero();
        }
    }
}
