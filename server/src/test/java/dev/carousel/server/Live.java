package dev.carousel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A server on a free port, and a client that asks it. */
final class Live implements AutoCloseable {

    static final int D = 3;
    static final int O = 2;

    final CarouselServer server;
    final HttpClient client = HttpClient.newHttpClient();
    final PackedNetwork network;

    private Live(CarouselServer server, PackedNetwork network) {
        this.server = server;
        this.network = network;
    }

    /** A network of weights that are drawn from a seed. */
    static Network network(long seed, int inputs) {
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(inputs, 5), Dense.head(5, O));
        return Network.initialised(spec, new SplittableRandom(seed));
    }

    /** Writes a model without streams of its own to a file. */
    static Network save(Path file, long seed, int inputs) {
        Network network = network(seed, inputs);
        Model.of(network, Task.of("none")).save(file);
        return network;
    }

    /** A server of one model, "m". */
    static Live start(Path folder, UnaryOperator<ServerOptions> change) {
        Path file = folder.resolve("m.safetensors");
        Network network = save(file, 1, D);
        return new Live(serve(change.apply(ServerOptions.of(List.of(file)).withPort(0))), network.pack());
    }

    static CarouselServer serve(ServerOptions options) {
        try {
            return CarouselServer.start(options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI at(String path) {
        return server.address().resolve(path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(at(path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<byte[]> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<byte[]> delete(String path) {
        return send(request(path).DELETE().build());
    }

    HttpResponse<byte[]> put(String path, byte[] body) {
        return send(request(path).PUT(BodyPublishers.ofByteArray(body)).build());
    }

    HttpResponse<byte[]> post(String path, String body) {
        return send(request(path).POST(BodyPublishers.ofString(body)).build());
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), UTF_8);
    }

    /** The object that a response is. */
    static Map<?, ?> json(HttpResponse<byte[]> response) {
        return (Map<?, ?>) Json.parse(text(response));
    }

    /** The outputs of a response as floats. */
    static List<float[]> outputs(HttpResponse<byte[]> response) {
        List<float[]> all = new ArrayList<>();
        for (Object row : (List<?>) json(response).get("outputs")) {
            all.add(floats((List<?>) row));
        }
        return all;
    }

    static float[] floats(List<?> row) {
        float[] numbers = new float[row.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((Number) row.get(i)).floatValue();
        }
        return numbers;
    }

    /** An event of a seed. */
    static float[] event(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] event = new float[D];
        for (int d = 0; d < D; d++) {
            event[d] = (float) random.nextGaussian();
        }
        return event;
    }

    /** An array of numbers as JSON. */
    static String json(float[] event) {
        StringBuilder text = new StringBuilder("[");
        for (float number : event) {
            text.append(text.length() > 1 ? "," : "").append(number);
        }
        return text.append("]").toString();
    }

    @Override
    public void close() {
        server.close();
    }
}
