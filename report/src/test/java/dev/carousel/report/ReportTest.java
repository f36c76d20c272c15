package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Line;
import dev.carousel.report.Section.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

    private static Document page(String title, List<Section> sections) {
        return Jsoup.parse(Report.of(title, sections).html());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "</script><script>document.title = 'taken'</script>",
                "\"><img src=x onerror=alert(1)>",
                "<!--",
                "]]>",
                "&lt;b&gt; &amp;",
                "--></style><h1>",
                "' onmouseover='alert(1)",
                "\u2028\u2029 \u05d0\u05d1 \ud83d\ude00"
            })
    void whateverATextHoldsItStaysAText(String hostile) {
        Document plain = page("title", Pages.everyKind("word"));
        Document page = page("title " + hostile, Pages.everyKind(hostile));
        assertThat(names(page)).isEqualTo(names(plain));
        assertThat(page.select("[onerror], [onmouseover]")).isEmpty();
        assertThat(page.title())
                .isEqualTo(Jsoup.parse("<title></title>").title()
                        + page.select("h1").text());
        assertThat(page.select("table.confusion tbody th").get(3).wholeText()).isEqualTo("badminton " + hostile);
        assertThat(page.select("pre b.prompt").first().wholeText()).isEqualTo("To be, " + hostile);
        assertThat(page.select(".units pre").first().wholeText()).contains("she said: \"" + hostile + "\"");
    }

    /** The elements of a page in their order: what no text may add to. */
    private static String names(Document page) {
        return page.getAllElements().stream().map(Element::nodeName).collect(Collectors.joining(" "));
    }

    @Test
    void controlCharactersAndHalvesOfSurrogatesAreReplaced() {
        assertThat(Html.escaped("a\u0000b\u001bc\ud83dd\te\n")).isEqualTo("a\ufffdb\ufffdc\ufffdd\te\n");
    }

    @Test
    void thePageIsWellFormed() {
        Parser parser = Parser.htmlParser().setTrackErrors(10);
        Jsoup.parse(Report.of("t", Pages.everyKind("word")).html(), "", parser);
        assertThat(parser.getErrors()).isEmpty();
    }

    @Test
    void thePageAsksNobodyForAnythingAndKeepsTheLicence() {
        Document page = page("title", Pages.everyKind("word"));
        assertThat(page.select("script[src], link[rel=stylesheet], img, iframe, object"))
                .isEmpty();
        assertThat(page.select("link[rel=icon]").attr("href")).startsWith("data:");
        assertThat(page.select("style").html()).doesNotContain("url(", "@import");
        assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                .contains("default-src 'none'", "connect-src 'none'", "script-src 'sha256-")
                .doesNotContain("script-src 'unsafe-inline'");
        assertThat(page.html()).contains("MIT License", "Leon Sorokin");
    }

    @Test
    void everyChartHasItsNumbersItsAxesAndItsUnits() {
        Document page = page("title", Pages.everyKind("word"));
        assertThat(page.select("figure.chart")).hasSize(2);
        Element loss = page.select("figure.chart").first();
        assertThat(loss.attr("data-across")).isEqualTo("epoch");
        assertThat(loss.attr("data-up")).isEqualTo("loss (nats word)");
        assertThat(loss.select("thead th").eachText()).containsExactly("epoch", "training", "held out word");
        assertThat(loss.select("tbody tr").get(0).children().eachText()).containsExactly("1", "4.2", "4.31");
        assertThat(loss.select("tbody tr").get(2).select("td").get(1).text()).isEmpty();
        assertThat(loss.select(".plot").attr("aria-label")).contains("loss (nats word) against epoch");
        assertThat(page.select("figure[data-origin=96] thead th").eachText())
                .contains("95 %, from", "95 %, to", "truth", "24 hours ago");
    }

    @Test
    void aConfusionMatrixHasSharesOfRowsAndColumns() {
        Element matrix =
                page("title", Pages.everyKind("word")).select("table.confusion").first();
        assertThat(matrix.select("tbody tr").get(1).children().eachText())
                .containsExactly("running", "0", "9", "1", "0", "90.0 %");
        assertThat(matrix.select("tbody tr").last().children().eachText())
                .containsExactly("right (precision)", "90.9 %", "81.8 %", "88.9 %", "100.0 %", "99.7 % right");
    }

    @Test
    void attentionIsAPictureWithARowForEachThatWasWritten() {
        Element picture =
                page("title", Pages.everyKind("word")).select(".maps svg").first();
        assertThat(picture.select("rect").eachAttr("fill-opacity"))
                .containsExactly("0.250", "0.500", "0.250", "0.000", "0.000", "1.000");
        assertThat(picture.select("> text").eachText()).containsExactly("a", "\u2423", "word", "word", "end");
        assertThat(picture.select("rect title").eachText()).contains("end from word: 100.0 %");
        assertThat(picture.select("rect").eachAttr("y").stream().distinct()).hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Section.AttentionMaps(
                        "t", "", List.of(new Section.AttentionMap("m", List.of("a"), List.of("b"), new float[][] {{1, 0}
                        }))))
                .withMessageContaining("a row of m has 2 values but 1 are needed");
    }

    @Test
    void everyKindOfSectionCanBeWritten() {
        assertThat(new HashSet<Class<?>>(SectionHtml.kinds()))
                .containsExactlyInAnyOrder(Section.class.getPermittedSubclasses());
    }

    @Test
    void sectionsOfOneTitleHaveDifferentNames() {
        Section table = new Table("Same", "", List.of("a"), List.of());
        assertThat(page("t", List.of(table, table)).select("section").eachAttr("id"))
                .containsExactly("s-same", "s-same-2");
    }

    @Test
    void numbersKeepSixDigits() {
        assertThat(Digits.of(1.23456789)).isEqualTo("1.23457");
        assertThat(Digits.of(-0.0001)).isEqualTo("-0.0001");
        assertThat(Digits.of(1.5e-9)).isEqualTo("1.5e-9");
        assertThat(Digits.of(-2.5e15)).isEqualTo("-2.5e15");
        assertThat(Digits.of(123456789)).isEqualTo("123457000");
        assertThat(Digits.of(0)).isEqualTo("0");
        assertThat(Digits.of(Double.NaN)).isEmpty();
        assertThat(Digits.of(Double.NEGATIVE_INFINITY)).isEmpty();
        assertThat(Digits.figure(1.5e-9)).isEqualTo("1.5e-9");
        assertThat(Digits.figure(123456.7)).isEqualTo("123,457");
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        Axis axis = Axis.of("x");
        assertThatThrownBy(() ->
                        new Curves("c", "", axis, axis, new double[2], List.of(new Line("training", new double[3]))))
                .hasMessage("Section \"c\": training has 3 values but 2 are needed.");
        assertThatThrownBy(() -> new Curves("c", "", axis, axis, new double[] {1, 1}, List.of()))
                .hasMessageContaining("must ascend");
        assertThatThrownBy(() -> new Table("t", "", List.of("a", "b"), List.of(List.of("1"))))
                .hasMessageContaining("a row has 1 values but 2 are needed");
        assertThatThrownBy(() -> new Section.Confusion("m", "", List.of("a", "b"), new long[][] {{1, 2}}))
                .hasMessageContaining("the matrix has 1 values but 2 are needed");
    }

    @Test
    void aPageIsWrittenWholeOrNotAtAll(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.html");
        Report.of("First", List.of()).write(file);
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThatThrownBy(() -> Report.of("Second", List.of()).write(folder.resolve("missing/page.html")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> Report.of("Second", List.of()).write(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a folder");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
