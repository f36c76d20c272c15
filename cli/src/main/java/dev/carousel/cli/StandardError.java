package dev.carousel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.Charset;

/**
 * Standard error as the launcher found it.
 *
 * <p>The Java machine announces incubator modules on standard error before {@code main} starts and cannot be told not to.
 * The launcher therefore gives it a pipe that drops this line, and keeps the real standard error open under the number in
 * the system property {@code carousel.stderr}. Writing there directly keeps what the program prints in order with its
 * standard output.
 */
final class StandardError {
    private StandardError() {}

    /**
     * Points {@link System#err} at the launcher's standard error; to be called before anything is printed. Without the
     * launcher, or where Java does not permit it, nothing changes.
     */
    static void restore() {
        Integer number = Integer.getInteger("carousel.stderr");
        if (number == null) {
            return;
        }
        try {
            FileDescriptor descriptor = new FileDescriptor();
            Field field = FileDescriptor.class.getDeclaredField("fd");
            field.setAccessible(true);
            field.setInt(descriptor, number);
            System.setErr(new PrintStream(new FileOutputStream(descriptor), true, charset()));
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The pipe passes on everything but that one line, so leaving it in place loses nothing but the order.
        }
    }

    private static Charset charset() {
        String name = System.getProperty("stderr.encoding", System.getProperty("native.encoding"));
        return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }
}
