package dev.carousel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.store.MvStateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server with a durable store in a Java of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** What runs in the other process: a model, a folder for its sessions. */
    public static void main(String[] args) throws Exception {
        MvStateStore store = MvStateStore.open(Path.of(args[1]));
        CarouselServer server = CarouselServer.start(ServerOptions.of(List.of(Path.of(args[0])))
                .withPort(0)
                .withReload(Duration.ZERO)
                .withStore(store));
        System.out.println("port " + server.port());
        server.await();
    }

    static ServerProcess start(Path model, Path sessions) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        model.toString(),
                        sessions.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                return new ServerProcess(process, Integer.parseInt(line.substring(5)));
            }
        }
        throw new IOException("The server ended before it listened.");
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** SIGKILL: nothing is written any more. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
