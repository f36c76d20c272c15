package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is replaced: by one step where there is one, and else so that a complete one is never lost. */
class HadoopFilesTest {

    @TempDir
    java.nio.file.Path folder;

    /** Files of this machine under another scheme, which Hadoop knows nothing of, and whose rename refuses what is there. */
    public static final class Plain extends RawLocalFileSystem {

        /** What cannot be renamed, by the beginning of its name and the end. */
        private static volatile String stuck = "";

        private static final List<String> RENAMED = new ArrayList<>();

        @Override
        public URI getUri() {
            return URI.create("plain:///");
        }

        @Override
        public boolean rename(Path from, Path to) throws IOException {
            RENAMED.add(from.getName() + " to " + to.getName());
            return !from.getName().equals(stuck) && !exists(to) && super.rename(from, to);
        }
    }

    private static byte[] bytes(int i) {
        return ("model " + i).repeat(5000).getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        try (Stream<java.nio.file.Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aReaderOfThisMachinesFilesFindsTheOldOneOrTheNewOne() throws Exception {
        HadoopFiles files = HadoopFiles.of(new Configuration());
        Path path = new Path(folder.resolve("a.safetensors").toUri());
        files.write(path, bytes(0));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> reads = reader.submit(() -> {
                int count = 0;
                int last = 0;
                while (!done.get() || count == 0) {
                    byte[] found = files.read(path);
                    int number = Integer.parseInt(
                            new String(found, StandardCharsets.UTF_8).split(" ", -1)[1].replace("model", ""));
                    assertThat(found).isEqualTo(bytes(number));
                    assertThat(number).isGreaterThanOrEqualTo(last);
                    last = number;
                    count++;
                }
                return count;
            });
            for (int i = 1; i <= 100; i++) {
                files.write(path, bytes(i));
            }
            done.set(true);
            assertThat(reads.get(1, TimeUnit.MINUTES)).isPositive();
        } finally {
            reader.shutdownNow();
        }
        assertThat(files.read(path)).isEqualTo(bytes(100));
        assertThat(names()).containsExactly("a.safetensors");
    }

    /** Hadoop writes checksums next to a file, which would not be those of the new one. */
    @Test
    void aFileThatHadoopWroteWithItsChecksumsIsReplaced() throws Exception {
        Path path = new Path(folder.resolve("a.safetensors").toUri());
        Configuration configuration = new Configuration();
        try (FSDataOutputStream out = FileSystem.getLocal(configuration).create(path)) {
            out.write(bytes(1));
        }
        assertThat(names()).containsExactly(".a.safetensors.crc", "a.safetensors");
        HadoopFiles files = HadoopFiles.of(configuration);
        assertThat(files.read(path)).isEqualTo(bytes(1));
        files.write(path, bytes(2));
        assertThat(files.read(path)).isEqualTo(bytes(2));
        assertThat(names()).containsExactly("a.safetensors");
    }

    @Test
    void aRenameThatOverwritesInOneStepIsUsedWhereThereIsOne() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        configuration.set("fs.AbstractFileSystem.plain.impl", OverwritingFiles.class.getName());
        HadoopFiles files = HadoopFiles.of(configuration);
        Path path = new Path("plain://" + folder.resolve("a.safetensors"));
        Plain.RENAMED.clear();
        files.write(path, bytes(1));
        files.write(path, bytes(2));
        assertThat(files.read(path)).isEqualTo(bytes(2));
        assertThat(Plain.RENAMED).isEmpty();
        assertThat(names()).containsExactly("a.safetensors");
    }

    @Test
    void elsewhereTheOldFileIsRemovedLastAndPutBackIfTheNewOneCannotTakeItsPlace() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        HadoopFiles files = HadoopFiles.of(configuration);
        Path path = new Path("plain://" + folder.resolve("a.safetensors"));
        Plain.RENAMED.clear();
        files.write(path, bytes(1));
        files.write(path, bytes(2));
        assertThat(files.read(path)).isEqualTo(bytes(2));
        assertThat(Plain.RENAMED)
                .containsExactly(
                        ".a.safetensors.tmp to a.safetensors",
                        "a.safetensors to .a.safetensors.old",
                        ".a.safetensors.tmp to a.safetensors");
        Plain.stuck = ".a.safetensors.tmp";
        try {
            assertThatThrownBy(() -> files.write(path, bytes(3)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("a.safetensors: the file cannot be written: the file plain:")
                    .hasMessageContaining("could not be renamed to a.safetensors");
        } finally {
            Plain.stuck = "";
        }
        assertThat(files.read(path)).isEqualTo(bytes(2));
        files.write(path, bytes(4));
        assertThat(files.read(path)).isEqualTo(bytes(4));
        assertThat(names()).containsExactly("a.safetensors");
    }
}
