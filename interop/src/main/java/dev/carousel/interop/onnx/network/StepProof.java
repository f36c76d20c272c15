package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.network.StepReader.Take;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads each step of an unrolled layer, the first and the last too: it must be the same formula of the state before it. Numbers
 * alone would not show a step that differs only where no trial comes, such as one whose state is clipped at 50.
 *
 * @param h the state after a step
 * @param c the second state after a step, if the cell has one
 * @param take the step of the sequence that one step reads
 * @param descending whether the first step reads the sequence's last
 * @param ofFirst the values that the first recurrent product has a part in
 */
record StepProof(
        GraphValues graph, Formula h, Optional<Formula> c, Take take, boolean descending, Set<String> ofFirst) {

    /** What a step must be: its state, the second state before it, and the values that earlier steps have a part in. */
    private record Expected(int place, Formula state, Optional<Formula> earlierC, Set<String> ofEarlier) {}

    /**
     * The reader of the last of these steps.
     *
     * @param layer says what the first states are
     * @param states after each step
     * @return empty if a step is not the cell's, or cannot be read
     */
    Optional<StepReader> read(UnrolledLayer layer, List<String> states) {
        try {
            Optional<StepReader> step = first(layer, states.get(0));
            Optional<Formula> earlierC = c.map(formula -> begun(formula, layer));
            for (int k = 1; k < states.size() && step.isPresent(); k++) {
                Set<String> ofEarlier = new HashSet<>(ofFirst);
                if (k == 1) {
                    ofEarlier.addAll(step.get().nodes());
                }
                step = next(step.get(), states.get(k - 1), states.get(k), new Expected(k, h, earlierC, ofEarlier));
                earlierC = c;
            }
            return step;
        } catch (InteropException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a value is the state after the step that follows those that were read.
     *
     * @param last the reader of the last of them
     * @param before the state h after it
     * @param place of the step that follows
     * @param state what the value must be, h or c
     */
    boolean isFinal(StepReader last, String before, int place, String value, Formula state) {
        try {
            return next(last, before, value, new Expected(place, state, c, ofFirst))
                    .isPresent();
        } catch (InteropException e) {
            return false;
        }
    }

    private Optional<StepReader> first(UnrolledLayer layer, String after) {
        StepReader step = new StepReader(
                graph, layer.h0().map(graph::unshaped), layer.c0().map(graph::unshaped), after, Set.of());
        return Optional.of(step)
                .filter(reader -> reader.of(after).equals(begun(h, layer))
                        && reader.input().equals(take(0)));
    }

    private Formula begun(Formula formula, UnrolledLayer layer) {
        return formula.begun(layer.h0().isEmpty(), layer.c0().isEmpty());
    }

    private Optional<StepReader> next(StepReader earlier, String before, String after, Expected expected) {
        StepReader step = new StepReader(graph, Optional.of(before), Optional.empty(), after, expected.ofEarlier);
        return Optional.of(step)
                .filter(reader -> reader.of(after).equals(expected.state)
                        && reader.input().equals(take(expected.place))
                        && reader.c().map(earlier::of).equals(expected.earlierC));
    }

    private Take take(int place) {
        int T = graph.value(take.source()).dimension(take.axis());
        return new Take(take.source(), take.axis(), descending ? T - 1 - place : place);
    }
}
