package dev.carousel.interop.pytorch;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * In which order the modules of a file follow each other, where nobody has said so: the file's order where the sizes fit,
 * else the only order whose sizes fit.
 */
final class ModuleOrder {

    /** With more modules than these, only the file's own order is tried. */
    private static final int MOST_TRIED = 7;

    /** More than one means that the sizes do not tell; how many more does not matter. */
    private static final int MOST_FOUND = 20;

    private final StateDict dict;
    private final List<TorchModule> inFile;
    private final List<List<TorchModule>> found = new ArrayList<>();

    private ModuleOrder(StateDict dict, List<TorchModule> inFile) {
        this.dict = dict;
        this.inFile = inFile;
    }

    /**
     * The modules from input to output, each matrix alone taken as what it must be.
     *
     * @throws InteropException if no order fits, or several do and the file's tells nothing
     */
    static List<TorchModule> of(StateDict dict, List<TorchModule> inFile) {
        return new ModuleOrder(dict, inFile).choose();
    }

    private List<TorchModule> choose() {
        List<List<TorchModule>> asInFile = roles(inFile);
        if (inFile.size() <= MOST_TRIED) {
            permute(new ArrayList<>(), new ArrayList<>(inFile));
        } else {
            found.addAll(asInFile);
        }
        if (found.isEmpty()) {
            throw new InteropException(dict.file() + ": the modules are "
                    + inFile.stream().map(TorchModule::withSizes).collect(Collectors.joining(", "))
                    + ", and in no order does each read what the one before it gives. A file of weights does not say how"
                    + " they are connected: name those to be used, in their order, with --modules "
                    + names(inFile) + ".");
        }
        boolean trusted = dict.inOrder() || headsLast(inFile) || ordersFound() == 1;
        if (!asInFile.isEmpty() && trusted) {
            return decided(asInFile);
        }
        if (ordersFound() == 1) {
            return decided(found);
        }
        throw new InteropException(dict.file() + ": the sizes of the modules "
                + inFile.stream().map(TorchModule::withSizes).collect(Collectors.joining(", "))
                + " fit in several orders, and the file, whose tensors are sorted by name, does not tell which is right."
                + " Name them in their order with --modules, for example --modules "
                + names(found.stream()
                        .filter(ModuleOrder::headsLast)
                        .findFirst()
                        .orElse(found.get(0))) + ".");
    }

    private long ordersFound() {
        return found.stream().map(ModuleOrder::names).distinct().count();
    }

    private static String names(List<TorchModule> modules) {
        return modules.stream().map(TorchModule::name).collect(Collectors.joining(","));
    }

    /** Whether linear modules come after all recurrent ones, as a network's head does. */
    private static boolean headsLast(List<TorchModule> modules) {
        boolean linear = false;
        for (TorchModule module : modules) {
            if (linear && module.kind() == TorchModule.Kind.RECURRENT) {
                return false;
            }
            linear |= module.kind() == TorchModule.Kind.LINEAR;
        }
        return true;
    }

    private void permute(List<TorchModule> begun, List<TorchModule> left) {
        if (found.size() >= MOST_FOUND) {
            return;
        }
        if (left.isEmpty()) {
            found.add(List.copyOf(begun));
            return;
        }
        for (int i = 0; i < left.size(); i++) {
            TorchModule next = left.remove(i);
            for (TorchModule role : rolesOf(next, begun)) {
                begun.add(role);
                permute(begun, left);
                begun.remove(begun.size() - 1);
            }
            left.add(i, next);
        }
    }

    /** What a module can be after those before it. */
    private static List<TorchModule> rolesOf(TorchModule module, List<TorchModule> before) {
        List<TorchModule> roles = new ArrayList<>();
        if (module.kind() != TorchModule.Kind.TABLE) {
            roles.add(module);
        } else {
            if (before.isEmpty()) {
                roles.add(module);
            }
            roles.add(module.asLinear());
        }
        roles.removeIf(role -> !before.isEmpty()
                && before.get(before.size() - 1).layer().outputSize()
                        != role.layer().inputSize());
        return roles;
    }

    private static List<List<TorchModule>> roles(List<TorchModule> modules) {
        List<List<TorchModule>> all = List.of(List.of());
        for (TorchModule module : modules) {
            List<List<TorchModule>> longer = new ArrayList<>();
            for (List<TorchModule> before : all) {
                for (TorchModule role : rolesOf(module, before)) {
                    List<TorchModule> with = new ArrayList<>(before);
                    with.add(role);
                    longer.add(with);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Of one order, whether its first matrix is an embedding or a linear map without bias. */
    private List<TorchModule> decided(List<List<TorchModule>> sameOrder) {
        if (sameOrder.size() == 1) {
            return sameOrder.get(0);
        }
        TorchModule first = sameOrder.get(0).get(0);
        Map<TorchModule.Kind, List<TorchModule>> byKind = sameOrder.stream()
                .collect(Collectors.toMap(modules -> modules.get(0).kind(), modules -> modules, (one, other) -> one));
        if (first.name().toLowerCase(Locale.ROOT).contains("emb")) {
            return byKind.getOrDefault(TorchModule.Kind.TABLE, sameOrder.get(0));
        }
        String name = first.shown();
        throw new InteropException(
                dict.file() + ": " + name + ".weight " + first.layer().inputSize() + " x "
                        + first.layer().outputSize()
                        + " may be an Embedding or a Linear without bias; a file of weights does not"
                        + " tell. Say which: --modules " + name + ":embedding,... or --modules " + name
                        + ":linear,..., with the"
                        + " other modules in their order.");
    }
}
