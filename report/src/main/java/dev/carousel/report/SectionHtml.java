package dev.carousel.report;

import dev.carousel.report.Section.Confusion;
import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Facts;
import dev.carousel.report.Section.Forecast;
import dev.carousel.report.Section.HiddenUnits;
import dev.carousel.report.Section.Mistakes;
import dev.carousel.report.Section.Samples;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;

/** A section as markup. What is in it can be read without any script; scripts draw charts from its tables. */
final class SectionHtml {

    private SectionHtml() {}

    /**
     * The whole element.
     *
     * @param id its name in links
     */
    static String of(String id, Section section) {
        Html html = new Html();
        html.raw("<section id=\"").text(id).raw("\" class=\"card " + width(section) + "\">");
        html.element("h2", section.title()).optional("p", "note", section.note());
        body(html, section);
        return html.raw("</section>\n").toString();
    }

    /** Charts over a common axis stand side by side where there is room. */
    private static String width(Section section) {
        return section instanceof Curves ? "half" : "full";
    }

    private static void body(Html html, Section section) {
        if (section instanceof Curves curves) {
            ChartHtml.curves(html, curves);
        } else if (section instanceof Forecast forecast) {
            ChartHtml.forecast(html, forecast);
        } else if (section instanceof Confusion confusion) {
            ConfusionHtml.write(html, confusion);
        } else if (section instanceof Mistakes mistakes) {
            MistakesHtml.write(html, mistakes);
        } else if (section instanceof Samples samples) {
            TextHtml.samples(html, samples);
        } else if (section instanceof HiddenUnits units) {
            TextHtml.hiddenUnits(html, units);
        } else if (section instanceof Table table) {
            TableHtml.table(html, table);
        } else if (section instanceof Facts facts) {
            TableHtml.facts(html, facts);
        } else if (section instanceof Summary summary) {
            TableHtml.summary(html, summary);
        }
    }
}
