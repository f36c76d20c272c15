package dev.carousel.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Console terminal(Charset charset, int width) {
        return Console.ofTerminal(
                new PrintStream(err, true, charset), new PrintStream(err, true, charset), charset, width);
    }

    private String shown(Charset charset) {
        return err.toString(charset);
    }

    @Test
    void aTerminalShowsOneLineWithLossSpeedAndTimeLeft() throws InterruptedException {
        try (Progress progress = Progress.start(terminal(StandardCharsets.UTF_8, 100), false, "characters", 1000)) {
            progress.label("epoch 1/2");
            progress.advance(500, 1.25);
            Thread.sleep(600);
            progress.line("epoch 1/2  training 1.25");
        }
        assertThat(shown(StandardCharsets.UTF_8))
                .contains("epoch 1/2 |\u2588\u2588")
                .contains("|  50 %  loss 1.250  ", " characters/s  ", " left")
                .contains("\repoch 1/2  training 1.25");
        assertThat(shown(StandardCharsets.UTF_8).split("[\r\n]")).allMatch(line -> line.length() < 100);
    }

    @Test
    void theBarShowsTheHeldOutLossesAndLeavesRoomForThem() throws InterruptedException {
        try (Progress progress = Progress.start(terminal(StandardCharsets.UTF_8, 80), false, "characters", 1_000_000)) {
            progress.label("epoch 4/10");
            progress.heldOut("held out", 2.5);
            progress.heldOut("held out", 1.5);
            progress.heldOut("held out", 1.25);
            progress.advance(300_000, 1.2);
            Thread.sleep(600);
        }
        assertThat(shown(StandardCharsets.UTF_8))
                .contains("held out 1.250 \u2588\u2582\u2581  ", " characters/s  ", " left")
                .doesNotContain("\u001b");
        assertThat(shown(StandardCharsets.UTF_8).split("[\r\n]")).allMatch(line -> line.length() < 80);
    }

    @Test
    void sparksAreTheLastNumbersFromLowToHigh() {
        assertThat(Sparkline.of(List.of(1.0, 8.0, 4.5, 2.0), true)).isEqualTo("\u2581\u2588\u2585\u2582");
        assertThat(Sparkline.of(List.of(1.0, 8.0, 4.5, 2.0), false)).isEqualTo("_#=.");
        assertThat(Sparkline.of(List.of(3.0, 3.0), true)).isEqualTo("\u2585\u2585");
        assertThat(Sparkline.of(List.of(), true)).isEmpty();
        List<Double> many = IntStream.range(0, 100).mapToObj(i -> (double) i).toList();
        assertThat(Sparkline.of(many, true)).hasSize(16).startsWith("\u2581").endsWith("\u2588");
    }

    @Test
    void aBarIsAsciiWhereBlocksCannotBeShown() throws InterruptedException {
        try (Progress progress = Progress.start(terminal(StandardCharsets.US_ASCII, 60), false, "sums", 10)) {
            progress.advance(5, 0.5);
            Thread.sleep(600);
        }
        assertThat(shown(StandardCharsets.US_ASCII)).contains("|====").isASCII();
        assertThat(shown(StandardCharsets.US_ASCII).split("[\r\n]")).allMatch(line -> line.length() < 60);
    }

    @Test
    void elsewhereOnlyLinesAreShownAndNothingWhenQuiet() {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        try (Progress progress = Progress.start(Console.of(stream, stream), false, "sums", 10)) {
            progress.advance(5, 0.5);
            progress.line("a line");
        }
        try (Progress progress = Progress.start(Console.of(stream, stream), true, "sums", 10)) {
            progress.line("silence");
        }
        assertThat(shown(StandardCharsets.UTF_8)).isEqualTo("a line" + System.lineSeparator());
    }

    @Test
    void tablesAlignNumbersToTheRight() {
        assertThat(new TextTable("", "all")
                        .row("network", "1.5")
                        .row("naive", "10.25")
                        .lines())
                .containsExactly("           all", "network    1.5", "naive    10.25");
        assertThat(new TextTable("", "").left(2).row("a", "b").row("long", "c").lines())
                .containsExactly("a     b", "long  c");
        assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 cells");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1.000",
        "217.66, 217.7",
        "0.012345, 0.01235",
        "-3.14159, -3.142",
        "123456, '123,456'",
        "1e-9, 1.000e-09"
    })
    void figuresShowFourDigits(double number, String text) {
        assertThat(Format.figure(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5 s", "65, 1:05", "7439, 2:03:59", "12, 0:12"})
    void durationsAreAsOnAClock(double seconds, String text) {
        assertThat(Format.duration(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"12.5, 12.50", "9999, '9,999'", "12345, 12.35 k", "2310000, 2.310 M", "3e9, 3.000 G"})
    void ratesHaveLetters(double rate, String text) {
        assertThat(Format.rate(rate)).isEqualTo(text);
    }
}
