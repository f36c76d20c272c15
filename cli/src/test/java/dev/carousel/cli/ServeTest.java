package dev.carousel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.carousel.cli.console.Console;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.Attention;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that serves. */
class ServeTest {

    @TempDir
    Path folder;

    private Path model() {
        Path file = folder.resolve("m.safetensors");
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(2, 3), Dense.head(3, 1));
        Model.of(Network.initialised(spec, new SplittableRandom(1)), Task.of("none"))
                .save(file);
        return file;
    }

    private static String post(String url, String body) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(UTF_8));
        }
        assertThat(connection.getResponseCode()).isEqualTo(200);
        return new String(connection.getInputStream().readAllBytes(), UTF_8);
    }

    /** What is printed is an address and a line whose parts work; sessions are there again after the end. */
    @Test
    void itPrintsALineThatWorksAndKeepsSessions() throws Exception {
        Path file = model();
        String first = "";
        for (int round = 0; round < 2; round++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrintStream printed = new PrintStream(out, true, UTF_8);
            int[] code = {-1};
            Thread serving = new Thread(() -> code[0] = Main.run(
                    Console.of(printed, printed),
                    "serve",
                    file.toString(),
                    "--port",
                    "0",
                    "--durable",
                    folder.resolve("sessions").toString(),
                    "--warm-up",
                    "0",
                    "--quiet"));
            serving.start();
            Pattern line = Pattern.compile("curl -s -d '(.*)' (http://127\\.0\\.0\\.1:[0-9]+/\\S+)");
            Matcher example = line.matcher(out.toString(UTF_8));
            while (!example.find() && serving.isAlive()) {
                Thread.sleep(10);
                example = line.matcher(out.toString(UTF_8));
            }
            assertThat(serving.isAlive()).as(out.toString(UTF_8)).isTrue();
            String answer = post(example.group(2), example.group(1));
            assertThat(answer).startsWith("{\"outputs\":[[");
            assertThat(answer).as("the second event of a session that was kept").isNotEqualTo(first);
            first = answer;
            serving.interrupt();
            serving.join();
            assertThat(code[0]).isZero();
        }
    }

    /** By SIGTERM, as whoever runs services sends it: what was taken is answered, and meanwhile it is not ready. */
    @Test
    void aSignalEndsItOnceItHasAnswered() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        model().toString(),
                        "--port",
                        "0",
                        "--warm-up",
                        "0",
                        "--threads",
                        "1",
                        "--batch-delay",
                        "1000000",
                        "--durable",
                        folder.resolve("sessions").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(process.supportsNormalTermination(), "needs a signal that asks for the end");
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = out.readLine();
            assertThat(line).startsWith("Serving at http://127.0.0.1:");
            String address = line.split(" ", -1)[2];
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return post(address + "v1/models/m/sessions/s/events", "{\"event\":[1,2],\"sequence\":0}");
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            while (!Pattern.compile("carousel_queue\\{.*} 1\\.0")
                    .matcher(get(address + "metrics"))
                    .find()) {
                assertThat(answer).isNotDone();
                Thread.sleep(5);
            }
            assertThat(status(address + "health/ready")).isEqualTo(200);
            process.destroy();
            int ready = status(address + "health/ready");
            while (ready == 200) {
                Thread.sleep(5);
                ready = status(address + "health/ready");
            }
            assertThat(ready).isEqualTo(503);
            assertThat(status(address + "health/live")).isEqualTo(200);
            assertThat(answer.get(60, TimeUnit.SECONDS)).startsWith("{\"outputs\":[[");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            // 128 and the number of the signal.
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private static int status(String url) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        return connection.getResponseCode();
    }

    private static String get(String url) throws Exception {
        return new String(URI.create(url).toURL().openStream().readAllBytes(), UTF_8);
    }

    @Test
    void aModelThatTakesNoSingleStepsIsRefusedByName() {
        Path pairs = folder.resolve("pairs.safetensors");
        NetworkSpec reader = NetworkSpec.of(new OneHot(3), Recurrent.gru(3, 4));
        EncoderDecoder layers = new EncoderDecoder(reader, reader, Attention.dot(), NetworkSpec.of(Dense.head(8, 3)));
        Model.of(Network.initialised(layers.network(), new SplittableRandom(1)), Task.of("pairs"))
                .save(pairs);
        Run.refused("serve", pairs, "--port", "0")
                .saying("pairs.safetensors: cannot be served", "reads the whole input before it writes");
        Path both = folder.resolve("both.safetensors");
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(2, 3).withBidirectional(true), Dense.head(6, 1));
        Model.of(Network.initialised(spec, new SplittableRandom(1)), Task.of("none"))
                .save(both);
        Run.refused("serve", both, "--port", "0").saying("both.safetensors: cannot be served");
    }

    @Test
    void whatCannotBeServedIsRefused() {
        Path file = model();
        Run.refused("serve", folder.resolve("none.safetensors")).saying("there is no such file or folder");
        Run.refused("serve", file, "--host", "0.0.0.0").saying("--tokens");
        Run.refused("serve", file, "--tokens", folder.resolve("none")).saying("there is no such file of tokens");
        Run.refused("serve", file, "--durable", folder.resolve("a"), "--redis", "redis://localhost")
                .saying("give one");
        Run.refused("serve", file, "--tls-cert", file).saying("--tls-key");
        Run.refused("serve", file, "--idle", "soon").saying("not a time");
        Run.refused("serve", file, "--port", "70000").saying("65535");
    }
}
