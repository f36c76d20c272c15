package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.Cell;
import dev.carousel.cell.IndRnn;
import dev.carousel.cell.Rnn;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The network that a file of weights belongs to, as far as names and shapes tell, and options the rest.
 *
 * @param spec the layers
 * @param sources for each parameter that is a weight, its name
 * @param made for each other parameter, what computes it from weights
 */
record Architecture(NetworkSpec spec, Map<String, String> sources, Map<String, Supplier<float[]>> made) {

    /** An item of {@code --modules} that keeps of a recurrent layer's output only the last step's. */
    private static final String LAST = "last";

    /** Items of {@code --modules} that make one step of all. */
    private static final String MEAN = "mean";

    private static final String MAX = "max";

    /** An item that gives the one step of each sequence again and again, as the decoder of an autoencoder reads it. */
    private static final Pattern REPEAT = Pattern.compile("repeat\\(([1-9]\\d{0,5})\\)");

    private static final int MOST_SHOWN = 12;

    /**
     * Finds it.
     *
     * @throws InteropException if a weight belongs to nothing that Carousel has, or the file and the options leave open
     *     what would change the numbers
     */
    static Architecture of(StateDict dict, ImportOptions options) {
        Nonlinearity nonlinearity = options.nonlinearity().orElse(Nonlinearity.TANH);
        Set<String> wanted = options.modules().stream()
                .map(Architecture::prefix)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        wanted.addAll(options.modules());
        Optional<Cell> cell = options.cell()
                .map(given -> options.nonlinearity()
                        .map(function -> withNonlinearity(given, function))
                        .orElse(given));
        List<TorchModule> modules = ModuleReader.modules(dict, nonlinearity, cell, wanted);
        if (modules.isEmpty() && wanted.isEmpty()) {
            throw new InteropException(dict.file() + ": there are no tensors in the file.");
        }
        Building building = new Building(dict);
        if (options.modules().isEmpty()) {
            requireNoNorm(dict, modules);
            building.addAll(ModuleOrder.of(dict, modules, options.notes()), modules, options);
        } else {
            building.addNamed(options.modules(), modules, options);
        }
        noteNonlinearity(dict, building, options);
        cell.ifPresent(given -> noteCell(dict, building, given, options));
        return building.end(options);
    }

    /** The cell that is named, with the nonlinearity that is named, where it has one to choose. */
    private static Cell withNonlinearity(Cell cell, Nonlinearity nonlinearity) {
        if (cell instanceof Rnn rnn) {
            return rnn.withActivation(new Rnn(nonlinearity).activation());
        }
        if (!(cell instanceof IndRnn)) {
            return cell;
        }
        if (nonlinearity != Nonlinearity.RELU && nonlinearity != Nonlinearity.TANH) {
            throw new InteropException("--nonlinearity is "
                    + nonlinearity.name().toLowerCase(Locale.ROOT) + ", but that of an indrnn is relu or tanh.");
        }
        return new IndRnn(nonlinearity == Nonlinearity.RELU);
    }

    /** An item of {@code --modules} without its role. */
    private static String prefix(String item) {
        int colon = item.lastIndexOf(':');
        return colon < 0 ? item : item.substring(0, colon);
    }

    /** Between any two modules a normalisation fits, and its kind and epsilon are not in the file. */
    private static void requireNoNorm(StateDict dict, List<TorchModule> modules) {
        Optional<Normalisation> norm =
                modules.stream().flatMap(module -> module.norm().stream()).findFirst();
        if (norm.isEmpty()) {
            return;
        }
        String all = modules.stream()
                .map(module -> module.norm().map(Normalisation::suggested).orElse(module.name()))
                .collect(Collectors.joining(","));
        throw new InteropException(dict.file() + ": " + norm.get().described()
                + " is of a normalisation, and a file of weights tells neither where it stands nor its epsilon. Name all modules"
                + " in their order with --modules"
                + (modules.stream().anyMatch(module -> module.name().isEmpty())
                        ? "; save them under names first."
                        : ", for example --modules " + all + " (:layernorm(1e-3) if its eps is 1e-3)."));
    }

    private static void noteNonlinearity(StateDict dict, Building building, ImportOptions options) {
        List<String> plain = building.layers.stream()
                .filter(layer -> layer instanceof Recurrent recurrent
                        && recurrent.cell().kind().equals("rnn"))
                .map(layer -> ((Recurrent) layer).name())
                .map(name -> name.isEmpty() ? "the module" : name)
                .toList();
        if (!plain.isEmpty() && options.nonlinearity().isEmpty()) {
            options.notes()
                    .accept(dict.file() + ": " + String.join(", ", plain)
                            + " is a plain RNN; a file of weights does not"
                            + " tell its nonlinearity, so tanh is taken. Say --nonlinearity relu if it is that.");
        }
        boolean chooses = building.layers.stream()
                .anyMatch(layer -> layer instanceof Recurrent recurrent && recurrent.cell() instanceof IndRnn);
        if (plain.isEmpty() && !chooses && options.nonlinearity().isPresent()) {
            options.notes()
                    .accept(dict.file() + ": there is no plain RNN in the file, so --nonlinearity does nothing.");
        }
    }

    /** Says that a cell that is named does nothing, or refuses it where what is read is of others. */
    private static void noteCell(StateDict dict, Building building, Cell given, ImportOptions options) {
        List<Recurrent> recurrent = building.layers.stream()
                .filter(Recurrent.class::isInstance)
                .map(Recurrent.class::cast)
                .toList();
        if (recurrent.isEmpty()) {
            options.notes()
                    .accept(dict.file() + ": there is no recurrent layer in the file, so --cell " + given.kind()
                            + " does nothing.");
        } else if (recurrent.stream().noneMatch(layer -> layer.cell().equals(given))) {
            String found = recurrent.stream()
                    .map(layer -> (layer.name().isEmpty() ? "the module" : layer.name()) + " those of "
                            + layer.cell().kind())
                    .collect(Collectors.joining(", "));
            throw new InteropException(dict.file() + ": --cell is " + given.kind()
                    + ", but no recurrent layer has its weights: by names and shapes, " + found
                    + ". Name the cell that the weights belong to, or leave out --cell where it is one of these.");
        }
    }

    /** The layers as they are added, one behind the other. */
    private static final class Building {

        private final StateDict dict;
        private final List<LayerSpec> layers = new ArrayList<>();
        private final Map<String, String> sources = new LinkedHashMap<>();
        private final Map<String, Supplier<float[]>> made = new LinkedHashMap<>();

        Building(StateDict dict) {
            this.dict = dict;
        }

        void addAll(List<TorchModule> ordered, List<TorchModule> inFile, ImportOptions options) {
            TorchModule before = ordered.get(0);
            for (TorchModule module : ordered) {
                boolean twoLinear = module != before
                        && module.kind() == TorchModule.Kind.LINEAR
                        && before.kind() == TorchModule.Kind.LINEAR;
                if (twoLinear) {
                    throw new InteropException(dict.file() + ": " + before.shown() + " and " + module.shown()
                            + " are both Linear, with nothing between them. A file of weights does not hold functions,"
                            + " and there is probably one: name it with --modules, for example --modules "
                            + withFunction(ordered, module) + ", or identity if there is none.");
                }
                add(module);
                before = module;
            }
            String order = ordered.stream().map(TorchModule::name).collect(Collectors.joining(", "));
            if (!order.equals(inFile.stream().map(TorchModule::name).collect(Collectors.joining(", ")))) {
                options.notes()
                        .accept(dict.file() + ": the modules are taken in the order " + order
                                + ", the only one whose sizes fit; --modules gives another.");
            }
            if (before.kind() == TorchModule.Kind.LINEAR && options.activation().isEmpty()) {
                options.notes()
                        .accept(dict.file() + ": a file of weights does not tell whether a function follows "
                                + before.shown()
                                + "; none is taken. Say --activation softmax, for example, if one does.");
            }
        }

        private static String withFunction(List<TorchModule> ordered, TorchModule second) {
            return ordered.stream()
                    .map(module -> module == second ? "relu," + module.name() : module.name())
                    .collect(Collectors.joining(","));
        }

        private void add(TorchModule module) {
            addLayer(module.layer(), module.withSizes());
            sources.putAll(module.sources());
        }

        private void addLayer(LayerSpec layer, String shown) {
            boolean fits = layers.isEmpty() || layers.get(layers.size() - 1).outputSize() == layer.inputSize();
            if (!fits) {
                throw new InteropException(dict.file() + ": " + shown + " reads " + layer.inputSize()
                        + " numbers, but the module before it gives "
                        + layers.get(layers.size() - 1).outputSize()
                        + ". A file of weights does not say how modules are connected; name them in their order with"
                        + " --modules.");
            }
            layers.add(layer);
        }

        /** Modules in the order of {@code --modules}, with functions between them. */
        void addNamed(List<String> items, List<TorchModule> inFile, ImportOptions options) {
            Map<String, TorchModule> left = new LinkedHashMap<>();
            inFile.forEach(module -> left.put(module.name(), module));
            for (String item : items) {
                String name = prefix(item);
                Optional<String> role =
                        name.equals(item) ? Optional.empty() : Optional.of(item.substring(name.length() + 1));
                TorchModule module = left.remove(name);
                if (module != null && module.norm().isPresent()) {
                    addNorm(module.norm().get(), role, options);
                } else if (module != null) {
                    add(inRole(module, role));
                } else if (item.equals(LAST)) {
                    onlyLast();
                } else if (!layers.isEmpty() && (item.equals(MEAN) || item.equals(MAX))) {
                    int size = layers.get(layers.size() - 1).outputSize();
                    layers.add(item.equals(MEAN) ? new Parameterless.Mean(size) : new Parameterless.Max(size));
                } else if (!layers.isEmpty() && REPEAT.matcher(item).matches()) {
                    Matcher steps = REPEAT.matcher(item);
                    int count = steps.matches() ? Integer.parseInt(steps.group(1)) : 1;
                    layers.add(new Parameterless.Repeat(
                            layers.get(layers.size() - 1).outputSize(), count));
                } else {
                    addFunction(item);
                }
            }
            Set<String> used = inFile.stream().map(TorchModule::name).collect(Collectors.toSet());
            List<String> unused = ModuleReader.others(dict, used);
            if (!unused.isEmpty()) {
                options.notes()
                        .accept(dict.file() + ": left out, because --modules does not name them: "
                                + unused.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "))
                                + (unused.size() > MOST_SHOWN
                                        ? " and " + (unused.size() - MOST_SHOWN) + " more."
                                        : "."));
            }
        }

        private void addNorm(Normalisation norm, Optional<String> role, ImportOptions options) {
            LayerSpec layer = norm.layer(role);
            addLayer(layer, norm.prefix() + " (" + norm.size() + " -> " + norm.size() + ")");
            made.putAll(norm.parameters(role, layer));
            if (role.isEmpty() || !role.get().contains("(")) {
                options.notes()
                        .accept(dict.file() + ": " + norm.prefix()
                                + " is taken with PyTorch's usual eps, 1e-5; a file of"
                                + " weights does not hold it. Say --modules ...," + norm.suggested()
                                + "(1e-3) if it is 1e-3.");
            }
        }

        private TorchModule inRole(TorchModule module, Optional<String> role) {
            boolean table = module.kind() == TorchModule.Kind.TABLE;
            switch (role.orElse("").toLowerCase(Locale.ROOT)) {
                case "" -> {
                    boolean first = layers.isEmpty();
                    return table && !first ? module.asLinear() : module;
                }
                case "linear" -> {
                    return table ? module.asLinear() : module;
                }
                case "embedding" -> {
                    if (table) {
                        return module;
                    }
                    throw new InteropException(dict.file() + ": --modules says that " + module.shown()
                            + " is an Embedding, but it has more weights than one matrix.");
                }
                default ->
                    throw new InteropException(dict.file() + ": --modules says " + module.shown() + ":" + role.get()
                            + ", but behind the colon stands embedding or linear.");
            }
        }

        private void addFunction(String item) {
            String name = item.toLowerCase(Locale.ROOT);
            if (!TorchFunctions.has(name) || layers.isEmpty()) {
                throw new InteropException(dict.file() + ": --modules names " + quoted(item)
                        + (TorchFunctions.has(name)
                                ? " first, but a function stands behind a module."
                                : ", which is no module of the file that is left, and no function. The file has "
                                        + modulesOfFile()
                                        + "; functions are " + TorchFunctions.names() + ", and " + LAST
                                        + " for the last step alone, " + MEAN + " and " + MAX
                                        + " for those over all steps, repeat(10) for one step repeated."));
            }
            TorchFunctions.layer(name, layers.get(layers.size() - 1).outputSize())
                    .ifPresent(layers::add);
        }

        /** The prefixes of all tensors, of those, too, that nobody named. */
        private String modulesOfFile() {
            return ModuleReader.modulesShown(dict);
        }

        private void onlyLast() {
            int end = layers.size() - 1;
            if (end >= 0 && layers.get(end) instanceof Recurrent recurrent) {
                layers.set(end, recurrent.withLastOnly(true));
                return;
            }
            throw new InteropException(
                    dict.file() + ": --modules has " + LAST + ", which stands behind an RNN, LSTM or GRU only.");
        }

        Architecture end(ImportOptions options) {
            if (options.activation().isPresent()) {
                String name = options.activation().get().toLowerCase(Locale.ROOT);
                if (!TorchFunctions.has(name)) {
                    throw new InteropException(
                            "--activation is " + quoted(name) + ", but there are " + TorchFunctions.names() + ".");
                }
                TorchFunctions.layer(name, layers.get(layers.size() - 1).outputSize())
                        .ifPresent(layers::add);
            }
            try {
                return new Architecture(new NetworkSpec(layers), Map.copyOf(sources), Map.copyOf(made));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new InteropException(dict.file() + ": the modules make no network: " + e.getMessage(), e);
            }
        }
    }
}
