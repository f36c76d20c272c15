package dev.carousel.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.stream.Stream;

/**
 * Where a command writes: results to standard output; progress, notes and errors to standard error. And standard input, for
 * a command that follows what comes there.
 *
 * <p>Own words are ASCII, so that they can be read wherever they are printed; only names from the user's files and the
 * blocks of a progress bar are not, and the latter only where the character set has them.
 */
public final class Console {

    private static final int DEFAULT_WIDTH = 80;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Charset errCharset;
    private final boolean terminal;
    private final int width;

    private Console(InputStream in, PrintStream out, PrintStream err, Charset errCharset, boolean terminal, int width) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.errCharset = errCharset;
        this.terminal = terminal;
        this.width = width;
    }

    /** A console that is no terminal: nothing is written over, and there is nothing to read. */
    public static Console of(PrintStream out, PrintStream err) {
        return of(InputStream.nullInputStream(), out, err);
    }

    /** A console that is no terminal, with something to read. */
    public static Console of(InputStream in, PrintStream out, PrintStream err) {
        return new Console(in, out, err, StandardCharsets.US_ASCII, false, DEFAULT_WIDTH);
    }

    /**
     * A console whose standard error is a terminal.
     *
     * @param charset what the terminal can show
     * @param width how many characters fit into a line
     */
    public static Console ofTerminal(PrintStream out, PrintStream err, Charset charset, int width) {
        return new Console(InputStream.nullInputStream(), out, err, charset, true, width);
    }

    /** The console of this process: what standard output and standard error are now. */
    public static Console ofProcess() {
        Charset charset = Stream.of("stderr.encoding", "sun.stderr.encoding", "native.encoding")
                .flatMap(Console::charsetOf)
                .findFirst()
                .orElse(Charset.defaultCharset());
        boolean terminal = onTerminal();
        return new Console(
                System.in, System.out, System.err, charset, terminal, terminal ? terminalWidth() : DEFAULT_WIDTH);
    }

    private static Stream<Charset> charsetOf(String property) {
        try {
            String name = System.getProperty(property);
            return name == null ? Stream.empty() : Stream.of(Charset.forName(name));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Stream.empty();
        }
    }

    /** Whether standard error is a terminal: as the launcher says, else as the system does where it can be asked. */
    private static boolean onTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        String said = System.getProperty("carousel.terminal");
        if (said != null) {
            return said.equals("true");
        }
        int number = Integer.getInteger("carousel.stderr", 2);
        try {
            String file =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Standard input. */
    public InputStream in() {
        return in;
    }

    /** Standard output, for what is not a line. */
    public PrintStream out() {
        return out;
    }

    /** Standard error, for what is not a line. */
    public PrintStream err() {
        return err;
    }

    /** A line of the result. */
    public void line(String text) {
        out.println(text);
    }

    /** An error as one line to standard error, whatever a file's name or content put into the message. */
    public void error(String message) {
        note("carousel: " + message.replaceAll("\\p{Cc}", "?"));
    }

    /** A line next to the result: progress, a note. */
    public void note(String text) {
        err.println(text);
    }

    /** Whether standard error is a terminal, where a line can be written over. */
    public boolean isTerminal() {
        return terminal;
    }

    /** Whether standard error can show the blocks of a progress bar. */
    public boolean hasBlocks() {
        return errCharset.newEncoder().canEncode("\u2588\u258c");
    }

    /** How many characters fit into a line of the terminal. */
    public int width() {
        return width;
    }

    private static int terminalWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Rows and columns.
            try (Scanner size = new Scanner(stty.getInputStream(), StandardCharsets.US_ASCII)) {
                int rows = size.hasNextInt() ? size.nextInt() : 0;
                int columns = size.hasNextInt() ? size.nextInt() : 0;
                return rows > 0 && columns > 0 ? columns : DEFAULT_WIDTH;
            }
        } catch (IOException e) {
            return DEFAULT_WIDTH;
        }
    }
}
