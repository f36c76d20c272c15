package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.series.Categories;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** What the events of a model hold, by its task. */
final class StreamInputs {

    private StreamInputs() {}

    static List<StreamModel.Input> inputs(ForecastTask task) {
        List<StreamModel.Input> inputs = new ArrayList<>();
        task.columns().numbers().forEach(name -> inputs.add(new StreamModel.Input(name, StreamModel.Type.NUMBER)));
        task.columns().categories().forEach(name -> inputs.add(new StreamModel.Input(name, StreamModel.Type.CATEGORY)));
        return inputs;
    }

    static Map<String, ToIntFunction<String>> ids(ForecastTask task) {
        Map<String, ToIntFunction<String>> ids = new HashMap<>();
        for (Categories one : task.spec().columns().categories()) {
            ids.put(one.name(), one::id);
        }
        return ids;
    }

    static int one(String text, int[] ids) {
        if (ids.length != 1) {
            throw new DataException(
                            DataException.Kind.UNKNOWN_UNIT,
                            "Expected one character, byte or word, for each has an id, but '" + Numbers.shortened(text)
                                    + "' is " + ids.length + ".")
                    .inColumn(StreamModel.TEXT);
        }
        return ids[0];
    }
}
