package dev.carousel.interop.pytorch;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * In which order the modules of a file follow each other, where nobody has said so: the only order whose sizes fit; of
 * several the file's own, with a note, if heads come last in it.
 *
 * <p>A state_dict lists modules as they were declared, or sorted by name, and neither is the order in which they run: a head
 * may be declared before the layer that it reads.
 */
final class ModuleOrder {

    /** With more modules than these, only the file's own order is tried. */
    private static final int MOST_TRIED = 7;

    /** All orders of as many modules as are tried, each matrix alone in either role. */
    private static final int MOST_FOUND = 10_000;

    private final StateDict dict;
    private final List<TorchModule> inFile;
    private final List<List<TorchModule>> found = new ArrayList<>();

    private final Consumer<String> notes;

    private ModuleOrder(StateDict dict, List<TorchModule> inFile, Consumer<String> notes) {
        this.dict = dict;
        this.inFile = inFile;
        this.notes = notes;
    }

    /**
     * The modules from input to output, each matrix alone taken as what it must be.
     *
     * @param notes is told of an order that is likely but not the only one
     * @throws InteropException if no order fits, or several do and the file's tells nothing
     */
    static List<TorchModule> of(StateDict dict, List<TorchModule> inFile, Consumer<String> notes) {
        return new ModuleOrder(dict, inFile, notes).choose();
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
        List<String> orders = found.stream().map(ModuleOrder::names).distinct().toList();
        boolean allTried = inFile.size() <= MOST_TRIED;
        if (allTried && orders.size() == 1) {
            return decided(found);
        }
        List<List<TorchModule>> likely =
                found.stream().filter(ModuleOrder::headsLast).toList();
        boolean onlyLikely = likely.stream().map(ModuleOrder::names).distinct().count() == 1;
        if (!asInFile.isEmpty() && headsLast(inFile) && (dict.inOrder() || (allTried && onlyLikely))) {
            noteOther(orders);
            return decided(asInFile);
        }
        throw new InteropException(dict.file() + ": the sizes of the modules "
                + inFile.stream().map(TorchModule::withSizes).collect(Collectors.joining(", "))
                + " fit in several orders, and a file of weights does not tell which is right: its tensors are listed as"
                + " the modules were declared, or by name, and not as they run."
                + " Name them in their order with --modules, for example --modules "
                + names(likely.isEmpty() ? found.get(0) : likely.get(0)) + ".");
    }

    private void noteOther(List<String> orders) {
        String taken = names(inFile);
        String other = orders.stream()
                .filter(order -> !order.equals(taken))
                .findFirst()
                .map(order -> "the sizes fit in other orders, too, such as " + order)
                .orElse("with more than " + MOST_TRIED + " modules no other order is looked for");
        notes.accept(dict.file() + ": the modules are taken in the order " + taken + ", the file's; " + other
                + ", and a file of weights does not tell which is right. --modules gives another.");
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
