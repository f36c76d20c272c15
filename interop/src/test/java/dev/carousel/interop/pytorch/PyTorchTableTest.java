package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.interop.ImportOptions;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameterless;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of the modules whose weights are read, in docs/interop.md: each of its rows is read, and nothing else is. */
class PyTorchTableTest {

    private static final Pattern MODULE = Pattern.compile("`nn\\.(\\w+)`");
    private static final Pattern TENSOR = Pattern.compile("`((?:weight|bias|running)\\w*|batchnorm|layernorm)`");

    @TempDir
    Path folder;

    /** The tensors of a module, and where it stands: {@code m} is the module, the others are there already. */
    private record Row(Class<?> layer, String modules, String... tensors) {}

    private static Map<String, Row> rows() {
        Map<String, Row> all = new TreeMap<>();
        for (String kind : List.of("RNN 4", "LSTM 16", "GRU 12")) {
            String name = kind.substring(0, kind.indexOf(' '));
            String rows = kind.substring(kind.indexOf(' ') + 1);
            List<String> stack = new ArrayList<>();
            for (String way : List.of("", "_reverse")) {
                stack.addAll(List.of(
                        "m.weight_ih_l0" + way + " " + rows + "x3",
                        "m.weight_hh_l0" + way + " " + rows + "x" + (name.equals("LSTM") ? 2 : 4),
                        "m.bias_ih_l0" + way + " " + rows,
                        "m.bias_hh_l0" + way + " " + rows));
                if (name.equals("LSTM")) {
                    stack.add("m.weight_hr_l0" + way + " 2x4");
                }
            }
            all.put(name, new Row(LayerSpec.Recurrent.class, "m", stack.toArray(String[]::new)));
            all.put(
                    name + "Cell",
                    new Row(
                            LayerSpec.Recurrent.class,
                            "m",
                            "m.weight_ih " + rows + "x3",
                            "m.weight_hh " + rows + "x4",
                            "m.bias_ih " + rows,
                            "m.bias_hh " + rows));
        }
        all.put("Embedding", new Row(LayerSpec.Embedding.class, "m:embedding,rnn", "m.weight 9x3"));
        all.put("Linear", new Row(LayerSpec.Dense.class, "rnn,m", "m.weight 2x4", "m.bias 2"));
        all.put(
                "BatchNorm1d",
                new Row(
                        ElementwiseAffine.class,
                        "rnn,m:batchnorm",
                        "m.weight 4",
                        "m.bias 4",
                        "m.running_mean 4",
                        "m.running_var 4"));
        all.put("LayerNorm", new Row(LayerNorm.class, "rnn,m:layernorm", "m.weight 4", "m.bias 4"));
        all.put("Tanh", new Row(Parameterless.Elementwise.class, "rnn,tanh"));
        all.put("ReLU", new Row(Parameterless.Elementwise.class, "rnn,relu"));
        all.put("Softmax", new Row(Parameterless.Softmax.class, "rnn,softmax"));
        return all;
    }

    private static List<String> table() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/interop.md"));
        int first = lines.indexOf("| PyTorch | its tensors | becomes |");
        assertThat(first).as("the table's first line").isPositive();
        int end = first + 2;
        while (lines.get(end).startsWith("|")) {
            end++;
        }
        return lines.subList(first + 2, end);
    }

    private static Set<String> names(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher names = pattern.matcher(text);
        while (names.find()) {
            found.add(names.group(1));
        }
        return found;
    }

    private Set<Class<?>> read(Row row, String... tensors) {
        List<String> all = new ArrayList<>(List.of(tensors));
        if (row.modules.contains("rnn")) {
            all.addAll(List.of("rnn.weight_ih_l0 4x3", "rnn.weight_hh_l0 4x4"));
        }
        Path file = Made.safeTensors(folder.resolve("made.safetensors"), all.toArray(String[]::new));
        ImportOptions options =
                ImportOptions.defaults().withModules(row.modules.split(",", -1)).withNotes(note -> {});
        Set<Class<?>> layers = new HashSet<>();
        PyTorchFiles.read(file, options).spec().layers().forEach(layer -> layers.add(layer.getClass()));
        return layers;
    }

    @Test
    void whatTheTableHasIsRead() {
        rows().forEach((name, row) ->
                assertThat(read(row, row.tensors)).as(name).contains(row.layer));
    }

    @Test
    void whatIsReadStandsInTheTable() throws IOException {
        Set<String> modules = new TreeSet<>();
        for (String line : table()) {
            Set<String> names = names(MODULE, line.substring(0, line.indexOf('|', 1)));
            modules.addAll(names);
            for (String name : names) {
                Row row = rows().get(name);
                assertThat(row).as(name).isNotNull();
                Set<String> tensors = new TreeSet<>();
                for (String tensor : row.tensors) {
                    String leaf = tensor.substring(2, tensor.indexOf(' '));
                    tensors.add(leaf.replace("_reverse", ""));
                }
                names(Pattern.compile(":(batchnorm|layernorm)"), row.modules).forEach(tensors::add);
                Set<String> said = names(TENSOR, line);
                if (name.equals("LSTM")) {
                    said.addAll(names(TENSOR, table().get(0)));
                }
                assertThat(said).as(name).isEqualTo(tensors);
            }
        }
        assertThat(modules).isEqualTo(rows().keySet());
        assertThat(rows().values().stream().<Class<?>>map(Row::layer))
                .as("every kind of module")
                .hasSizeGreaterThanOrEqualTo(TorchModule.Kind.values().length);
    }

    /** The functions that --modules takes, in the text below the other table. */
    @Test
    void everyFunctionIsNamed() throws IOException {
        String document = Files.readString(Path.of("../docs/interop.md"));
        String text = document.substring(document.indexOf("Functions are `tanh`"));
        Set<String> named = names(Pattern.compile("`(\\w+)`"), text.substring(0, text.indexOf("for none")));
        assertThat(named).isEqualTo(new TreeSet<>(List.of(TorchFunctions.names().split(", ", -1))));
    }
}
