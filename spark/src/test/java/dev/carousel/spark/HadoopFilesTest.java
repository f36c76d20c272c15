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
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
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

        /** The names of what cannot be renamed. */
        private static volatile Set<String> stuck = Set.of();

        /** The name of a file at whose rename whoever writes is killed. */
        private static volatile String killing = "";

        private static final List<String> RENAMED = new ArrayList<>();

        @Override
        public URI getUri() {
            return URI.create("plain:///");
        }

        @Override
        public boolean rename(Path from, Path to) throws IOException {
            if (from.getName().equals(killing)) {
                throw new Killed();
            }
            RENAMED.add(from.getName() + " to " + to.getName());
            return !stuck.contains(from.getName()) && !exists(to) && super.rename(from, to);
        }
    }

    /** What no write catches. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1;
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
        Plain.stuck = Set.of(".a.safetensors.tmp");
        try {
            assertThatThrownBy(() -> files.write(path, bytes(3)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("a.safetensors: the file cannot be written: the file plain:")
                    .hasMessageContaining("could not be renamed to a.safetensors");
        } finally {
            Plain.stuck = Set.of();
        }
        assertThat(files.read(path)).isEqualTo(bytes(2));
        files.write(path, bytes(4));
        assertThat(files.read(path)).isEqualTo(bytes(4));
        assertThat(names()).containsExactly("a.safetensors");
    }

    /** As Google's file system for FileContext, which has the overwriting rename of Hadoop. */
    @Test
    void aRenameThatRemovesTheTargetFirstIsNotUsed() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        configuration.set("fs.AbstractFileSystem.plain.impl", NotOverwritingFiles.class.getName());
        HadoopFiles files = HadoopFiles.of(configuration);
        Path path = new Path("plain://" + folder.resolve("a.safetensors"));
        Plain.RENAMED.clear();
        files.write(path, bytes(1));
        files.write(path, bytes(2));
        assertThat(files.read(path)).isEqualTo(bytes(2));
        assertThat(Plain.RENAMED).contains("a.safetensors to .a.safetensors.old");
        assertThat(names()).containsExactly("a.safetensors");
    }

    /** No name node is asked. */
    @Test
    void theRenameOfHdfsOverwritesInOneStepAndThatOfLocalAndMountedFilesDoesNot() throws Exception {
        Configuration configuration = new Configuration();
        assertThat(overwrites("hdfs://localhost:8020/", configuration)).isTrue();
        assertThat(overwrites("file:///", configuration)).isFalse();
        configuration.set("fs.viewfs.mounttable.here.link./a", folder.toUri().toString());
        assertThat(overwrites("viewfs://here/", configuration)).isFalse();
    }

    private static boolean overwrites(String uri, Configuration configuration) throws IOException {
        return HadoopFiles.overwritesInOneStep(
                FileContext.getFileContext(URI.create(uri), configuration).getDefaultFileSystem());
    }

    @Test
    void whoeverIsKilledBetweenTheTwoRenamesLeavesAFileThatIsReadAndReplaced() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        HadoopFiles files = HadoopFiles.of(configuration);
        Path path = new Path("plain://" + folder.resolve("a.safetensors"));
        files.write(path, bytes(1));
        killedWriting(files, path, bytes(2));
        assertThat(names()).containsExactly(".a.safetensors.old", ".a.safetensors.tmp");
        assertThat(files.read(path)).isEqualTo(bytes(1));
        assertThat(names()).as("what a reader leaves").containsExactly(".a.safetensors.old", ".a.safetensors.tmp");
        files.write(path, bytes(3));
        assertThat(files.read(path)).isEqualTo(bytes(3));
        assertThat(names()).containsExactly("a.safetensors");

        killedWriting(files, path, bytes(4));
        killedWriting(files, path, bytes(5));
        assertThat(files.read(path)).isEqualTo(bytes(3));
        Plain.stuck = Set.of(".a.safetensors.tmp");
        try {
            assertThatThrownBy(() -> files.write(path, bytes(6))).isInstanceOf(UncheckedIOException.class);
        } finally {
            Plain.stuck = Set.of();
        }
        assertThat(names()).containsExactly(".a.safetensors.tmp", "a.safetensors");
        assertThat(files.read(path)).isEqualTo(bytes(3));
    }

    private static void killedWriting(HadoopFiles files, Path path, byte[] bytes) {
        Plain.killing = ".a.safetensors.tmp";
        try {
            assertThatThrownBy(() -> files.write(path, bytes)).isInstanceOf(Killed.class);
        } finally {
            Plain.killing = "";
        }
    }

    @Test
    void whereTheOldFileCannotBePutBackTheMessageHasItsNameAndBothReasons() throws Exception {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        HadoopFiles files = HadoopFiles.of(configuration);
        Path path = new Path("plain://" + folder.resolve("a.safetensors"));
        files.write(path, bytes(1));
        Plain.stuck = Set.of(".a.safetensors.tmp", ".a.safetensors.old");
        try {
            assertThatThrownBy(() -> files.write(path, bytes(2)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(
                            ".a.safetensors.tmp could not be renamed to a.safetensors, and the file that was"
                                    + " there before could not be put back: it is kept as plain:")
                    .hasMessageEndingWith("/.a.safetensors.old")
                    .satisfies(e -> assertThat(e.getCause().getSuppressed())
                            .singleElement()
                            .satisfies(second -> assertThat(second)
                                    .hasMessageEndingWith(".a.safetensors.old could not be renamed to a.safetensors")));
        } finally {
            Plain.stuck = Set.of();
        }
        assertThat(files.read(path)).isEqualTo(bytes(1));
        files.write(path, bytes(3));
        assertThat(files.read(path)).isEqualTo(bytes(3));
        assertThat(names()).containsExactly("a.safetensors");
    }

    @Test
    void aFileThatIsMissingIsToldByItsOwnName() {
        Configuration configuration = new Configuration();
        configuration.setClass("fs.plain.impl", Plain.class, FileSystem.class);
        for (String scheme : List.of("plain://", "file://")) {
            Path path = new Path(scheme + folder.resolve("a.safetensors"));
            assertThatThrownBy(() -> HadoopFiles.of(configuration).read(path))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage(path + ": there is no such file. Is it a path that the driver sees?");
        }
    }
}
