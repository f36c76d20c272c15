package dev.carousel.server;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Redis of a test's own, on a free port, where Redis is installed. */
final class LocalRedis implements AutoCloseable {

    private final Process process;
    private final int port;

    private LocalRedis(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Skips the test where Redis is not installed. */
    static LocalRedis start(Path folder) throws IOException, InterruptedException {
        boolean installed = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .anyMatch(one -> Files.isExecutable(Path.of(one, "redis-server")));
        Assumptions.assumeTrue(installed, "redis-server is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        folder.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "no")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        LocalRedis redis = new LocalRedis(process, port);
        while (true) {
            try {
                new Socket(java.net.InetAddress.getLoopbackAddress(), port).close();
                return redis;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
