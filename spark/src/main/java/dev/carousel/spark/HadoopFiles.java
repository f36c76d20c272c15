package dev.carousel.spark;

import dev.carousel.model.Model;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
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
     * own files, elsewhere so that the old one is removed last.
     *
     * @throws UncheckedIOException if it cannot be written
     * @throws dev.carousel.model.ModelException if a parameter is NaN or infinite
     */
    public void save(Model model, String path) {
        write(new Path(path), model.toBytes());
    }

    /**
     * Reads a model file.
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
        try (FSDataInputStream in = systemOf(path).open(path)) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(path + ": there is no such file. Is it a path that the driver sees?", e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": the file cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes next to the target, then puts it in the target's place. On this machine's own files, and where Hadoop has a rename that
     * overwrites in one step, such as HDFS, a reader finds the old file or the new one. Elsewhere it may find none for a moment, and
     * whatever fails, the old file is put back: it is removed last.
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

    /** Of file systems whose rename overwrites in one step. What delegates to others may remove the target before. */
    private Optional<FileContext> atomic(FileSystem system) throws IOException {
        try {
            FileContext context = FileContext.getFileContext(system.getUri(), configuration);
            AbstractFileSystem of = context.getDefaultFileSystem();
            boolean delegates = of instanceof DelegateToFileSystem || of instanceof FilterFs || of instanceof ViewFs;
            return delegates ? Optional.empty() : Optional.of(context);
        } catch (UnsupportedFileSystemException e) {
            return Optional.empty();
        }
    }

    private static void replace(FileSystem system, Path temporary, Path path) throws IOException {
        Path old = new Path(path.getParent(), "." + path.getName() + ".old");
        boolean replacing = system.exists(path);
        if (replacing) {
            system.delete(old, false);
            rename(system, path, old);
        }
        try {
            rename(system, temporary, path);
        } catch (IOException e) {
            if (replacing) {
                rename(system, old, path);
            }
            throw e;
        }
        if (replacing) {
            system.delete(old, false);
        }
    }

    private static void rename(FileSystem system, Path from, Path to) throws IOException {
        if (!system.rename(from, to)) {
            throw new IOException("the file " + from + " could not be renamed to " + to.getName());
        }
    }
}
