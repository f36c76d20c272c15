package dev.carousel.data.text;

import java.util.Locale;

/**
 * A simple property of each position in a text that a hidden unit may track: a number after each character has been
 * read.
 */
public enum TextIndicator {

    /** 1 between quotation marks, else 0. */
    INSIDE_QUOTES {
        @Override
        void fill(int[] text, double[] values) {
            boolean inside = false;
            for (int i = 0; i < text.length; i++) {
                int c = text[i];
                inside = c == '"' ? !inside : c == '\u201C' || (c != '\u201D' && inside);
                values[i] = inside ? 1 : 0;
            }
        }
    },

    /** 1 between brackets of any kind, else 0. */
    INSIDE_BRACKETS {
        @Override
        void fill(int[] text, double[] values) {
            int depth = 0;
            for (int i = 0; i < text.length; i++) {
                if ("([{<".indexOf(text[i]) >= 0) {
                    depth++;
                } else if (")]}>".indexOf(text[i]) >= 0) {
                    depth = Math.max(0, depth - 1);
                }
                values[i] = depth > 0 ? 1 : 0;
            }
        }
    },

    /** How many characters of its line have been read. */
    POSITION_IN_LINE {
        @Override
        void fill(int[] text, double[] values) {
            for (int i = 0; i < text.length; i++) {
                values[i] = text[i] == '\n' ? 0 : 1 + (i == 0 ? 0 : values[i - 1]);
            }
        }
    },

    /** How many characters of its word have been read; 0 between words. */
    POSITION_IN_WORD {
        @Override
        void fill(int[] text, double[] values) {
            for (int i = 0; i < text.length; i++) {
                values[i] = Character.isLetterOrDigit(text[i]) ? 1 + (i == 0 ? 0 : values[i - 1]) : 0;
            }
        }
    },

    /** 1 in the first line and after an empty one, up to the line's end, else 0. */
    FIRST_LINE_OF_PARAGRAPH {
        @Override
        void fill(int[] text, double[] values) {
            for (int i = 0; i < text.length; i++) {
                boolean begins = i == 0 || (text[i - 1] == '\n' && (i == 1 || text[i - 2] == '\n'));
                boolean goesOn = i > 0 && values[i - 1] == 1 && text[i - 1] != '\n';
                values[i] = text[i] != '\n' && (begins || goesOn) ? 1 : 0;
            }
        }
    },

    /** 1 after the end of a line, else 0. */
    END_OF_LINE {
        @Override
        void fill(int[] text, double[] values) {
            each(text, values, c -> c == '\n');
        }
    },

    /** 1 after a blank or the end of a line, else 0. */
    WHITE_SPACE {
        @Override
        void fill(int[] text, double[] values) {
            each(text, values, Character::isWhitespace);
        }
    },

    /** 1 after an upper-case letter, else 0. */
    UPPER_CASE {
        @Override
        void fill(int[] text, double[] values) {
            each(text, values, Character::isUpperCase);
        }
    },

    /** 1 after a vowel, else 0. */
    VOWEL {
        @Override
        void fill(int[] text, double[] values) {
            each(
                    text,
                    values,
                    c -> "aeiou\u00E4\u00F6\u00FC\u00E9\u00E8\u00EA\u00E0".indexOf(Character.toLowerCase(c)) >= 0);
        }
    },

    /** 1 after a digit, else 0. */
    DIGIT {
        @Override
        void fill(int[] text, double[] values) {
            each(text, values, Character::isDigit);
        }
    },

    /** 1 after a full stop, question or exclamation mark and the quotes and blanks behind it, else 0. */
    END_OF_SENTENCE {
        @Override
        void fill(int[] text, double[] values) {
            for (int i = 0; i < text.length; i++) {
                boolean ends = ".?!".indexOf(text[i]) >= 0;
                boolean goesOn = i > 0
                        && values[i - 1] == 1
                        && (Character.isWhitespace(text[i]) || "\"'\u201D)".indexOf(text[i]) >= 0);
                values[i] = ends || goesOn ? 1 : 0;
            }
        }
    };

    /** Whether a character is of a kind. */
    private interface Kind {
        boolean is(int codePoint);
    }

    private static void each(int[] text, double[] values, Kind kind) {
        for (int i = 0; i < text.length; i++) {
            values[i] = kind.is(text[i]) ? 1 : 0;
        }
    }

    abstract void fill(int[] text, double[] values);

    /** Its value after each character (Unicode code point) of a text. */
    public double[] over(String text) {
        int[] codePoints = text.codePoints().toArray();
        double[] values = new double[codePoints.length];
        fill(codePoints, values);
        return values;
    }

    /** As a reader calls it: {@code inside quotes}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
