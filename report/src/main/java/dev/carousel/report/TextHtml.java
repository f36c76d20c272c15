package dev.carousel.report;

import dev.carousel.json.Json;
import dev.carousel.report.Section.HiddenUnits;
import dev.carousel.report.Section.Sample;
import dev.carousel.report.Section.Samples;
import dev.carousel.report.Section.Unit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Texts: those that a network wrote, and one with a hidden unit's value behind each symbol. */
final class TextHtml {

    /** Values between -1 and 1 are sent as whole numbers of one byte. */
    private static final int STEPS = 127;

    private TextHtml() {}

    static void samples(Html html, Samples samples) {
        for (Sample sample : samples.samples()) {
            html.raw("<figure class=\"sample\">").optional("figcaption", "name", sample.name());
            html.raw("<pre>").optional("b", "prompt", sample.prompt());
            html.text(sample.text()).raw("</pre></figure>");
        }
    }

    static void hiddenUnits(Html html, HiddenUnits section) {
        html.raw("<div class=\"units\"><p class=\"choose\"><button type=\"button\" class=\"before\">◀ Before</button>"
                + "<label>Unit <select></select></label>"
                + "<button type=\"button\" class=\"next\">Next ▶</button> <output class=\"about\"></output></p>");
        html.raw("<p class=\"key\">−1 <span class=\"ramp diverging\" aria-hidden=\"true\"></span> 1</p>");
        html.raw("<pre class=\"text\" tabindex=\"0\">")
                .text(String.join("", section.symbols()))
                .raw("</pre>");
        html.raw("<details class=\"numbers\"><summary>The numbers of this unit</summary><div class=\"scroll\""
                + " tabindex=\"0\"><table><thead><tr><th scope=\"col\">step</th><th scope=\"col\">symbol</th>"
                + "<th scope=\"col\">value</th></tr></thead><tbody></tbody></table></div></details>");
        html.raw("<script type=\"application/json\">").raw(json(section)).raw("</script></div>");
    }

    private static String json(HiddenUnits section) {
        List<Object> units = new ArrayList<>();
        for (Unit unit : section.units()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", unit.name());
            entry.put("note", unit.note());
            entry.put("values", bytes(unit.values()));
            units.add(entry);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("symbols", section.symbols());
        all.put("units", units);
        return script(all);
    }

    /** JSON that no text in it can end the script of: the parser of markup looks for a less-than sign. */
    static String script(Object value) {
        return Json.write(value).replace("<", "\\u003c");
    }

    private static String bytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            float value = Float.isFinite(values[i]) ? Math.max(-1, Math.min(1, values[i])) : 0;
            bytes[i] = (byte) Math.round(STEPS * value);
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
