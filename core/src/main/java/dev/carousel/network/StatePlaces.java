package dev.carousel.network;

import dev.carousel.cell.StatePart;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the state of one recurrent layer and direction lies in a {@link State}: each part of the cell's, a matrix [N, size],
 * after the other.
 *
 * @param named the parts, h first
 * @param at where each begins, and after the last the end
 */
record StatePlaces(List<StatePart> named, int[] at) {

    /** Those of all layers and directions of a network, for N sequences. */
    static List<StatePlaces> of(NetworkSpec spec, int batchSize) {
        List<StatePlaces> all = new ArrayList<>();
        int size = 0;
        for (LayerSpec.Recurrent recurrent : spec.stacks()) {
            List<StatePart> named = LayerParts.state(recurrent);
            for (int i = 0; i < recurrent.layers() * recurrent.directions(); i++) {
                int[] at = new int[named.size() + 1];
                for (int k = 0; k < named.size(); k++) {
                    at[k] = size;
                    size = Math.addExact(
                            size, Math.multiplyExact(batchSize, named.get(k).size()));
                }
                at[named.size()] = size;
                all.add(new StatePlaces(named, at));
            }
        }
        return List.copyOf(all);
    }

    /** Whether two states have parts of the same names and sizes. */
    static boolean same(List<StatePlaces> some, List<StatePlaces> others) {
        boolean same = some.size() == others.size();
        for (int i = 0; same && i < some.size(); i++) {
            same = some.get(i).sameSizes(others.get(i));
        }
        return same;
    }

    /** For messages. */
    static String described(List<StatePlaces> all) {
        if (all.isEmpty()) {
            return "no parts";
        }
        List<String> texts = new ArrayList<>();
        for (StatePlaces one : all) {
            texts.add(one.named().stream()
                    .map(part -> part.name() + " of " + part.size())
                    .collect(Collectors.joining(" and ")));
        }
        return "the parts " + String.join(", ", texts);
    }

    /**
     * A part of a state.
     *
     * @throws IndexOutOfBoundsException if there is none of this number
     */
    static StatePlaces at(List<StatePlaces> all, int part) {
        if (part < 0 || part >= all.size()) {
            throw new IndexOutOfBoundsException("State: there is no part " + part + "; it has "
                    + (all.size() == 1 ? "1, number 0" : all.size() + ", from 0") + ", one for each recurrent layer and"
                    + " direction.");
        }
        return all.get(part);
    }

    /** How many numbers of a sequence part i has. */
    int width(int i) {
        return named.get(i).size();
    }

    /** Where the last part ends. */
    int end() {
        return at[named.size()];
    }

    private boolean sameSizes(StatePlaces other) {
        boolean same = named.size() == other.named.size();
        for (int i = 0; same && i < named.size(); i++) {
            same = named.get(i).name().equals(other.named.get(i).name()) && width(i) == other.width(i);
        }
        return same;
    }

    /** Which part has this name, if any. */
    Optional<Integer> find(String name) {
        for (int i = 0; i < named.size(); i++) {
            if (named.get(i).name().equals(name)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
