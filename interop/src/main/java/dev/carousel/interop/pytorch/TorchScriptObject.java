package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A module of a TorchScript archive: its attributes, of which tensors are weights and modules hold more. Its program is not read. */
final class TorchScriptObject {

    /** Classes of TorchScript are all in this module. */
    static final String PREFIX = "__torch__.";

    private static final int DEEPEST = 32;

    private final String name;
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    TorchScriptObject(String name) {
        this.name = name;
    }

    /** Takes attributes, in the order in which the module has them. */
    void put(Map<?, ?> more) {
        more.forEach((key, value) -> {
            if (key instanceof String attribute) {
                attributes.put(attribute, value);
            }
        });
    }

    /** All weights by the names that a state_dict has for them. */
    Map<String, Object> weights() {
        Map<String, Object> weights = new LinkedHashMap<>();
        collect("", weights, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
        return weights;
    }

    private void collect(String prefix, Map<String, Object> weights, Set<Object> seen, int depth) {
        if (depth > DEEPEST || !seen.add(this)) {
            return;
        }
        attributes.forEach((attribute, value) -> {
            if (value instanceof Weight) {
                weights.put(prefix + attribute, value);
            } else if (value instanceof TorchScriptObject inner) {
                inner.collect(prefix + attribute + ".", weights, seen, depth + 1);
            }
        });
    }

    @Override
    public String toString() {
        return "a TorchScript module " + quoted(name);
    }
}
