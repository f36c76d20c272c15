package dev.carousel.train;

import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How gradients become updates. An immutable value.
 *
 * <pre>{@code
 * g = Σ_b weight_b g_b / Σ_b weight_b          over the batches of one update; weight_b is what batch b's mean is divided by
 * parameters follow clip(g) at rate = learning rate * schedule(update) * plateau(losses of the epochs)
 * }</pre>
 *
 * @param optimiser how parameters follow their gradient
 * @param schedule what happens to the learning rate from update to update
 * @param plateau what happens to it when the loss stops falling, if anything
 * @param clipping what is done to large gradients
 * @param accumulate how many batches make one update, at least 1; their gradient is that of one batch with all their
 *     sequences. The last update of an epoch may have fewer
 * @param frozen the names of parameters that stay as they are, or of layers, all of whose own parameters do; a
 *     table that is shared ({@link dev.carousel.spec.TiedDense}) is its embedding's
 */
public record UpdateRule(
        Optimiser optimiser,
        Schedule schedule,
        Optional<Plateau> plateau,
        Clipping clipping,
        int accumulate,
        List<String> frozen) {

    /** Adam at 0.001, constant, without clipping, an update a batch. */
    public static final UpdateRule DEFAULT =
            new UpdateRule(new Adam(0.001), Schedule.CONSTANT, Optional.empty(), Clipping.NONE, 1, List.of());

    /** Checks the number of batches. */
    public UpdateRule {
        Objects.requireNonNull(frozen, "UpdateRule: the names of what is frozen are null; the list may be empty");
        Objects.requireNonNull(optimiser, "UpdateRule: optimiser is null");
        Objects.requireNonNull(schedule, "UpdateRule: schedule is null; Schedule.CONSTANT is the usual one");
        Objects.requireNonNull(plateau, "UpdateRule: plateau is null; it may be empty");
        Objects.requireNonNull(clipping, "UpdateRule: clipping is null; Clipping.NONE is none");
        for (String name : frozen) {
            Objects.requireNonNull(name, "UpdateRule: the name of what is to be frozen is null");
        }
        frozen = List.copyOf(frozen);
        if (accumulate < 1) {
            throw new IllegalArgumentException("An update needs 1 batch at least, not " + accumulate + ".");
        }
    }

    /** The same with another optimiser. */
    public UpdateRule withOptimiser(Optimiser other) {
        return new UpdateRule(other, schedule, plateau, clipping, accumulate, frozen);
    }

    /** The same with another schedule. */
    public UpdateRule withSchedule(Schedule other) {
        return new UpdateRule(optimiser, other, plateau, clipping, accumulate, frozen);
    }

    /** The same, lowering the rate when the loss stops falling. */
    public UpdateRule withPlateau(Plateau other) {
        Objects.requireNonNull(other, "UpdateRule: plateau is null");
        return new UpdateRule(optimiser, schedule, Optional.of(other), clipping, accumulate, frozen);
    }

    /** The same with other clipping. */
    public UpdateRule withClipping(Clipping other) {
        return new UpdateRule(optimiser, schedule, plateau, other, accumulate, frozen);
    }

    /** The same with this many batches an update. */
    public UpdateRule withAccumulate(int batches) {
        return new UpdateRule(optimiser, schedule, plateau, clipping, batches, frozen);
    }

    /**
     * The same with some parameters frozen.
     *
     * @param names full names, {@code rnn.weight_hh_l0}, or those of layers, {@code rnn}
     */
    public UpdateRule withFrozen(List<String> names) {
        return new UpdateRule(optimiser, schedule, plateau, clipping, accumulate, names);
    }

    /**
     * The parameters that stay as they are.
     *
     * @throws IllegalArgumentException if a name is neither of a parameter nor of a layer
     */
    List<Slice> frozenIn(Parameters parameters) {
        List<Slice> slices = new ArrayList<>();
        for (String name : frozen) {
            List<Slice> found = parameters.slices().stream()
                    .filter(slice -> slice.name().equals(name) || slice.name().startsWith(name + "."))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("UpdateRule: nothing to freeze is named " + name
                        + "; the network's layers are " + layerNames(parameters) + ", and their parameters "
                        + parameters.someNames() + ".");
            }
            slices.addAll(found);
        }
        return slices;
    }

    /**
     * Checks that all that is to be frozen is there.
     *
     * @throws IllegalArgumentException if a name is neither of a parameter nor of a layer
     */
    void requireFits(Parameters parameters) {
        frozenIn(parameters);
    }

    /** The layers that have parameters and a name. */
    private static String layerNames(Parameters parameters) {
        return parameters.slices().stream()
                .map(Slice::name)
                .filter(name -> name.contains("."))
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** How many updates an epoch has. */
    long updates(int batches) {
        return (batches + accumulate - 1L) / accumulate;
    }
}
