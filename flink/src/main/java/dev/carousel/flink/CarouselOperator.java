package dev.carousel.flink;

import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.InternalTimeServiceManager;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.operators.sorted.state.BatchExecutionKeyedStateBackend;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Flink's operator of a keyed function, which also lets events of several keys wait for each other, and takes all that wait before
 * a barrier, a watermark or the end passes it. Its second input, if there is one, brings models, and no time.
 *
 * <p>A function alone could not do it: what it sends while its state is written goes behind the barrier, and would be lost with
 * a failure.
 */
final class CarouselOperator<K, I, O> extends KeyedProcessOperator<K, I, O>
        implements TwoInputStreamOperator<I, byte[], O> {

    private static final long serialVersionUID = 1;

    private final CarouselProcessFunction<K, I, O> function;

    /** Whether a timer will take what waits. */
    private transient boolean timed;

    CarouselOperator(CarouselProcessFunction<K, I, O> function) {
        super(function);
        this.function = function;
    }

    /** A second input that is not keyed, which Flink's own methods do not have for operators. */
    static <K, I, O> SingleOutputStreamOperator<O> connect(
            KeyedStream<I, K> elements,
            DataStream<byte[]> models,
            TypeInformation<O> type,
            CarouselOperator<K, I, O> operator) {
        StreamExecutionEnvironment environment = elements.getExecutionEnvironment();
        TwoInputTransformation<I, byte[], O> both = new TwoInputTransformation<>(
                elements.getTransformation(),
                models.broadcast().getTransformation(),
                "Carousel",
                SimpleOperatorFactory.of(operator),
                type,
                environment.getParallelism(),
                false);
        both.setStateKeySelectors(elements.getKeySelector(), null);
        both.setStateKeyType(elements.getKeyType());
        environment.addOperator(both);
        return new SingleOutputStreamOperator<>(environment, both) {};
    }

    @Override
    public void open() throws Exception {
        KeyedStateBackend<?> backend = getKeyedStateBackend();
        if (backend instanceof BatchExecutionKeyedStateBackend) {
            // It has the state of one key alone, and forgets it when another comes: answers would be wrong without a
            // word.
            throw new IllegalStateException(
                    "CarouselOperator: the job runs in batch execution mode, in which Flink keeps the"
                            + " state of one key at a time, but events of several keys wait here for each other. Set"
                            + " execution.runtime-mode to STREAMING, which takes streams that end as well.");
        }
        function.batches(this::setCurrentKey, this::waits);
        super.open();
    }

    /** An event waits now. */
    // Flink fails the task if a timer fails.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void waits() {
        if (function.full()) {
            flush();
        } else if (!timed) {
            timed = true;
            long until = getProcessingTimeService().getCurrentProcessingTime()
                    + function.linger().toMillis();
            getProcessingTimeService().registerTimer(until, now -> {
                timed = false;
                flush();
            });
        }
    }

    private void flush() {
        try {
            function.flush(this::emit);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The state of a key cannot be read or written: " + e, e);
        }
    }

    private void emit(O answer, @Nullable Long time) {
        output.collect(time == null ? new StreamRecord<>(answer) : new StreamRecord<>(answer, time));
    }

    @Override
    public void processElement1(StreamRecord<I> element) throws Exception {
        processElement(element);
    }

    @Override
    public void processElement2(StreamRecord<byte[]> element) throws Exception {
        flush();
        function.replace(element.getValue());
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        flush();
        super.prepareSnapshotPreBarrier(checkpoint);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        Optional<InternalTimeServiceManager<?>> timers = getTimeServiceManager();
        if (timers.isPresent()) {
            timers.get().advanceWatermark(mark);
        }
        flush();
        output.emitWatermark(mark);
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        processWatermark(mark);
    }

    /** Models have no time, and do not hold up that of the elements. */
    @Override
    public void processWatermark2(Watermark mark) {}

    /** Nor do they hold back that there is nothing to wait for where the elements are idle. */
    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) {
        if (input == 0) {
            output.emitWatermarkStatus(status);
        }
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }
}
