package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.model.Model;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of seeing do, and what they refuse. */
class ReportCommandsTest {

    @TempDir
    Path folder;

    private Path model() {
        return folder.resolve("m.safetensors");
    }

    private Run train(Object... more) {
        return Run.of(Small.trainText(Small.text(folder), model(), more));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    @Test
    void aReportHasTheCurvesTheFiguresAndWhereTheModelComesFrom() throws IOException {
        Path page = folder.resolve("page.html");
        Run run = train("--report", page, "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().get("report")).isEqualTo(page.toString());
        assertThat(read(page))
                .contains("<h1>text: small.txt</h1>", ">Loss</h2>", ">Learning rate</h2>", "rnn.l1")
                .contains("chars_per_second")
                .contains("carousel train text small.txt", "SHA-256", ">seed</dt><dd>1</dd>");
        // Where a page is written changes nothing in the model.
        assertThat(Model.load(model()).provenance().command()).doesNotContain("--report", "page.html");
    }

    @Test
    void aTrainingThatIsSeenGivesTheSameModelAsOneThatIsNot() {
        assertThat(train().code()).isZero();
        byte[] unseen = Small.bytes(model());
        assertThat(train("--report", folder.resolve("p.html"), "--live", "--tensorboard", folder.resolve("log"))
                        .code())
                .isZero();
        assertThat(Small.bytes(model())).isEqualTo(unseen);
    }

    @Test
    void theLivePageSaysWhereItIsAndTheWordBehindItMayBeTheFile() {
        Run run = train("--live");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).containsPattern("live page: http://127\\.0\\.0\\.1:[0-9]+/");
        Path text = Small.text(folder);
        Run before = Run.of(
                "train", "text", "--live", text, "--epochs", 1, "--hidden", 4, "--window", 10, "--output", model());
        assertThat(before.code()).as(before.err()).isZero();
    }

    @Test
    void aPortThatIsTakenOrNoneIsRefused() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Run taken = train("--live", other.getLocalPort());
            assertThat(taken.code()).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(taken.err()).contains("Port " + other.getLocalPort() + " cannot be used");
        }
        Run none = train("--live=70000");
        assertThat(none.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(none.err()).contains("--live is 70000 but must be at most 65535");
        assertThat(model()).doesNotExist();
    }

    @Test
    void aReportThatWouldReplaceTheDataOrCannotBeWrittenIsRefused() throws IOException {
        Path text = Small.text(folder);
        String before = read(text);
        Run replaced = train("--report", text);
        assertThat(replaced.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(replaced.err()).contains("must end in .html");
        assertThat(read(text)).isEqualTo(before);
        Run missing = train("--report", folder.resolve("missing/page.html"));
        assertThat(missing.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(missing.err()).contains("--report", "does not exist");
        assertThat(model()).doesNotExist();
    }

    @Test
    void eventFilesGoIntoTheFolderThatIsNamed() throws IOException {
        assertThat(train("--tensorboard", folder.resolve("runs/one")).code()).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("runs/one"))) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .singleElement()
                    .asString()
                    .startsWith("events.out.tfevents.");
        }
        Run file = train("--tensorboard", Small.text(folder));
        assertThat(file.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(file.err()).contains("no event file can be written there");
    }

    @Test
    void aTrainingThatFailsLeavesItsCurvesAndTheReason() throws IOException {
        Path page = folder.resolve("page.html");
        Path text = Small.text(folder);
        Object[] diverges = {"train", "text", text, "--hidden", 4, "--window", 10, "--batch", 8, "--rate", 1e38};
        Run run = Run.of(Stream.concat(Stream.of(diverges), Stream.of("--output", model(), "--report", page, "--live"))
                .toArray());
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(read(page)).contains("It failed", "No model was written");
        assertThat(model()).doesNotExist();
    }

    @Test
    void everyLineInAPipeTellsTheTimeLeftAndNoneHasACode() {
        Run run = train();
        assertThat(run.err().lines().filter(line -> line.startsWith("epoch 1/2")))
                .singleElement()
                .asString()
                .matches("epoch 1/2  training .* held out .* characters/s .* left");
        assertThat(run.out() + run.err()).doesNotContain("\u001b");
    }
}
