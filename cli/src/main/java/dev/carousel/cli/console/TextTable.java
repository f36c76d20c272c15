package dev.carousel.cli.console;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of plain text: the first column to the left, all others to the right, two blanks between.
 *
 * <pre>{@code
 * new TextTable("", "days 1-7", "all").row("this network", "190.1", "217.7").lines().forEach(System.out::println);
 * }</pre>
 */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private int leftColumns = 1;

    /** A table with these headings; they may be empty. */
    public TextTable(String... headings) {
        rows.add(List.of(headings));
    }

    /** Puts the first so many columns to the left instead of the first alone. */
    public TextTable left(int columns) {
        leftColumns = columns;
        return this;
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has another number of cells than there are headings
     */
    public TextTable row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException("The row " + List.of(cells) + " has " + cells.length + " cells but "
                    + rows.get(0).size() + " are needed.");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The table, line by line; headings that are all empty take none. */
    public List<String> lines() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        boolean headed = rows.get(0).stream().anyMatch(heading -> !heading.isEmpty());
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows.subList(headed ? 0 : 1, rows.size())) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(widths[c] - row.get(c).length());
                line.append(c == 0 ? "" : GAP).append(c < leftColumns ? row.get(c) + padding : padding + row.get(c));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
