package dev.carousel.flink;

import dev.carousel.model.Model;
import dev.carousel.stream.SavedSessions;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * What a job tells the function of every subtask; it travels with the job.
 *
 * @param model the bytes of the model file that the job begins with
 * @param loading makes steps of a model
 * @param event makes an event of an element
 * @param output makes an element of an answer
 * @param type of the output
 * @param number of an element; none if they are not numbered
 * @param refused what is sent on instead of an answer where an event does not fit; none if that is an error
 * @param input the type of an element, where it waits for its time; none if elements are taken as they arrive
 * @param late where elements go that come after their time
 * @param timeToLive after which a session without events ends; none if it never does
 * @param maxBatch how many events wait at most to be stepped together
 * @param linger how long the first of them waits at most
 */
record FunctionSettings<K, I, E, A, O>(
        byte[] model,
        Loading<E, A> loading,
        CarouselProcessFunction.ToEvent<I, E> event,
        CarouselProcessFunction.ToOutput<K, I, A, O> output,
        TypeInformation<O> type,
        CarouselProcessFunction.@Nullable ToNumber<I> number,
        CarouselProcessFunction.@Nullable ToOutput<K, I, RuntimeException, O> refused,
        @Nullable TypeInformation<I> input,
        @Nullable OutputTag<I> late,
        @Nullable Duration timeToLive,
        int maxBatch,
        Duration linger)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /** Makes the steps of a subtask. */
    interface Loading<E, A> extends Serializable {

        SavedSessions<E, A> of(Model model, int maxBatch);
    }

    SavedSessions<E, A> load(byte[] file) {
        return loading.of(Model.ofBytes("the model of the job", file), maxBatch);
    }

    FunctionSettings<K, I, E, A, O> withNumber(CarouselProcessFunction.ToNumber<I> numbering) {
        return new FunctionSettings<>(
                model, loading, event, output, type, numbering, refused, input, late, timeToLive, maxBatch, linger);
    }

    FunctionSettings<K, I, E, A, O> withRefused(CarouselProcessFunction.ToOutput<K, I, RuntimeException, O> instead) {
        return new FunctionSettings<>(
                model, loading, event, output, type, number, instead, input, late, timeToLive, maxBatch, linger);
    }

    FunctionSettings<K, I, E, A, O> withEventTime(TypeInformation<I> of, OutputTag<I> tag) {
        return new FunctionSettings<>(
                model, loading, event, output, type, number, refused, of, tag, timeToLive, maxBatch, linger);
    }

    FunctionSettings<K, I, E, A, O> withTimeToLive(Duration longest) {
        return new FunctionSettings<>(
                model, loading, event, output, type, number, refused, input, late, longest, maxBatch, linger);
    }

    FunctionSettings<K, I, E, A, O> withBatches(int most, Duration longest) {
        return new FunctionSettings<>(
                model, loading, event, output, type, number, refused, input, late, timeToLive, most, longest);
    }
}
