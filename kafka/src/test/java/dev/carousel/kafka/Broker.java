package dev.carousel.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A real broker, KRaft, in a process of its own, with its logs in a folder. */
public final class Broker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A fast start, at the price of the last compiler; no flags for what computes, which then has other kernels. */
    private static final List<String> QUICK = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1");

    private final Process process;
    private final Path log;
    private final String address;

    private Broker(Process process, Path log, String address) {
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /** Starts one, and returns once it answers. */
    public static Broker start(Path folder) throws Exception {
        int port = freePort();
        int controllerPort = freePort();
        String address = "localhost:" + port;
        Path properties = folder.resolve("server.properties");
        Files.write(
                properties,
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@localhost:" + controllerPort,
                        "listeners=PLAINTEXT://" + address + ",CONTROLLER://localhost:" + controllerPort,
                        "advertised.listeners=PLAINTEXT://" + address,
                        "controller.listener.names=CONTROLLER",
                        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                        "log.dirs=" + folder.resolve("broker"),
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=4",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "transaction.state.log.num.partitions=4",
                        "group.initial.rebalance.delay.ms=0"));
        Path log = folder.resolve("broker.log");
        run(log, "kafka.tools.StorageTool", "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString());
        Broker broker = new Broker(java(QUICK, log, "kafka.Kafka", properties.toString()), log, address);
        try {
            broker.awaitStart();
        } catch (Exception e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void run(Path log, String main, String... arguments) throws Exception {
        Process process = java(QUICK, log, main, arguments);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(main + " failed: " + Files.readString(log));
        }
    }

    /** A Java with the class path of the tests, whose output is appended to a file. */
    static Process java(List<String> flags, Path log, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(main);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitStart() throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        try (Admin admin = admin()) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                    if (!process.isAlive() || Instant.now().isAfter(end)) {
                        throw new IllegalStateException("The broker does not start: " + Files.readString(log), e);
                    }
                }
            }
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address));
    }

    /** Makes topics. */
    public void createTopics(int partitions, String... names) throws Exception {
        try (Admin admin = admin()) {
            List<NewTopic> topics = new ArrayList<>();
            for (String name : names) {
                topics.add(new NewTopic(name, partitions, (short) 1));
            }
            admin.createTopics(topics).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Where clients reach it. */
    public String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String shown(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
