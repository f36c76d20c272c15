package dev.carousel.spark;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Files of this machine, with a rename that overwrites in one step, as HDFS has it, and nothing else. */
public final class OverwritingFiles extends NotOverwritingFiles {

    /** As Hadoop makes one. */
    public OverwritingFiles(URI uri, Configuration configuration) throws URISyntaxException {
        super(uri, configuration);
    }

    @Override
    public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
        if (!overwrite) {
            throw new IOException("This rename must overwrite.");
        }
        Files.move(
                java.nio.file.Path.of(from.toUri().getPath()),
                java.nio.file.Path.of(to.toUri().getPath()),
                StandardCopyOption.ATOMIC_MOVE);
    }
}
