package dev.carousel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.console.Console;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.SplittableRandom;
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
