package dev.carousel.model;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.check.StandardNetworks;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.SpecJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** Models to save, load and spoil. */
final class Models {

    private Models() {}

    /** Every cell in every variant, in one and both directions, with every kind of input and head, and with every option. */
    static List<NetworkSpec> specs() {
        List<NetworkSpec> specs = new ArrayList<>();
        for (Cell cell : Cells.ALL) {
            specs.add(NetworkSpec.of(Recurrent.of(cell, 3, 2)));
            specs.add(NetworkSpec.of(
                    new OneHot(4), Recurrent.of(cell, 4, 3).withLayers(2).withDropout(0.1f), Dense.head(3, 4)));
            specs.add(NetworkSpec.of(
                    new Embedding("embedding", 5, 3),
                    Recurrent.of(cell, 3, 2).withName("lower").withBidirectional(true),
                    Recurrent.of(cell, 4, 1).withName("upper"),
                    Dense.head(1, 2)));
        }
        specs.addAll(StandardNetworks.all(3, 4));
        return specs;
    }

    /** Numbers that differ from each other, exact in few digits. */
    static Parameters counted(NetworkSpec spec) {
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (i - 20) / 64f;
        }
        return parameters;
    }

    /** The model of the stored file: it must never change. */
    static Model stored() {
        NetworkSpec spec =
                NetworkSpec.of(new OneHot(3), Recurrent.lstm(3, 2).withLayers(2).withDropout(0.25f), Dense.head(2, 3));
        Task task = Task.of("text")
                .with("vocabulary", "\na\u00e4")
                .with("window", 50)
                .with("mean", -0.1)
                .with("lowerCase", true)
                .withTexts("names", List.of("one", "\uD83C\uDFA0"))
                .withNumbers("scale", 1, 2.0e-3, 1.0e23);
        Provenance provenance = new Provenance(
                OptionalLong.of(-9_000_000_000_000_000_007L),
                "train text songs.txt --seed -9000000000000000007",
                List.of(Provenance.Data.of("songs.txt", "la la la".getBytes(StandardCharsets.UTF_8))),
                new Provenance.Software("0.1.0", "17.0.15", "scalar"),
                Map.of("training", List.of(1.0986122886681098, 0.75), "heldOut", List.of(1.1, 0.875)));
        return Model.of(spec, counted(spec), task, provenance);
    }

    /** What the stored file has in its metadata, to change. */
    static Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("carousel.sha256", Checksum.ZEROS);
        metadata.put("carousel.format", "1");
        metadata.put("carousel.spec", SpecJson.toJson(stored().spec()));
        metadata.put("carousel.task", stored().task().toJson());
        metadata.put("carousel.provenance", stored().provenance().toJson());
        return metadata;
    }

    /** One text of the stored file's metadata. */
    static String metadata(String key) {
        return Objects.requireNonNull(metadata().get(key), key);
    }

    /** A file with a right checksum, whatever else is wrong with it. */
    static byte[] sealed(Map<String, String> metadata, Parameters parameters) {
        Image image = Image.of(metadata, parameters);
        Checksum.seal(image);
        return image.toBytes();
    }

    /** The stored model with one entry of its metadata replaced, the checksum right. */
    static byte[] with(String key, String text) {
        Map<String, String> metadata = metadata();
        metadata.put(key, text);
        return sealed(metadata, stored().parameters());
    }

    /** The stored model without one entry of its metadata, the checksum right. */
    static byte[] without(String key) {
        Map<String, String> metadata = metadata();
        metadata.remove(key);
        return sealed(metadata, stored().parameters());
    }
}
