package dev.carousel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Session;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed under load has, when it comes again, every event that it answered, exactly once, to the bit. A
 * few times; {@code -Dcarousel.kills=50} kills it as often as that.
 */
class KilledServerTest {

    private static final int CLIENTS = 6;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    /** One session and who gives it events, numbered from 0, until the server is gone. */
    private final class Feeder {

        private final String path;
        private final Session alone;
        private final long seed;

        /** How many events were answered. */
        private int answered;

        private final List<String> wrong = new ArrayList<>();

        Feeder(int number, PackedNetwork network) {
            path = "/v1/models/m/sessions/k" + number + "/events";
            alone = Session.of(network);
            seed = 1_000_000L * number;
        }

        /** Sends the next events until a connection breaks; those that were not answered come again with their numbers. */
        void feed(ServerProcess server, long end) {
            SplittableRandom random = new SplittableRandom(seed + answered);
            while (System.nanoTime() < end) {
                int count = 1 + random.nextInt(3);
                StringBuilder body = new StringBuilder("{\"sequence\":" + answered + ",\"events\":[");
                for (int i = 0; i < count; i++) {
                    body.append(i > 0 ? "," : "").append(Live.json(Live.event(seed + answered + i)));
                }
                HttpResponse<byte[]> response;
                try {
                    response = http.send(
                            HttpRequest.newBuilder(server.at(path))
                                    .timeout(Duration.ofSeconds(60))
                                    .POST(BodyPublishers.ofString(
                                            body.append("]}").toString()))
                                    .build(),
                            BodyHandlers.ofByteArray());
                } catch (IOException e) {
                    return;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                if (response.statusCode() != 200) {
                    // The batch that was taken but not answered may have been longer than this one.
                    if (response.statusCode() == 409 && recover(server, response)) {
                        continue;
                    }
                    wrong.add(path + " at " + answered + ": " + Live.text(response));
                    return;
                }
                check(Live.outputs(response));
            }
        }

        private boolean recover(ServerProcess server, HttpResponse<byte[]> refused) {
            try {
                HttpResponse<byte[]> session = http.send(
                        HttpRequest.newBuilder(server.at(path.replace("/events", "")))
                                .build(),
                        BodyHandlers.ofByteArray());
                long taken = ((Long) Live.json(session).get("sequence")) + 1;
                if (taken <= answered || taken > answered + 3) {
                    wrong.add(path + ": " + answered + " events were answered, but after the restart " + taken
                            + " are taken. " + Live.text(refused));
                    return false;
                }
                for (; answered < taken; answered++) {
                    alone.step(Live.event(seed + answered), new float[Live.O]);
                }
                return true;
            } catch (IOException e) {
                return true;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void check(List<float[]> outputs) {
            for (float[] output : outputs) {
                float[] y = new float[Live.O];
                alone.step(Live.event(seed + answered), y);
                answered++;
                if (!java.util.Arrays.equals(y, output)) {
                    wrong.add(path + " at " + answered + ": other bits than alone");
                }
            }
        }
    }

    @Test
    void everyAnsweredEventIsInTheFileExactlyOnce() throws Exception {
        killAndCompare(folder.resolve("sessions").toString(), 3);
    }

    @Test
    void everyAnsweredEventIsInRedisExactlyOnce() throws Exception {
        try (LocalRedis redis = LocalRedis.start(folder)) {
            killAndCompare(redis.uri().toString(), 1);
        }
    }

    private void killAndCompare(String sessions, int usually) throws Exception {
        int kills = Integer.getInteger("carousel.kills", usually);
        Path file = folder.resolve("m.safetensors");
        PackedNetwork network = Live.save(file, 1, Live.D).pack();
        List<Feeder> feeders = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            feeders.add(new Feeder(i, network));
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round <= kills; round++) {
            try (ServerProcess server = ServerProcess.start(file, sessions)) {
                long end = System.nanoTime()
                        + Duration.ofSeconds(round == kills ? 2 : 600).toNanos();
                IdentityHashMap<Feeder, Integer> before = new IdentityHashMap<>();
                feeders.forEach(feeder -> before.put(feeder, feeder.answered));
                List<Thread> threads = new ArrayList<>();
                for (Feeder feeder : feeders) {
                    Thread thread = new Thread(() -> feeder.feed(server, end));
                    thread.start();
                    threads.add(thread);
                }
                if (round < kills) {
                    while (feeders.stream().anyMatch(feeder -> feeder.answered == before.get(feeder))
                            && threads.stream().anyMatch(Thread::isAlive)) {
                        Thread.sleep(5);
                    }
                    Thread.sleep(random.nextInt(400));
                    server.kill();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                for (Feeder feeder : feeders) {
                    assertThat(feeder.wrong)
                            .as("round " + round + " of " + kills)
                            .isEmpty();
                    HttpRequest look = HttpRequest.newBuilder(server.at(feeder.path.replace("/events", "")))
                            .build();
                    if (round == kills) {
                        HttpResponse<byte[]> session = http.send(look, BodyHandlers.ofByteArray());
                        assertThat(Live.json(session).get("sequence")).isEqualTo(feeder.answered - 1L);
                    }
                }
            }
        }
        assertThat(feeders).allSatisfy(feeder -> assertThat(feeder.answered).isGreaterThan(kills));
    }
}
