package dev.carousel.server.models;

import dev.carousel.server.http.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * A model by its name, and its versions. New sessions begin on the newest; one that runs stays on its own.
 *
 * <p>Any thread; versions come and go while it is used.
 */
public final class ServedModel {

    private final String name;
    private volatile List<ModelVersion<?, ?>> versions;

    ServedModel(String name, List<ModelVersion<?, ?>> versions) {
        this.name = name;
        this.versions = List.copyOf(versions);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** From the oldest to the newest; never empty. */
    public List<ModelVersion<?, ?>> versions() {
        return versions;
    }

    /** That on which new sessions begin. */
    public ModelVersion<?, ?> newest() {
        List<ModelVersion<?, ?>> all = versions;
        return all.get(all.size() - 1);
    }

    /**
     * A version by its label.
     *
     * @throws Problem 404
     */
    public ModelVersion<?, ?> version(String label) {
        return versions.stream()
                .filter(version -> version.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        Problem.notFound("The model '" + name + "' has no version '" + label + "'; its versions are "
                                + versions.stream().map(ModelVersion::label).toList() + "."));
    }

    /** The version that has a session, or where none has, the newest. */
    public ModelVersion<?, ?> of(String session) {
        List<ModelVersion<?, ?>> all = versions;
        if (all.size() > 1) {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (all.get(i).pool().has(session)) {
                    return all.get(i);
                }
            }
        }
        return all.get(all.size() - 1);
    }

    /** Makes a version the newest. */
    void add(ModelVersion<?, ?> version) {
        List<ModelVersion<?, ?>> more = new ArrayList<>(versions);
        more.add(version);
        versions = List.copyOf(more);
    }

    /** Takes a version out; the last one stays. */
    void remove(ModelVersion<?, ?> version) {
        List<ModelVersion<?, ?>> rest = new ArrayList<>(versions);
        if (rest.size() > 1) {
            rest.remove(version);
        }
        versions = List.copyOf(rest);
    }
}
