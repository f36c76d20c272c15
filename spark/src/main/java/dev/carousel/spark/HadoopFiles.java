package dev.carousel.spark;

import dev.carousel.model.Model;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
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
     * Writes a model file; one that is there is replaced once the new one is complete.
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

    /** Writes next to the target, then moves over it: a reader sees the old file, none, or the new one, never a part. */
    void write(Path path, byte[] bytes) {
        Path temporary = new Path(path.getParent(), "." + path.getName() + ".tmp");
        try {
            FileSystem system = systemOf(path);
            try (FSDataOutputStream out = system.create(temporary, true)) {
                out.write(bytes);
            }
            system.delete(path, false);
            if (!system.rename(temporary, path)) {
                throw new IOException("the complete file " + temporary + " could not be renamed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": the file cannot be written: " + e.getMessage(), e);
        }
    }
}
