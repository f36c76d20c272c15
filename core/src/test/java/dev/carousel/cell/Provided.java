package dev.carousel.cell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Runs something where these providers of cells can be found, as if their jar were on the class path. */
public final class Provided {

    private Provided() {}

    /**
     * Runs it in this thread.
     *
     * @param folder empty; the list of the services is written there
     */
    public static void with(Path folder, Runnable run, Class<?>... providers) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            Path services = Files.createDirectories(folder.resolve("META-INF/services"));
            String names = Arrays.stream(providers).map(Class::getName).collect(Collectors.joining("\n"));
            Files.writeString(services.resolve(CellProvider.class.getName()), names);
            URL[] urls = {folder.toUri().toURL()};
            try (URLClassLoader loader = new URLClassLoader(urls, Provided.class.getClassLoader())) {
                thread.setContextClassLoader(loader);
                run.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
