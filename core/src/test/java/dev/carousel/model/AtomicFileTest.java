package dev.carousel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    private Path folder;

    private static AtomicFile.Content text(String text) {
        return channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertOnly(Path file, String content) {
        assertThat(file).hasContent(content);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void newFileIsWritten() throws IOException {
        Path file = folder.resolve("new");
        AtomicFile.write(file, text("new"));
        assertOnly(file, "new");
    }

    @Test
    void oldFileIsReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old and longer");
        AtomicFile.write(file, text("new"));
        assertOnly(file, "new");
    }

    @Test
    void oldFileStaysUntilAllIsWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        AtomicFile.write(file, channel -> {
            channel.write(ByteBuffer.allocate(100_000));
            assertThat(file).hasContent("old");
        });
        assertThat(file).hasSize(100_000);
    }

    @Test
    void oldFileStaysWhenTheDiskIsFull() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(file, channel -> {
                    text("half").writeTo(channel);
                    throw new IOException("No space left on device");
                }))
                .withMessage("No space left on device");
        assertOnly(file, "old");
    }

    @Test
    void oldFileStaysWhenTheContentCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> AtomicFile.write(file, channel -> {
                    text("half").writeTo(channel);
                    throw new IllegalStateException();
                }));
        assertOnly(file, "old");
    }

    @Test
    void writesInsideAWriteDoNotDisturbEachOther() throws IOException {
        Path file = folder.resolve("f");
        AtomicFile.write(file, channel -> {
            AtomicFile.write(folder.resolve("g"), text("inner"));
            text("outer").writeTo(channel);
        });
        assertOnly(file, "outer");
        assertOnly(folder.resolve("g"), "inner");
    }

    @Test
    void folderIsNotReplaced() {
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(folder, text("new")))
                .withMessageContaining("is a folder");
    }

    @Test
    void missingFolderIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(folder.resolve("none").resolve("f"), text("new")))
                .withMessageContaining("none does not exist");
    }

    @Test
    void deviceIsNotReplaced() {
        Path device = Path.of("/dev/null");
        Assumptions.assumeTrue(Files.exists(device));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(device, text("new")))
                .withMessageContaining("device");
        assertThat(Files.isRegularFile(device)).isFalse();
    }

    @Test
    void fileWhereTheFolderShouldBeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.requireWritable(file.resolve("g")))
                .withMessageContaining("does not exist");
    }

    @Test
    void symbolicLinkStaysAndItsFileIsReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        Path link;
        try {
            link = Files.createSymbolicLink(folder.resolve("link"), file);
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("no symbolic links here");
            return;
        }
        AtomicFile.write(link, text("new"));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertOnly(file, "new");
    }

    @Test
    void newFileHasThePermissionsOfAnyNewFile() throws IOException {
        Assumptions.assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path usual = Files.createFile(folder.resolve("usual"));
        AtomicFile.write(folder.resolve("f"), text("new"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("f"))).isEqualTo(Files.getPosixFilePermissions(usual));
    }

    @Test
    void checkingLeavesNothingBehind() throws IOException {
        AtomicFile.requireWritable(folder.resolve("f"));
        assertThat(folder).isEmptyDirectory();
    }
}
