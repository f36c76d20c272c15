package dev.carousel.interop.numpy;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The header of a .npy file: a dictionary in Python's notation with just three keys.
 *
 * @param type the type of the elements
 * @param bigEndian whether the elements' high bytes come first
 * @param fortranOrder whether the first index is the fastest
 * @param shape the dimensions
 * @param bytes how many bytes the elements need
 */
record NpyHeader(NumpyArray.Type type, boolean bigEndian, boolean fortranOrder, List<Integer> shape, long bytes) {

    private static final int MOST_DIMENSIONS = 64;

    /**
     * Reads a header.
     *
     * @throws InteropException if it is none, or of a type that is not read
     */
    static NpyHeader parse(String name, String text) {
        return new Parser(name, text).header();
    }

    /** Goes through the text from left to right. */
    private static final class Parser {

        private final String name;
        private final String text;
        private int at;

        private String descr = "";
        private boolean fortranOrder;
        private List<Long> shape = List.of();

        Parser(String name, String text) {
            this.name = name;
            this.text = text;
        }

        NpyHeader header() {
            require('{');
            Set<String> keys = new HashSet<>();
            while (peek() != '}') {
                String key = string();
                require(':');
                switch (key) {
                    case "descr" -> descr = descr();
                    case "fortran_order" -> fortranOrder = truth();
                    case "shape" -> shape = tuple();
                    default -> throw bad("the unknown key " + quoted(key));
                }
                if (!keys.add(key)) {
                    throw bad("the key " + quoted(key) + " twice");
                }
                if (peek() != ',') {
                    break;
                }
                at++;
            }
            require('}');
            if (peek() != 0) {
                throw bad("more text after its end");
            }
            if (keys.size() < 3) {
                throw bad("only the keys " + keys);
            }
            return checked();
        }

        private NpyHeader checked() {
            Optional<NumpyArray.Type> type =
                    descr.length() < 2 ? Optional.empty() : NumpyArray.Type.of(descr.substring(1));
            boolean ordered = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
            if (type.isEmpty() || !ordered) {
                throw new InteropException(name + ": the array's type is " + quoted(descr) + ", but only numbers and"
                        + " truth values are read (b1, i1 to i8, u1 to u8, f2, f4, f8, with < or > before them)."
                        + (descr.contains("O") ? " An array of objects is a pickle, which could run anything." : "")
                        + " Convert it, for example with array.astype('float32'), before it is saved.");
            }
            long size = 1;
            boolean empty = shape.contains(0L);
            List<Integer> dimensions = new ArrayList<>();
            for (long dimension : shape) {
                size = empty ? 0 : size * dimension;
                if (dimension > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
                    throw new InteropException(name + ": an array of shape " + shape
                            + " has more than 2^31 elements, more than one array of Java holds.");
                }
                dimensions.add((int) dimension);
            }
            boolean bigEndian = descr.charAt(0) == '>' && type.get().bytes() > 1;
            return new NpyHeader(
                    type.get(),
                    bigEndian,
                    fortranOrder,
                    List.copyOf(dimensions),
                    size * type.get().bytes());
        }

        private InteropException bad(String what) {
            return new InteropException(name + ": the header must be a Python dictionary with 'descr', 'fortran_order'"
                    + " and 'shape', but it has " + what + ". The file is damaged, or no .npy file.");
        }

        /** The next character that is no space, or 0 at the end. */
        private char peek() {
            while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void require(char expected) {
            char found = peek();
            if (found != expected) {
                throw bad((found == 0 ? "its end" : quoted(String.valueOf(found))) + " where '" + expected
                        + "' is expected (at character " + at + ")");
            }
            at++;
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw bad("no text in quotes at character " + at);
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw bad("a text without an end at character " + at);
            }
            String string = text.substring(at + 1, end);
            at = end + 1;
            return string;
        }

        private String descr() {
            if (peek() == '[') {
                throw new InteropException(name + ": the array has a structured type (fields with names), but only"
                        + " numbers and truth values are read. Save each field as an array of its own.");
            }
            return string();
        }

        private boolean truth() {
            peek();
            for (boolean value : new boolean[] {true, false}) {
                String word = value ? "True" : "False";
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return value;
                }
            }
            throw bad("neither True nor False at character " + at);
        }

        private List<Long> tuple() {
            List<Long> numbers = new ArrayList<>();
            require('(');
            while (peek() != ')') {
                numbers.add(number());
                if (numbers.size() > MOST_DIMENSIONS) {
                    throw bad("a shape of more than " + MOST_DIMENSIONS + " dimensions");
                }
                if (peek() != ',') {
                    break;
                }
                at++;
            }
            require(')');
            return numbers;
        }

        private long number() {
            int begin = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (begin == at || at - begin > 18) {
                throw bad("no whole number from 0 on in its shape (at character " + begin + ")");
            }
            long number = Long.parseLong(text, begin, at, 10);
            // Python 2 wrote long integers as 3L.
            if (at < text.length() && text.charAt(at) == 'L') {
                at++;
            }
            return number;
        }
    }
}
