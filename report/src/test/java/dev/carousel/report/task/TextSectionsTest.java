package dev.carousel.report.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextFiles;
import dev.carousel.data.text.TextWriter;
import dev.carousel.network.Network;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.stream.Sampler;
import dev.carousel.train.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSectionsTest {

    private static final TextData TEXT =
            TextData.of("fox", "The fox said: \"I jump.\" It jumped over 2 dogs, and back again.\n".repeat(60));

    private static Network network(Direction direction) {
        return network(direction, TEXT.units().size());
    }

    private static Network network(Direction direction, int V) {
        return Network.initialised(
                RecurrentArchitecture.of(Gru.STANDARD, 16)
                        .withDirection(direction)
                        .network(List.of(new OneHot(V)), V, V),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
    }

    @Test
    void textsAreWhatTheNetworkWritesFromTheSeedAtEachTemperature() {
        Network network = network(Direction.FORWARD);
        List<Section> sections = TextSections.of(network, TEXT.heldOut(0.5), 3);
        assertThat(sections.get(0)).isInstanceOfSatisfying(Section.Samples.class, samples -> {
            assertThat(samples.note()).startsWith("From nothing, 400 characters each, seed 3.");
            assertThat(samples.samples().stream().map(Section.Sample::name))
                    .containsExactly("temperature 0.3", "temperature 0.7", "temperature 1.0");
            TextWriter writer = TextWriter.of(network.pack(), TEXT.units());
            writer.begin();
            String expected = writer.write(400, Sampler.of(0.7), new SplittableRandom(3));
            assertThat(samples.samples().get(1).text()).isEqualTo(expected).hasSize(400);
            assertThat(samples.samples().stream().map(Section.Sample::text)).doesNotHaveDuplicates();
        });
        assertThat(((Section.Samples)
                                TextSections.of(network, TEXT.heldOut(0.5), 4).get(0))
                        .samples())
                .doesNotContainAnyElementsOf(((Section.Samples) sections.get(0)).samples());
    }

    /** Fresh weights write any of the 256 bytes. */
    @Test
    void bytesThatAreNotUtf8AreShownByTheirValues(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("latin.txt");
        Files.write(file, "caf\u00E9 fran\u00E7ais\n".repeat(100).getBytes(StandardCharsets.ISO_8859_1));
        TextData text = TextFiles.read(List.of(file)).byBytes();
        Network network = network(Direction.FORWARD, 256);
        List<Section> sections = TextSections.of(network, text.heldOut(0.5), 3);
        assertThat(sections.get(0)).isInstanceOfSatisfying(Section.Samples.class, samples -> {
            assertThat(samples.note()).endsWith("in UTF-8 is shown by its value, such as \\xE9.");
            TextWriter writer = TextWriter.of(network.pack(), text.units());
            writer.begin();
            SplittableRandom random = new SplittableRandom(3);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < 400; i++) {
                bytes.writeBytes(writer.nextBytes(Sampler.of(1), random));
            }
            String shown = samples.samples().get(2).text();
            assertThat(shown)
                    .doesNotContain("\uFFFD")
                    .containsPattern("\\\\x[89A-F][0-9A-F]")
                    .isEqualTo(ByteUnits.escaped(bytes.toByteArray()));
        });
        assertThat(((Section.HiddenUnits) sections.get(1)).note()).contains("Latin-1");
        assertThat(((Section.Samples) TextSections.of(network(Direction.FORWARD), TEXT.heldOut(0.5), 3)
                                .get(0))
                        .note())
                .doesNotContain("UTF-8");
    }

    @Test
    void hiddenUnitsAreShownOverTheBeginningOfWhatIsHeldOut() {
        TextData.Part heldOut = TEXT.heldOut(0.5);
        Section.HiddenUnits hidden = (Section.HiddenUnits)
                TextSections.of(network(Direction.FORWARD), heldOut, 1).get(1);
        assertThat(String.join("", hidden.symbols()))
                .hasSize(1500)
                .isEqualTo(TEXT.units().decode(heldOut.ids()).substring(0, 1500));
        assertThat(hidden.units()).hasSize(12).allSatisfy(unit -> {
            assertThat(unit.name()).matches("layer 1, unit [0-9]+");
            assertThat(unit.note()).matches(".+: r = -?[01]\\.[0-9]{2}");
            assertThat(unit.values()).hasSize(1500);
            double least = 1;
            double most = -1;
            for (float value : unit.values()) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            assertThat(least).isGreaterThanOrEqualTo(-1);
            assertThat(most).isLessThanOrEqualTo(1).isGreaterThan(least + 0.01);
        });
    }

    @Test
    void aSingleCharacterHeldOutHasNoHiddenUnitsToShow() {
        TextData.Part one = new TextData.Part(TEXT, TEXT.length() - 1, TEXT.length());
        assertThat(TextSections.of(network(Direction.FORWARD), one, 1)).hasSize(1);
    }

    @Test
    void networkThatCannotWriteOrIsOfAnotherTextIsRefused() {
        assertThatThrownBy(() -> TextSections.of(network(Direction.BOTH), TEXT.heldOut(0.5), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bidirectional");
        assertThatThrownBy(() -> TextSections.of(
                        network(Direction.FORWARD),
                        TextData.of("short", "abcabcabc").heldOut(0.5),
                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Are network and units of one model?");
    }

    @Test
    void pageHasTheTextsAndACharacterForEachValue() {
        List<Section> sections = TextSections.of(network(Direction.FORWARD), TEXT.heldOut(0.9), 1);
        Document page = Jsoup.parse(Report.of("fox", sections).html());
        assertThat(page.select("section")).hasSize(2);
        assertThat(page.select("#s-what-it-writes pre"))
                .hasSize(3)
                .allSatisfy(text -> assertThat(text.wholeText()).hasSizeGreaterThan(350));
        assertThat(page.select(".units pre").first().wholeText())
                .isEqualTo(TEXT.units().decode(TEXT.heldOut(0.9).ids()));
    }
}
