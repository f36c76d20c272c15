package dev.carousel.spark;

import dev.carousel.model.Model;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.AbstractFileSystem;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFs;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.viewfs.ViewFs;
import org.apache.spark.sql.SparkSession;

/**
 * Models in any file system that Hadoop knows: {@code hdfs://}, {@code s3a://}, {@code file:///}.
 *
 * <pre>{@code
 * HadoopFiles files = HadoopFiles.of(spark);
 * files.save(model, "hdfs://cluster/models/sales.safetensors");
 * Model again = files.load("hdfs://cluster/models/sales.safetensors");
 * }</pre>
 */
public final class HadoopFiles {

    private final Configuration configuration;

    private HadoopFiles(Configuration configuration) {
        this.configuration = configuration;
    }

    /** With the configuration of a session of Spark. */
    public static HadoopFiles of(SparkSession spark) {
        return of(spark.sparkContext().hadoopConfiguration());
    }

    /** With a configuration of Hadoop. */
    public static HadoopFiles of(Configuration configuration) {
        return new HadoopFiles(configuration);
    }

    /**
     * Writes a model file; one that is there is replaced once the new one is complete: in one step on HDFS and on this machine's
     * own files, elsewhere with two renames, between which the old one is next to it as {@code .NAME.old}. It stays there if the
     * program is killed at that moment: {@link #load} reads it, and the next {@code save} replaces it.
     *
     * @throws UncheckedIOException if it cannot be written
     * @throws dev.carousel.model.ModelException if a parameter is NaN or infinite
     */
    public void save(Model model, String path) {
        write(new Path(path), model.toBytes());
    }

    /**
     * Reads a model file. While there is none, because a {@link #save} is between its two renames or was killed there, it reads the
     * old one, {@code .NAME.old}. To delete a model for good, delete that one, too.
     *
     * @throws UncheckedIOException if it is missing or cannot be read
     * @throws dev.carousel.model.ModelException if it is damaged, or no model of ours
     */
    public Model load(String path) {
        return Model.ofBytes(path, read(new Path(path)));
    }

    FileSystem systemOf(Path path) throws IOException {
        return path.getFileSystem(configuration);
    }

    byte[] read(Path path) {
        try {
            return readAny(systemOf(path), path);
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(path + ": there is no such file. Is it a path that the driver sees?", e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": the file cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] readAny(FileSystem system, Path path) throws IOException {
        try {
            return readAll(system, path);
        } catch (FileNotFoundException e) {
            if (system instanceof LocalFileSystem) {
                throw e;
            }
            // Then the path once more, for a write may have ended in between. Nothing is renamed here, since a write
            // may be going on.
            for (Path other : List.of(old(path), path)) {
                try {
                    return readAll(system, other);
                } catch (FileNotFoundException none) {
                    e.addSuppressed(none);
                }
            }
            throw e;
        }
    }

    private static byte[] readAll(FileSystem system, Path path) throws IOException {
        try (FSDataInputStream in = system.open(path)) {
            return in.readAllBytes();
        }
    }

    /** Where a file is between the two renames that replace it. */
    private static Path old(Path path) {
        return new Path(path.getParent(), "." + path.getName() + ".old");
    }

    /**
     * Writes next to the target, then puts it in the target's place. On this machine's own files, and where Hadoop has a rename that
     * overwrites in one step, such as HDFS, a reader finds the old file or the new one. Elsewhere the old file is put aside first,
     * where {@link #read} finds it, put back if the new one cannot take its place, and removed last.
     */
    void write(Path path, byte[] bytes) {
        Path temporary = new Path(path.getParent(), "." + path.getName() + ".tmp");
        try {
            FileSystem system = systemOf(path);
            if (system instanceof LocalFileSystem local) {
                writeHere(local, temporary, path, bytes);
                return;
            }
            try (FSDataOutputStream out = system.create(temporary, true)) {
                out.write(bytes);
            }
            Optional<FileContext> atomic = atomic(system);
            if (atomic.isPresent()) {
                atomic.get().rename(temporary, path, Options.Rename.OVERWRITE);
            } else {
                replace(system, temporary, path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": the file cannot be written: " + e.getMessage(), e);
        }
    }

    /** Without the file of checksums that Hadoop has next to each: the two could not be replaced in one step. */
    private static void writeHere(LocalFileSystem local, Path temporary, Path path, byte[] bytes) throws IOException {
        java.nio.file.Path complete = local.pathToFile(temporary).toPath();
        try (FSDataOutputStream out = local.getRaw().create(temporary, true)) {
            out.write(bytes);
        }
        local.getRaw().delete(local.getChecksumFile(path), false);
        Files.move(complete, local.pathToFile(path).toPath(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Of file systems whose rename overwrites in one step. The rename that Hadoop gives to those that have none of their own removes
     * the target before, and what delegates to others may do so, too.
     */
    private Optional<FileContext> atomic(FileSystem system) throws IOException {
        try {
            FileContext context = FileContext.getFileContext(system.getUri(), configuration);
            return overwritesInOneStep(context.getDefaultFileSystem()) ? Optional.of(context) : Optional.empty();
        } catch (UnsupportedFileSystemException e) {
            return Optional.empty();
        }
    }

    static boolean overwritesInOneStep(AbstractFileSystem of) {
        if (of instanceof DelegateToFileSystem || of instanceof FilterFs || of instanceof ViewFs) {
            return false;
        }
        try {
            return of.getClass()
                            .getMethod("renameInternal", Path.class, Path.class, boolean.class)
                            .getDeclaringClass()
                    != AbstractFileSystem.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static void replace(FileSystem system, Path temporary, Path path) throws IOException {
        Path old = old(path);
        boolean kept = system.exists(path);
        if (kept) {
            system.delete(old, false);
            rename(system, path, old);
        } else {
            // A write may have been killed between its two renames.
            kept = system.exists(old);
        }
        try {
            rename(system, temporary, path);
        } catch (IOException e) {
            if (kept) {
                putBack(system, old, path, e);
            }
            throw e;
        }
        if (kept) {
            system.delete(old, false);
        }
    }

    private static void putBack(FileSystem system, Path old, Path path, IOException why) throws IOException {
        try {
            rename(system, old, path);
        } catch (IOException e) {
            IOException both = new IOException(
                    why.getMessage() + ", and the file that was there before could not be put back: it is kept as "
                            + old,
                    why);
            both.addSuppressed(e);
            throw both;
        }
    }

    private static void rename(FileSystem system, Path from, Path to) throws IOException {
        if (!system.rename(from, to)) {
            throw new IOException("the file " + from + " could not be renamed to " + to.getName());
        }
    }
}
