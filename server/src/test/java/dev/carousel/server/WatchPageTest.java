package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.carousel.stream.PoolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, where this machine has one: nothing in its console, numbers that move, buttons that work, by day, by
 * night and on a phone. {@code -Dcarousel.screenshots=FOLDER} keeps pictures of it.
 */
@Timeout(180)
class WatchPageTest {

    @TempDir
    Path folder;

    private static void picture(Chromium page, String name) throws Exception {
        String to = System.getProperty("carousel.screenshots", "");
        if (!to.isEmpty()) {
            Files.createDirectories(Path.of(to));
            // Let the charts draw some seconds.
            Thread.sleep(6_000);
            page.picture(Path.of(to, name + ".png"));
        }
    }

    @Test
    void numbersMoveAndButtonsWork() throws Exception {
        assumeTrue(Chromium.installed().isPresent(), "There is no Chromium on the PATH.");
        Path models = Files.createDirectories(folder.resolve("models"));
        TaskModels.births().save(models.resolve("births.safetensors"));
        Live.save(models.resolve("pumps.safetensors"), 1, Live.D);
        ServerOptions options = ServerOptions.of(List.of(models))
                .withPort(0)
                .withPool(PoolOptions.defaults().withMaxInMemory(10_000));
        AtomicBoolean over = new AtomicBoolean();
        CarouselServer server = CarouselServer.start(options);
        try (Chromium page = Chromium.start(Chromium.installed().orElseThrow(), folder)) {
            Thread load = new Thread(() -> load(server, over));
            load.start();
            try {
                page.size(1280, 1000, false);
                page.open(server.address());
                page.await("document.querySelectorAll('#models tr').length === 2");
                page.await("document.getElementById('n-events').textContent !== '0'");
                page.await("document.querySelector('#chart-events path') !== null");
                Object first = page.value("document.getElementById('models').innerText");
                page.await("document.getElementById('models').innerText !== " + dev.carousel.json.Json.write(first));
                page.await("document.getElementById('n-p99').textContent.endsWith(' ms')");
                tryByHand(page);
                picture(page, "light");
                Object light = page.value("getComputedStyle(document.body).backgroundColor");
                page.value("document.getElementById('theme').click()");
                assertThat(page.value("getComputedStyle(document.body).backgroundColor"))
                        .isNotEqualTo(light);
                assertThat(page.value("document.getElementById('theme').textContent"))
                        .isEqualTo("Light");
                picture(page, "dark");
                page.size(390, 844, true);
                assertThat(((Number) page.value("document.documentElement.scrollWidth")).intValue())
                        .isLessThanOrEqualTo(390);
                picture(page, "phone-dark");
                page.value("document.getElementById('theme').click()");
                picture(page, "phone-light");
                page.value("document.getElementById('end').click()");
                page.await("document.getElementById('answer').textContent.startsWith('The session has ended')");
                page.await("document.getElementById('state').hidden");
                // The browser itself tells of answers that are refusals, so that these come last.
                assertThat(page.console()).isEmpty();
                page.value("document.getElementById('events').value = '{\"events\": [[1]]}'");
                page.value("document.getElementById('model').value = 'pumps'");
                page.value("document.getElementById('send').click()");
                page.await("document.getElementById('answer').className === 'bad'");
                assertThat(String.valueOf(page.value("document.getElementById('took').textContent")))
                        .isEqualTo("422 Event refused:");
            } finally {
                over.set(true);
                load.join();
            }
            server.close();
            page.await("document.getElementById('status').className === 'lost'");
        } finally {
            server.close();
        }
    }

    private static void tryByHand(Chromium page) throws Exception {
        // Of a network the state is numbers, of a task it is bytes.
        for (String model : List.of("pumps", "births")) {
            page.value("(() => { const m = document.getElementById('model'); m.value = '" + model
                    + "'; m.dispatchEvent(new Event('change')); })()");
            page.value("document.getElementById('example').click()");
            page.await("document.getElementById('events').value.includes('date') === " + model.equals("births"));
            page.value("document.getElementById('send').click()");
            page.await("document.getElementById('took').textContent.includes(' in ')");
            page.await(
                    model.equals("births")
                            ? "document.getElementById('answer').textContent.includes('forecast')"
                            : "document.getElementById('answer').textContent.startsWith('[')");
            page.await("document.getElementById('state-note').textContent.includes('"
                    + (model.equals("births") ? "bytes" : "numbers") + "')");
            assertThat(page.value("(() => { const c = document.getElementById('state'), blank = document.createElement("
                            + "'canvas'); blank.width = c.width; blank.height = c.height;"
                            + " return !c.hidden && c.width > 4 && c.toDataURL() !== blank.toDataURL(); })()"))
                    .isEqualTo(true);
        }
    }

    /** Some hundred events a second. */
    private static void load(CarouselServer server, AtomicBoolean over) {
        TaskModels.Asked asked = new TaskModels.Asked(server);
        for (int n = 0; !over.get(); n++) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 20 + n % 30; i++) {
                lines.append("{\"session\":\"pump-" + (n + i) % 200 + "\",\"event\":[1,2," + i + "]}\n");
            }
            try {
                asked.post("/v1/models/pumps/events", lines.toString());
                Thread.sleep(40);
            } catch (java.io.IOException | InterruptedException e) {
                return;
            }
        }
    }
}
