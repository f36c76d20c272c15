package dev.carousel.data.stream;

import static dev.carousel.data.stream.StreamCases.START;
import static dev.carousel.data.stream.StreamCases.event;
import static dev.carousel.data.stream.StreamCases.forecasts;
import static dev.carousel.data.stream.StreamCases.ordered;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamCases.Form;
import dev.carousel.data.stream.StreamCases.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Events that no stream takes, each with what is said against it. */
final class BadEvents {

    private BadEvents() {}

    record Bad(DataException.Kind kind, Event event) {}

    /** Events that no stream of the task takes, after so many rows. */
    static List<Bad> bad(StreamModel model, Kind kind, Form form, int row) {
        Event good = event(kind, row, new SplittableRandom(row));
        if (kind != Kind.CLASSIFY && kind != Kind.TAG && kind != Kind.TEXT) {
            good = good.with("load", 7777);
        }
        List<Bad> bad = new ArrayList<>();
        boolean ordered = form == Form.ORDERED;
        if (ordered) {
            badOrders(model, good).forEach(bad::add);
        } else {
            bad.add(new Bad(DataException.Kind.UNKNOWN_COLUMN, Event.of("nobody", 1)));
            bad.add(new Bad(DataException.Kind.UNKNOWN_COLUMN, good.with("nobody", "x")));
        }
        if (!forecasts(kind)) {
            bad.add(new Bad(
                    DataException.Kind.NOT_AHEAD, ordered ? ordered(model, good).toCome() : good.toCome()));
        }
        List<Bad> named = switch (kind) {
            case FORECAST, CARRIED, ANOMALY -> badRows(kind, good, row);
            case CLASSIFY, TAG ->
                List.of(
                        new Bad(DataException.Kind.NOT_FINITE, good.with("dimension 2", Double.NEGATIVE_INFINITY)),
                        new Bad(DataException.Kind.NOT_FINITE, good.with("dimension 1", 1e39)));
            case TEXT -> List.of();
        };
        named.forEach(one -> bad.add(ordered ? new Bad(one.kind(), ordered(model, one.event())) : one));
        if (!ordered && kind == Kind.TEXT) {
            bad.add(new Bad(DataException.Kind.UNKNOWN_UNIT, Event.text("abx")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, Event.text("")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, Event.of(StreamModel.TEXT, 1)));
        }
        if (!ordered && kind == Kind.CLASSIFY) {
            bad.add(new Bad(DataException.Kind.NOT_A_NUMBER, good.with("dimension 1", "x")));
        }
        if (!ordered && kind == Kind.ANOMALY) {
            bad.add(new Bad(DataException.Kind.NOT_A_NUMBER, good.with("load", "x")));
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, good.with("kind", 1)));
        }
        return bad;
    }

    static List<Bad> badOrders(StreamModel model, Event good) {
        double[] values = ordered(model, good).ordered().orElseThrow();
        List<Bad> bad = new ArrayList<>();
        for (int length : new int[] {0, values.length - 1, values.length + 1}) {
            double[] other = java.util.Arrays.copyOf(values, length);
            bad.add(new Bad(
                    DataException.Kind.WRONG_WIDTH,
                    new Event(good.date(), Map.of(), Map.of(), false, Optional.of(other))));
        }
        for (int i = 0; i < values.length; i++) {
            for (double id : new double[] {-1, 0.5, 99, Double.POSITIVE_INFINITY}) {
                double[] other = values.clone();
                other[i] = id;
                if (model.inputs().get(i).type() != StreamModel.Type.NUMBER) {
                    bad.add(new Bad(
                            DataException.Kind.UNKNOWN_UNIT,
                            new Event(good.date(), Map.of(), Map.of(), false, Optional.of(other))));
                }
            }
        }
        return bad;
    }

    static List<Bad> badRows(Kind kind, Event good, int row) {
        List<Bad> bad = new ArrayList<>();
        for (String name : List.of("price", "heat", "load")) {
            for (double value : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e39, 1e38}) {
                bad.add(new Bad(DataException.Kind.NOT_FINITE, good.with(name, value)));
            }
        }
        bad.add(new Bad(
                DataException.Kind.MISSING_DATE,
                new Event(Optional.empty(), good.numbers(), good.texts(), false, Optional.empty())));
        if (row > 0) {
            bad.add(new Bad(DataException.Kind.DATE_ORDER, good.at(START.plusHours(row - 1))));
            // Forecasters were told which row comes next.
            bad.add(new Bad(
                    forecasts(kind) ? DataException.Kind.DATE_ORDER : DataException.Kind.GAP,
                    good.at(START.plusHours(row + 2))));
        } else {
            bad.add(new Bad(DataException.Kind.MISSING_VALUE, good.with("heat", Double.NaN)));
            bad.add(new Bad(
                    DataException.Kind.MISSING_VALUE,
                    Event.of("load", 1).with("heat", 1).with("price", 1)));
        }
        if (forecasts(kind) && row > 0) {
            Event ahead = Event.of("price", 3).with("kind", "day").toCome();
            bad.add(new Bad(DataException.Kind.DATE_ORDER, ahead.at(START.plusHours(row))));
            bad.add(new Bad(DataException.Kind.GAP, ahead.at(START.plusHours(row + 3))));
            bad.add(new Bad(
                    DataException.Kind.NOT_FINITE,
                    ahead.with("price", Double.POSITIVE_INFINITY).at(START.plusHours(row + 2))));
        }
        return bad;
    }
}
