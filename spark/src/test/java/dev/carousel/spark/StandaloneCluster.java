package dev.carousel.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A cluster of Spark on this machine: a master and two workers, processes of their own, started from the jars that Maven has. This
 * process is the driver.
 */
final class StandaloneCluster implements AutoCloseable {

    private final Path home;
    private final Process master;
    private final List<Process> workers = new ArrayList<>();
    private final SparkSession session;

    StandaloneCluster(Path folder) throws IOException, InterruptedException {
        this.home = Files.createDirectories(folder.resolve("home"));
        Path jars = Files.createDirectories(home.resolve("jars"));
        StringBuilder ours = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (entry.endsWith(".jar") && !path.toString().contains("carousel")) {
                try {
                    Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
                } catch (FileAlreadyExistsException e) {
                    // One of this name is there.
                }
            } else {
                ours.append(path).append(File.pathSeparator);
            }
        }
        int port = freePort();
        String address = "spark://127.0.0.1:" + port;
        this.master = start(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--webui-port",
                "0");
        awaitMaster(port);
        for (int i = 0; i < 2; i++) {
            workers.add(start(
                    "worker" + i,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    folder.resolve("work" + i).toString(),
                    address));
        }
        try {
            this.session = connect(address, ours.toString());
        } catch (IOException | InterruptedException | RuntimeException e) {
            end();
            throw e;
        }
    }

    /** A driver gives up after a minute, which is less than a busy machine may need to start the master. */
    private void awaitMaster(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                if (!master.isAlive() || System.nanoTime() > deadline) {
                    master.destroyForcibly();
                    throw new IOException(
                            "The master of the cluster did not come: " + Files.readString(home.resolve("master.log")),
                            e);
                }
                Thread.sleep(200);
            }
        }
    }

    private static SparkSession connect(String address, String ours) throws IOException, InterruptedException {
        SparkSession session = SparkSession.builder()
                .master(address)
                .appName("carousel long tests")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.executor.memory", "700m")
                .config("spark.executor.cores", "1")
                .config("spark.executor.extraClassPath", ours)
                .config("spark.executor.extraJavaOptions", "--add-modules=jdk.incubator.vector")
                .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                .config("spark.cores.max", "2")
                .config("spark.default.parallelism", "2")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
        session.sparkContext().setLogLevel("WARN");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        // The driver is among them.
        while (session.sparkContext().statusTracker().getExecutorInfos().length < 3) {
            if (System.nanoTime() > deadline) {
                throw new IOException("The executors of the cluster did not come; see their logs.");
            }
            Thread.sleep(200);
        }
        return session;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process start(String name, String type, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                home.resolve("jars") + "/*"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-Djdk.") || flag.startsWith("-Dio."))
                .forEach(command::add);
        command.add(type);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        return builder.start();
    }

    SparkSession session() {
        return session;
    }

    /** Kills a worker and its executor, as a machine that loses its power. */
    void kill(int worker) {
        Process process = workers.get(worker);
        List<ProcessHandle> executors = process.descendants().toList();
        process.destroyForcibly();
        executors.forEach(ProcessHandle::destroyForcibly);
    }

    boolean alive(int worker) {
        return workers.get(worker).isAlive();
    }

    @Override
    public void close() {
        session.stop();
        end();
    }

    private void end() {
        for (int i = 0; i < workers.size(); i++) {
            kill(i);
        }
        master.destroyForcibly();
        try (Stream<Path> links = Files.list(home.resolve("jars"))) {
            // JUnit would tell of each.
            links.toList().forEach(StandaloneCluster::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path link) {
        try {
            Files.delete(link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
