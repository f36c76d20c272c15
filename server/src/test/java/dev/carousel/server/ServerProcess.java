package dev.carousel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.store.MvStateStore;
import dev.carousel.store.RedisStateStore;
import dev.carousel.stream.PoolOptions;
import dev.carousel.stream.StateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server with a durable store in a Java of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** What runs in the other process: a model, a folder for its sessions or the address of a Redis. */
    public static void main(String[] args) throws Exception {
        boolean redis = args[1].startsWith("redis:");
        StateStore store = redis ? RedisStateStore.connect(URI.create(args[1])) : MvStateStore.open(Path.of(args[1]));
        CarouselServer server = CarouselServer.start(ServerOptions.of(List.of(Path.of(args[0])))
                .withPort(0)
                .withReload(Duration.ZERO)
                .withPool(PoolOptions.defaults().withMaxInMemory(1_000_000).withShared(redis))
                .withStore(store));
        System.out.println("port " + server.port());
        server.await();
    }

    static ServerProcess start(Path model, String sessions) throws IOException {
        return start(model, sessions, List.of());
    }

    /**
     * Starts it.
     *
     * @param before what its command line begins with, such as a shell that sets limits; it gets the others as arguments
     */
    static ServerProcess start(Path model, String sessions, List<String> before) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                model.toString(),
                sessions));
        Process process = new ProcessBuilder(command)
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

    boolean isAlive() {
        return process.isAlive();
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
