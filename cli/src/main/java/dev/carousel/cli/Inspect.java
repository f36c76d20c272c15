package dev.carousel.cli;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.NetworkSummary;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.interop.ModelFormat;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Slice;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code carousel inspect}: what is in a model file. */
@Command(
        name = "inspect",
        header = "Show what is in a model file: layers, shapes, task, and where it came from.",
        footer = {
            "  carousel inspect births.safetensors",
            "  carousel inspect births.safetensors --json --quiet",
            "  carousel inspect model.keras"
        })
final class Inspect extends Subcommand {

    private static final int LONGEST_VALUE = 60;

    @Parameters(paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Mixin
    ImportChoices choices = new ImportChoices();

    Inspect(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        boolean given = choices.given();
        if (given || choices.isOther(file)) {
            other(figures);
            return ExitCode.OK;
        }
        Model model = Model.load(file);
        network(model.task().kind(), model.spec(), model.parameters());
        console.line("");
        Map<?, ?> task = (Map<?, ?>) Json.parse(model.task().toString());
        console.line("Task");
        print(table(task));
        console.line("");
        console.line("Provenance");
        print(provenance(model.provenance()));
        addTo(figures, model, task);
        return ExitCode.OK;
    }

    /** A model of another program: its network as it is read here. */
    private void other(Figures figures) {
        ModelFormat format = choices.format(file);
        Network network = format.read(file, choices.options(this, format));
        network("a network of the format " + format.name(), network.spec(), network.parameters());
        figures.with("format", format.name());
        addTo(figures, network.spec(), network.parameters());
    }

    private void network(String what, NetworkSpec spec, dev.carousel.spec.Parameters parameters) {
        line(file + ": " + what + ", " + Format.count(parameters.size()) + " parameters");
        console.line("");
        console.line("Layers");
        spec.layers().forEach(layer -> line("  " + name(layer) + NetworkSummary.layer(layer)));
        console.line("");
        console.line("Parameters");
        TextTable table = new TextTable("", "", "");
        for (Slice slice : parameters.slices()) {
            table.row(slice.name(), slice.shape().toString(), Format.count(slice.size()));
        }
        table.lines().forEach(line -> line("  " + line));
    }

    /** Prints a line; what came from a file must not steer the terminal. */
    private void line(String text) {
        console.line(text.replaceAll("\\p{C}", "?"));
    }

    private void print(TextTable table) {
        table.lines().forEach(line -> line("  " + line));
    }

    private static String name(LayerSpec layer) {
        return layer.name().isEmpty() ? "" : layer.name() + ": ";
    }

    private static TextTable table(Map<?, ?> values) {
        TextTable table = new TextTable("", "").left(2);
        values.forEach((name, value) -> table.row(String.valueOf(name), shortened(value)));
        return table;
    }

    /** As JSON, but a text without quotes, and floats as floats. */
    private static String written(Object value) {
        return value instanceof String string ? string : Json.write(readable(value));
    }

    /** A number that was a float, which a file may hold as a double, again as a float: 0.3, not 0.30000001192092896. */
    private static Object readable(Object value) {
        if (value instanceof Double number && number.floatValue() == number) {
            return number.floatValue();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Inspect::readable).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> all = new LinkedHashMap<>();
            map.forEach((name, one) -> all.put(String.valueOf(name), readable(one)));
            return all;
        }
        return value;
    }

    private static String shortened(Object value) {
        String text = written(value);
        text = text.replace("\n", "\\n");
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + " ...";
    }

    private static TextTable provenance(Provenance provenance) {
        TextTable table = new TextTable("", "").left(2);
        table.row("command", provenance.command());
        provenance.seed().ifPresent(seed -> table.row("seed", String.valueOf(seed)));
        for (Provenance.Data data : provenance.data()) {
            table.row("data", data.name() + ", " + Format.count(data.bytes()) + " bytes, SHA-256 " + data.sha256());
        }
        Provenance.Software software = provenance.software();
        table.row(
                "software",
                "carousel " + software.carousel() + ", Java " + software.java() + ", kernels " + software.kernels());
        provenance.losses().forEach((name, losses) -> table.row(name + " loss", losses(losses)));
        return table;
    }

    private static String losses(List<Double> losses) {
        if (losses.isEmpty()) {
            return "none";
        }
        double least = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        return Format.figure(losses.get(0)) + " to " + Format.figure(losses.get(losses.size() - 1)) + " in "
                + losses.size() + " epochs, least " + Format.figure(least) + " in epoch " + (losses.indexOf(least) + 1);
    }

    private static void addTo(Figures figures, NetworkSpec spec, dev.carousel.spec.Parameters parameters) {
        figures.with("parameters", parameters.size())
                .with(
                        "layers",
                        spec.layers().stream().map(NetworkSummary::layer).toList())
                .with(
                        "tensors",
                        parameters.slices().stream()
                                .map(slice -> map("name", slice.name(), "shape", slice.shape()))
                                .toList());
    }

    private static void addTo(Figures figures, Model model, Map<?, ?> task) {
        Provenance provenance = model.provenance();
        figures.with("task", task);
        addTo(figures, model.spec(), model.parameters());
        Map<String, Object> from = new LinkedHashMap<>();
        from.put("command", provenance.command());
        provenance.seed().ifPresent(seed -> from.put("seed", seed));
        from.put(
                "data",
                provenance.data().stream()
                        .map(data -> map("name", data.name(), "bytes", data.bytes(), "sha256", data.sha256()))
                        .toList());
        from.put("carousel", provenance.software().carousel());
        from.put("java", provenance.software().java());
        from.put("kernels", provenance.software().kernels());
        from.put("losses", provenance.losses());
        figures.with("provenance", from);
    }

    /** Names and values in turn, in this order. */
    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
