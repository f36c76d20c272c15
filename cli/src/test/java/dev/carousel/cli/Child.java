package dev.carousel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command in a process of its own, which can be killed. */
final class Child {

    private final Process process;
    private final Path output;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts the command; what it prints goes to a file in a folder. */
    static Child start(Path folder, Object... args) {
        return start(folder, List.of(), args);
    }

    /** The same under a limit on the size of files, which is as good as a disk that is full. */
    static Child startWithFilesOfAtMost(int kilobytes, Path folder, Object... args) {
        return start(folder, List.of("/bin/bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "bash"), args);
    }

    private static Child start(Path folder, List<String> before, Object... args) {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.carousel.cli.Main"));
        Arrays.stream(args).map(String::valueOf).forEach(words::add);
        try {
            Path output = Files.createTempFile(folder, "child", ".txt");
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new Child(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for its end; the exit code. */
    int end() throws InterruptedException {
        return process.waitFor();
    }

    /** What it printed. */
    String printed() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
