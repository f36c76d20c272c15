package dev.carousel.server.kserve;

import dev.carousel.server.http.Problem;
import dev.carousel.server.models.EventForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of a request as events of sequences.
 *
 * @param all the events of each sequence
 * @param steps of each sequence
 * @param shape that of the input, without its last size
 * @param <E> an event
 */
record SequenceTensors<E>(List<List<E>> all, int steps, List<Long> shape) {

    /** How many sequences there are. */
    int count() {
        return all.size();
    }

    /** The events of one. */
    List<E> events(int n) {
        return all.get(n);
    }

    /** The shape of outputs of some numbers a step. */
    List<Object> outputShape(int outputs) {
        List<Object> sizes = new ArrayList<>(shape);
        sizes.add((long) outputs);
        return sizes;
    }

    /**
     * Reads the tensors.
     *
     * @throws Problem if they are not as the model reads them
     */
    static <E> SequenceTensors<E> of(EventForm<E, ?> form, InferenceRequest request, int most) {
        String expected = form.readsText() ? "text" : "x";
        InferenceTensor main = named(request, expected)
                .orElseThrow(() -> Problem.badRequest("The request has the inputs "
                        + request.inputs().stream().map(InferenceTensor::name).toList() + " but this model reads '"
                        + expected + "'" + (form.readsText() ? "." : ", and 'date' where rows have dates.")));
        Optional<InferenceTensor> dates = named(request, "date");
        int known = 1 + (dates.isPresent() ? 1 : 0);
        if (request.inputs().size() != known) {
            throw Problem.badRequest("The request has the inputs "
                    + request.inputs().stream().map(InferenceTensor::name).toList()
                    + ", some of which this model does not"
                    + " read, or one twice.");
        }
        List<Long> shape = main.shape();
        int width = form.width();
        boolean widthGiven =
                !shape.isEmpty() && shape.get(shape.size() - 1) == width && !(width == 1 && shape.size() == 1);
        if ((!widthGiven && width != 1) || shape.isEmpty() || shape.size() > 3) {
            throw Problem.badRequest("The input '" + expected + "' has the shape " + shape
                    + " but this model reads [1, " + width + "], or [1, T, " + width + "] for T steps.");
        }
        List<Long> outer = widthGiven ? shape.subList(0, shape.size() - 1) : shape;
        long sequences = outer.isEmpty() ? 1 : outer.get(0);
        long steps = outer.size() < 2 ? 1 : outer.get(1);
        if (outer.size() > 2 || sequences < 1 || steps < 1) {
            throw Problem.badRequest("The input '" + expected + "' has the shape " + shape + ", which is no step.");
        }
        if (request.sequence().isPresent() && sequences != 1) {
            throw Problem.badRequest(
                    "A request with a sequence_id is of one sequence, so its first size is 1, but the shape is " + shape
                            + ". Several steps of it are [1, T, " + width + "].");
        }
        if (sequences * steps > most) {
            throw Problem.of(
                    413,
                    "The request has " + sequences * steps + " steps but this server takes " + most
                            + " at once. Start it with a larger --max-events.");
        }
        dates.ifPresent(tensor -> {
            if (tensor.type() != TensorType.BYTES || tensor.texts().size() != sequences * steps) {
                throw Problem.badRequest(
                        "The input 'date' must be of BYTES, a text for each of " + sequences * steps + " steps.");
            }
        });
        List<List<E>> all = new ArrayList<>();
        int at = 0;
        for (int n = 0; n < sequences; n++) {
            List<E> events = new ArrayList<>();
            for (int t = 0; t < steps; t++) {
                events.add(event(form, main, dates, at++));
            }
            all.add(events);
        }
        return new SequenceTensors<>(all, (int) steps, List.copyOf(outer));
    }

    private static <E> E event(EventForm<E, ?> form, InferenceTensor main, Optional<InferenceTensor> dates, int at) {
        if (main.type() == TensorType.BYTES) {
            return form.ofText(main.texts().get(at));
        }
        int width = form.width();
        return form.ofNumbers(
                Arrays.copyOfRange(main.numbers(), at * width, (at + 1) * width),
                dates.map(tensor -> tensor.texts().get(at)));
    }

    private static Optional<InferenceTensor> named(InferenceRequest request, String name) {
        return request.inputs().stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
