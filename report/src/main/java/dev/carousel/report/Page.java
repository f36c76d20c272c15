package dev.carousel.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The whole page: its head, the sections, the styles and the scripts, all in one text. */
final class Page {

    private static final String LIBRARY = resource("uPlot.iife.min.js");
    private static final String LIBRARY_STYLE = resource("uPlot.min.css");
    private static final String LICENCE = resource("uPlot-LICENSE.txt");
    private static final String STYLE = resource("page.css");
    private static final String SCRIPT = resource("page.js");

    private static final String ICON =
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8'"
                    + " r='5.5' fill='none' stroke='%230072b2' stroke-width='3'/%3E%3C/svg%3E";

    private Page() {}

    /**
     * A section as it stands on a page.
     *
     * @param id its name in links, unique on the page
     * @param title its heading
     * @param markup the whole element
     */
    record Part(String id, String title, String markup) {}

    /** The sections as markup, each with a different name. */
    static List<Part> parts(List<Section> sections) {
        Set<String> taken = new HashSet<>();
        List<Part> parts = new ArrayList<>();
        for (Section section : sections) {
            String slug = section.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            String id = "s-" + slug;
            for (int number = 2; !taken.add(id); number++) {
                id = "s-" + slug + "-" + number;
            }
            parts.add(new Part(id, section.title(), SectionHtml.of(id, section)));
        }
        return parts;
    }

    /**
     * The page.
     *
     * @param status a line below the title: how far a training is; may be empty
     * @param live whether it asks its server for news
     */
    static String of(String title, String status, List<Part> parts, boolean live) {
        Html html = new Html();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"" + (live ? " data-live" : "") + ">\n<head>\n");
        html.raw(
                "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src"
                + " 'unsafe-inline'; script-src " + hash(LIBRARY) + " " + hash(SCRIPT) + "; connect-src "
                + (live ? "'self'" : "'none'") + "; base-uri 'none'; form-action 'none'\">\n");
        html.element("title", title).raw("\n<link rel=\"icon\" href=\"" + ICON + "\">\n");
        html.raw("<style>" + LIBRARY_STYLE + STYLE + "</style>\n</head>\n<body>\n");
        html.raw("<header><div><h1>").text(title).raw("</h1><p id=\"status\" role=\"status\">");
        html.text(status).raw("</p></div><button type=\"button\" id=\"theme\" hidden></button></header>\n");
        html.raw("<nav aria-label=\"Sections\"><ul>");
        for (Part part : parts) {
            html.raw("<li><a href=\"#" + part.id() + "\">").text(part.title()).raw("</a></li>");
        }
        html.raw(
                "</ul></nav>\n<noscript><p class=\"note\">Charts are drawn by a script, which this browser does not run;"
                        + " their numbers are in the tables.</p></noscript>\n<main>\n");
        parts.forEach(part -> html.raw(part.markup()));
        html.raw("</main>\n<footer><p>Made by Carousel; charts by uPlot.</p></footer>\n");
        html.raw("<!-- Charts: uPlot, https://github.com/leeoniya/uPlot\n" + LICENCE + "-->\n");
        html.raw("<script>" + LIBRARY + "</script>\n<script>" + SCRIPT + "</script>\n</body>\n</html>\n");
        return html.toString();
    }

    /** What allows a script of ours to run, and no other that might have come in with a text. */
    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one does not.", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing. Was the jar repackaged?");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
