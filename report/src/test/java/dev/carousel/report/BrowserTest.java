package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, where this machine has one: nothing in its console, and everything drawn. */
@Timeout(180)
class BrowserTest {

    private static final Optional<Path> CHROMIUM = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
            .flatMap(name -> Stream.of(Optional.ofNullable(System.getenv("PATH"))
                            .orElse("")
                            .split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();

    @TempDir
    Path folder;

    @BeforeEach
    void hasABrowser() {
        assumeTrue(CHROMIUM.isPresent(), "There is no Chromium on the PATH.");
    }

    /** What stands on a page when its scripts have run; fails if its console has a line. */
    private Document shown(String address) throws IOException, InterruptedException {
        Path dom = folder.resolve("dom.html");
        Path log = folder.resolve("log.txt");
        List<String> command = new ArrayList<>(List.of(
                CHROMIUM.orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"),
                "--enable-logging=stderr",
                "--virtual-time-budget=3000",
                "--dump-dom",
                address));
        Process browser = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertThat(browser.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.destroyForcibly();
        }
        assertThat(Files.readString(log).lines().filter(line -> line.contains("CONSOLE")))
                .isEmpty();
        try (InputStream in = Files.newInputStream(dom)) {
            return Jsoup.parse(in, StandardCharsets.UTF_8.name(), "");
        }
    }

    @Test
    void aReportIsDrawnAndHostileTextRunsNothing() throws Exception {
        Path file = folder.resolve("report.html");
        String hostile =
                "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
        Report.of("A page", Pages.everyKind(hostile)).write(file);
        Document page = shown(file.toUri().toString());
        assertThat(page.title()).isEqualTo("A page");
        assertThat(page.select("figure.chart")).hasSize(2);
        assertThat(page.select("figure.chart .uplot canvas")).hasSize(2);
        assertThat(page.select("figure.chart").get(0).select(".u-legend th").eachText())
                .contains("training", "held out " + hostile);
        assertThat(page.select(".units select option")).hasSize(2);
        assertThat(page.select(".units pre span[style*=background-color]")).hasSizeGreaterThan(80);
        assertThat(page.select("#theme[hidden]")).isEmpty();
    }

    @Test
    void aLivePageIsDrawn() throws Exception {
        LivePage live = LivePage.start("Live", 0);
        SmallTraining.run(SmallTraining.network(), live);
        // An open stream of events would keep the browser's clock from running.
        Thread closing = new Thread(() -> {
            try {
                Thread.sleep(8_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            live.close();
        });
        closing.start();
        Document page = shown(live.address().toString());
        closing.join();
        assertThat(page.select("#status").text()).isEqualTo("Training ended after 3 epochs.");
        assertThat(page.select("figure.chart .uplot canvas")).hasSize(6);
    }
}
