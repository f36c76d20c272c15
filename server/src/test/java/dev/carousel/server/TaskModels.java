package dev.carousel.server;

import dev.carousel.cell.Gru;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.table.Missing;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small models with tasks, of weights that are drawn. */
final class TaskModels {

    private TaskModels() {}

    /** A client of a server. */
    record Asked(CarouselServer server) {

        private static final HttpClient CLIENT = HttpClient.newHttpClient();

        private URI at(String path) {
            return server.address().resolve(path);
        }

        HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
            return CLIENT.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofByteArray());
        }

        HttpResponse<byte[]> post(String path, String body) throws IOException, InterruptedException {
            return CLIENT.send(
                    HttpRequest.newBuilder(at(path))
                            .POST(BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }

    static Model births() {
        ForecastSpec spec = Births.spec();
        ForecastTask task = new ForecastTask(
                "births", ColumnRoles.of("births").withDate("date"), Missing.ERROR, spec, Map.of("", Births.split()));
        Network network =
                Network.initialised(spec.network(RecurrentArchitecture.of(Gru.STANDARD, 4)), new SplittableRandom(1));
        return Model.of(network, task.toTask());
    }

    /** It reads two numbers a step and writes a, b and c. */
    static Model transcriber() {
        LabelledSequences sequences = LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, new int[][] {{0}, {1}}, List.of("ab", "c"));
        TranscriberSpec spec = TranscriberSpec.fit(sequences, Alphabet.By.CHARACTERS, SequenceScaling.Kind.STANDARD, 1);
        return Model.of(
                Network.initialised(
                        NetworkSpec.of(
                                Recurrent.gru(2, 6),
                                Dense.head(6, spec.alphabet().size())),
                        new SplittableRandom(3)),
                spec.task());
    }

    static Model text(String characters) {
        Vocabulary vocabulary = Vocabulary.of(characters);
        int size = vocabulary.size();
        return Model.of(
                Network.initialised(
                        NetworkSpec.of(new OneHot(size), Recurrent.gru(size, 5), Dense.head(5, size)),
                        new SplittableRandom(1)),
                vocabulary.addTo(Task.of("text")));
    }
}
