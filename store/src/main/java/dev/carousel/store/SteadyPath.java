package dev.carousel.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.disk.FilePathDisk;

/** A file of H2's that is opened as a {@link SteadyFile}. */
final class SteadyPath extends FilePathDisk {

    private static final String SCHEME = "steady";

    static {
        FilePath.register(new SteadyPath());
    }

    private SteadyPath() {}

    /** What H2 calls a file by. */
    static String of(Path file) {
        return SCHEME + ":" + file.toAbsolutePath();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    /** With or without the scheme: H2 asks for the parent of a path by its bare name. */
    @Override
    public FilePathDisk getPath(String path) {
        SteadyPath made = new SteadyPath();
        String prefix = SCHEME + ":";
        made.name = translateFileName(path.startsWith(prefix) ? path.substring(prefix.length()) : path);
        return made;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new SteadyFile(name, mode);
    }
}
