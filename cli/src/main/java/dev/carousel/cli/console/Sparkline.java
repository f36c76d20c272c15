package dev.carousel.cli.console;

import java.util.List;

/** Numbers as a line of characters, low to high: what a curve looks like where there is one line for it. */
final class Sparkline {

    private static final String BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String ASCII = "_.:-=+*#";
    private static final int MOST = 16;

    private Sparkline() {}

    /**
     * The last numbers of a list, a character each; the lowest and the highest of those shown have the lowest and the highest
     * character.
     *
     * @param blocks whether blocks can be shown; else characters that get darker
     */
    static String of(List<Double> numbers, boolean blocks) {
        String levels = blocks ? BLOCKS : ASCII;
        List<Double> shown = numbers.subList(Math.max(0, numbers.size() - MOST), numbers.size());
        double low = shown.stream().mapToDouble(number -> number).min().orElse(0);
        double high = shown.stream().mapToDouble(number -> number).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double number : shown) {
            double share = high > low ? (number - low) / (high - low) : 0.5;
            line.append(levels.charAt((int) Math.round(share * (levels.length() - 1))));
        }
        return line.toString();
    }
}
