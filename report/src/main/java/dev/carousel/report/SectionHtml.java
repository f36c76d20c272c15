package dev.carousel.report;

import dev.carousel.report.Section.AttentionMaps;
import dev.carousel.report.Section.Confusion;
import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Facts;
import dev.carousel.report.Section.Forecast;
import dev.carousel.report.Section.HiddenUnits;
import dev.carousel.report.Section.Mistakes;
import dev.carousel.report.Section.Samples;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/** A section as markup. What is in it can be read without any script; scripts draw charts from its tables. */
final class SectionHtml {

    /** How what is particular to each kind of section is written. */
    private static final Map<Class<? extends Section>, BiConsumer<Html, Section>> BODIES = Map.ofEntries(
            body(Summary.class, TableHtml::summary),
            body(Curves.class, ChartHtml::curves),
            body(Forecast.class, ChartHtml::forecast),
            body(Confusion.class, ConfusionHtml::write),
            body(AttentionMaps.class, AttentionHtml::write),
            body(Mistakes.class, MistakesHtml::write),
            body(Samples.class, TextHtml::samples),
            body(HiddenUnits.class, TextHtml::hiddenUnits),
            body(Table.class, TableHtml::table),
            body(Facts.class, TableHtml::facts));

    private SectionHtml() {}

    private static <S extends Section> Map.Entry<Class<? extends Section>, BiConsumer<Html, Section>> body(
            Class<S> kind, BiConsumer<Html, S> write) {
        return Map.entry(kind, (html, section) -> write.accept(html, kind.cast(section)));
    }

    /** The kinds of section that can be written. */
    static Set<Class<? extends Section>> kinds() {
        return BODIES.keySet();
    }

    /**
     * The whole element.
     *
     * @param id its name in links
     */
    static String of(String id, Section section) {
        Html html = new Html();
        html.raw("<section id=\"").text(id).raw("\" class=\"card " + width(section) + "\">");
        html.element("h2", section.title()).optional("p", "note", section.note());
        Objects.requireNonNull(BODIES.get(section.getClass())).accept(html, section);
        return html.raw("</section>\n").toString();
    }

    /** Charts over a common axis stand side by side where there is room. */
    private static String width(Section section) {
        return section instanceof Curves ? "half" : "full";
    }
}
