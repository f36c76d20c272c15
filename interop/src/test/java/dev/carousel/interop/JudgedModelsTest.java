package dev.carousel.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.numpy.NumpySequences;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random models with what the program that wrote them computes for them: of Keras 3, of PyTorch as state_dicts, and of both of
 * PyTorch's exporters to ONNX. Some stand in the resources; {@code judged/*.py} make any number of others from a seed, which
 * {@code -Dcarousel.judged=FOLDER,...} takes:
 *
 * <pre>{@code
 * python state_dicts.py torch 200 1
 * mvn -pl interop test -Dtest=JudgedModelsTest -Dcarousel.judged=$PWD/torch
 * }</pre>
 *
 * <p>Each gives its program's numbers within 1e-5 of the largest, or is refused in words of the documentation; at most one in
 * twenty is.
 */
class JudgedModelsTest {

    private static final double TOLERANCE = 1e-5;

    /** What a refusal says, and the words of docs/interop.md that announce it. */
    private static final Map<String, String> REFUSALS = Map.of(
            "one of them alone is read", "of a ReLU one of its options, not several",
            "read are one for all numbers", "or one for each number of a step",
            "of which Keras takes no notice", "Behind a mask",
            "Keras turns its output but not its mask", "later layers skip other steps; that is refused",
            "it reads masked steps", "Behind a mask");

    static List<Path> stored() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : List.of("exported", "unrolled", "random-keras", "random-torch")) {
            all.addAll(models(Resource.file("reports/" + folder)));
        }
        return all;
    }

    private static List<Path> models(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(keras|h5|json|onnx|pt|safetensors)"))
                    .filter(file -> !file.toString().endsWith(".weights.h5"))
                    .sorted()
                    .toList();
        }
    }

    private static Path next(Path model, String ending) {
        String name = model.getFileName().toString();
        return model.resolveSibling(name.substring(0, name.indexOf('.')) + ending);
    }

    /** What a user of the file has to say: one option a line. */
    private static ImportOptions options(Path model) throws IOException {
        ImportOptions options = ImportOptions.defaults();
        Path said = next(model, ".options");
        for (String line : Files.exists(said) ? Files.readAllLines(said) : List.<String>of()) {
            String value = line.substring(line.indexOf('=') + 1);
            options = switch (line.substring(0, line.indexOf('='))) {
                case "modules" -> options.withModules(value.split(",", -1));
                case "nonlinearity" -> options.withNonlinearity(Nonlinearity.valueOf(value.toUpperCase(Locale.ROOT)));
                case "state-dict" -> options.withStateDict(value);
                default -> throw new AssertionError(said + ": " + line);
            };
        }
        return options;
    }

    /** How far the outputs are from those of the model's program, as a share of the largest of these or of 1. */
    private static double distance(Path model) throws IOException {
        Network network = ModelFiles.read(model, options(model));
        NumpyArray x = NpyFile.read(next(model, ".x.npy"));
        NumpySequences.Layout ntd = NumpySequences.Layout.NTD;
        SequenceBatch batch = NumpySequences.batch("x", x, ntd, Optional.empty(), network.spec());
        Sequence y = network.pack().tape(Team.single()).forward(batch, network.freshState(batch.batchSize()));
        float[] found =
                NumpySequences.array(y, ntd, x, network.spec().readsIds()).floats();
        float[] expected = NpyFile.read(next(model, ".y.npy")).floats();
        assertThat(found).as("outputs of %s", model).hasSameSizeAs(expected);
        boolean masked = Files.exists(next(model, ".masked"));
        int O = network.spec().outputSize();
        double largest = 1;
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
            // At a masked step Keras repeats the step before, or makes something of it; ours is 0.
            boolean counts = !masked || !isZero(found, i / O * O, O);
            largest = Math.max(largest, Math.abs(expected[i]));
            double off = Math.abs((double) found[i] - expected[i]);
            worst = counts && !(off <= worst) ? off : worst;
        }
        return worst / largest;
    }

    private static boolean isZero(float[] numbers, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (numbers[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("stored")
    void storedModelsGiveWhatTheirProgramGives(Path model) throws IOException {
        assertThat(distance(model)).isLessThanOrEqualTo(TOLERANCE);
    }

    @Test
    void modelsOfAFolderThatIsNamedDoSoTooOrAreRefusedInDocumentedWords() throws IOException {
        for (String named : System.getProperty("carousel.judged", "").split(",", -1)) {
            if (!named.isEmpty()) {
                judge(Path.of(named));
            }
        }
    }

    private static void judge(Path folder) throws IOException {
        String documented = Files.readString(Path.of("../docs/interop.md")).replaceAll("\\s+", " ");
        List<Path> all = models(folder);
        Map<String, Integer> refused = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        double worst = 0;
        for (Path model : all) {
            try {
                double distance = distance(model);
                worst = Math.max(worst, distance);
                if (!(distance <= TOLERANCE)) {
                    wrong.add(model + " is off by " + distance);
                }
            } catch (InteropException e) {
                String message = String.valueOf(e.getMessage());
                Optional<Map.Entry<String, String>> known = REFUSALS.entrySet().stream()
                        .filter(entry -> message.contains(entry.getKey()))
                        .findFirst();
                if (known.isPresent() && documented.contains(known.get().getValue())) {
                    refused.merge(known.get().getKey(), 1, Integer::sum);
                } else {
                    wrong.add(message);
                }
            } catch (RuntimeException | AssertionError e) {
                wrong.add(model + ": " + e);
            }
        }
        int count = refused.values().stream().mapToInt(Integer::intValue).sum();
        String summary = all.size() + " models, the worst off by " + worst + "; refused: " + refused;
        if (!wrong.isEmpty()) {
            fail(summary + "\n" + wrong.size() + " wrong:\n" + String.join("\n", wrong));
        }
        assertThat(count * 20).as(summary).isLessThanOrEqualTo(all.size());
        Files.writeString(Path.of("target", "judged-" + folder.getFileName() + ".txt"), summary + "\n");
    }
}
