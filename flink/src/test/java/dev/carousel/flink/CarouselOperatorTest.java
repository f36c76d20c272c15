package dev.carousel.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.model.Model;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

/** The operator in Flink's own harness: what waits for what, and what passes when. */
// A harness may be interrupted when it closes; nobody does that here.
@SuppressWarnings("try")
class CarouselOperatorTest {

    private static final int PUMPS = 5;
    private static final OutputTag<Reading> LATE = new OutputTag<>("late", TypeInformation.of(Reading.class));

    private final Model model = Reading.model(1);
    private final Map<Integer, Session> alone = new HashMap<>();

    private CarouselProcessFunction<Integer, Reading, Reading.Answered> function() {
        return Reading.function(model).withBatches(4, Duration.ofMillis(10));
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, Reading, Reading.Answered> harness(
            OneInputStreamOperator<Reading, Reading.Answered> operator) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(operator, Reading::pump, Types.INT);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, Reading, Reading.Answered> open(
            CarouselProcessFunction<Integer, Reading, Reading.Answered> function) throws Exception {
        var harness = harness(new CarouselOperator<>(function));
        harness.open();
        return harness;
    }

    /** Bits of the answer of a session in process to a reading. */
    private float[] expected(Reading reading) {
        return expected(reading, model.network().pack());
    }

    private float[] expected(Reading reading, PackedNetwork network) {
        return Reading.step(alone.computeIfAbsent(reading.pump(), none -> Session.of(network)), reading);
    }

    private void assertAnswers(List<Reading.Answered> found, List<Reading> readings) {
        assertThat(found.stream().map(Reading.Answered::number).sorted().toList())
                .isEqualTo(readings.stream().map(Reading::number).sorted().toList());
        for (Reading reading : readings) {
            Reading.Answered answer = found.stream()
                    .filter(one -> one.number() == reading.number())
                    .findAny()
                    .orElseThrow();
            assertThat(answer.y()).containsExactly(expected(reading));
        }
    }

    private static List<Reading> readings(int from, int count) {
        List<Reading> readings = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            readings.add(Reading.of(i, PUMPS));
        }
        return readings;
    }

    @Test
    void eventsWaitForEachOtherUntilThereAreEnoughOrTheTimeIsUp() throws Exception {
        try (var harness = open(function())) {
            for (Reading reading : readings(0, 3)) {
                harness.processElement(new StreamRecord<>(reading));
            }
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement(new StreamRecord<>(Reading.of(3, PUMPS)));
            assertThat(harness.extractOutputValues()).hasSize(4);
            harness.processElement(new StreamRecord<>(Reading.of(4, PUMPS)));
            assertThat(harness.extractOutputValues()).hasSize(4);
            harness.setProcessingTime(20);
            assertAnswers(harness.extractOutputValues(), readings(0, 5));
        }
    }

    @Test
    void whatWaitsIsTakenBeforeABarrierAWatermarkAndTheEnd() throws Exception {
        try (var harness = open(function())) {
            harness.processElement(Reading.of(0, PUMPS), 7);
            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.extractOutputStreamRecords()).hasSize(1);
            assertThat(harness.extractOutputStreamRecords().get(0).getTimestamp())
                    .isEqualTo(7);
            harness.snapshot(1, 1);
            harness.processElement(Reading.of(1, PUMPS), 8);
            harness.processWatermark(8);
            List<Object> all = new ArrayList<>(harness.getOutput());
            assertThat(all).hasSize(3);
            assertThat(all.get(2)).isEqualTo(new Watermark(8));
            harness.processElement(Reading.of(2, PUMPS), 9);
            harness.getOneInputOperator().finish();
            assertAnswers(harness.extractOutputValues(), readings(0, 3));
        }
    }

    @Test
    void flinksOwnOperatorTakesOneAtATimeWithTheSameBits() throws Exception {
        try (var harness = harness(new KeyedProcessOperator<>(function()))) {
            harness.open();
            for (Reading reading : readings(0, 30)) {
                harness.processElement(reading, 5);
                assertThat(harness.extractOutputValues()).hasSize((int) reading.number() + 1);
            }
            harness.snapshot(1, 1);
            assertAnswers(harness.extractOutputValues(), readings(0, 30));
        }
    }

    @Test
    void elementsAreTakenInTheOrderOfTheirTimeAndLateOnesGoAside() throws Exception {
        var function = function().withEventTime(TypeInformation.of(Reading.class), LATE);
        OperatorSubtaskState state;
        try (var harness = open(function)) {
            harness.processElement(Reading.of(2, PUMPS), 30);
            harness.processElement(Reading.of(0, PUMPS), 10);
            harness.processElement(Reading.of(1, PUMPS), 20);
            harness.processElement(Reading.of(3, 1), 40);
            harness.processElement(Reading.of(4, 1), 40);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processWatermark(25);
            assertThat(harness.extractOutputValues())
                    .extracting(Reading.Answered::number)
                    .containsExactly(0L, 1L);
            harness.processElement(Reading.of(9, PUMPS), 25);
            assertThat(harness.getSideOutput(LATE)).hasSize(1);
            assertThat(harness.getSideOutput(LATE).peek().getValue().number()).isEqualTo(9);
            assertAnswers(harness.extractOutputValues(), readings(0, 2));
            harness.prepareSnapshotPreBarrier(1);
            state = harness.snapshot(1, 1);
        }
        // What waits for its time is in the checkpoint.
        try (var harness = harness(new CarouselOperator<>(function))) {
            harness.initializeState(state);
            harness.open();
            harness.processWatermark(100);
            assertAnswers(
                    harness.extractOutputValues(), List.of(Reading.of(2, PUMPS), Reading.of(3, 1), Reading.of(4, 1)));
        }
        try (var harness = open(function)) {
            assertThatThrownBy(() -> harness.processElement(new StreamRecord<>(Reading.of(0, PUMPS))))
                    .hasMessageContaining("An element has no time");
        }
    }

    @Test
    void aSessionWithoutEventsEnds() throws Exception {
        try (var harness = open(function().withBatches(1, Duration.ZERO).withTimeToLive(Duration.ofMinutes(1)))) {
            Reading first = Reading.of(0, 1);
            harness.setStateTtlProcessingTime(0);
            harness.processElement(first, 0);
            harness.setStateTtlProcessingTime(59_000);
            harness.processElement(Reading.of(1, 1), 0);
            harness.setStateTtlProcessingTime(59_000 + 61_000);
            harness.processElement(first, 0);
            List<Reading.Answered> found = harness.extractOutputValues();
            assertThat(found.get(0).y()).containsExactly(expected(first));
            assertThat(found.get(1).y()).containsExactly(expected(Reading.of(1, 1)));
            assertThat(found.get(2).y()).containsExactly(found.get(0).y());
        }
    }

    @Test
    void aRepetitionIsNotTakenAndWhatDoesNotFitGoesOnInstead() throws Exception {
        var function = function()
                .withBatches(3, Duration.ofMillis(10))
                .withNumbers(Reading::number)
                .withRefused((pump, reading, cause) -> new Reading.Answered(-1, pump, new float[0]));
        Reading bad = new Reading(2, 0, new float[] {1, Float.NaN, 2});
        try (var harness = open(function)) {
            for (Reading reading : List.of(
                    Reading.of(0, 1), Reading.of(1, 1), Reading.of(1, 1), bad, Reading.of(3, 1), Reading.of(0, 1))) {
                harness.processElement(reading, 0);
            }
            List<Reading.Answered> found = harness.extractOutputValues();
            assertThat(found).extracting(Reading.Answered::number).containsExactly(0L, 1L, -1L, 3L);
            assertAnswers(
                    found.stream().filter(one -> one.number() >= 0).toList(),
                    List.of(Reading.of(0, 1), Reading.of(1, 1), Reading.of(3, 1)));
        }
        // Not closed, for what has failed cannot end in peace.
        var failing = open(function());
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 4; i++) {
                        failing.processElement(bad, 0);
                    }
                })
                .hasMessageContaining("number 1 of 3 is NaN");
    }

    @Test
    void modelsAreSwappedWhileTheJobRunsAndAreInTheCheckpoint() throws Exception {
        PackedNetwork next = Reading.model(2).network().pack();
        OperatorSubtaskState state;
        try (var harness = two(function())) {
            harness.open();
            harness.processElement1(new StreamRecord<>(Reading.of(0, 1), 1));
            harness.processElement2(new StreamRecord<>(Reading.model(2).toBytes()));
            // What waited was taken with the model before.
            float[] first = expected(Reading.of(0, 1));
            assertThat(harness.extractOutputValues().get(0).y()).containsExactly(first);
            goOnWith(next);
            harness.processElement1(new StreamRecord<>(Reading.of(1, 1), 1));
            harness.processWatermark1(new Watermark(1));
            assertThat(harness.extractOutputValues().get(1).y()).containsExactly(expected(Reading.of(1, 1)));
            assertThat(harness.getOutput()).last().isEqualTo(new Watermark(1));
            byte[] other = Reading.model(NetworkSpec.of(Recurrent.gru(3, 32), Dense.head(32, 2)), 1)
                    .toBytes();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> harness.processElement2(new StreamRecord<>(other)))
                    .withMessageContaining("A model came while the job runs, but it has the layout");
            harness.prepareSnapshotPreBarrier(1);
            state = harness.snapshot(1, 1);
        }
        try (var harness = two(function())) {
            harness.initializeState(state);
            harness.open();
            harness.processElement1(new StreamRecord<>(Reading.of(2, 1), 1));
            harness.processWatermark1(new Watermark(2));
            assertThat(harness.extractOutputValues().get(0).y()).containsExactly(expected(Reading.of(2, 1)));
        }
        // A job that is started with another model of its own begins with that one.
        PackedNetwork own = Reading.model(3).network().pack();
        goOnWith(own);
        try (var harness = two(Reading.function(Reading.model(3)).withBatches(1, Duration.ZERO))) {
            harness.initializeState(state);
            harness.open();
            Session session = Session.of(own);
            Session before = Session.of(next);
            System.arraycopy(
                    after(next).state().values(),
                    0,
                    session.state().values(),
                    0,
                    before.state().values().length);
            harness.processElement1(new StreamRecord<>(Reading.of(2, 1), 1));
            assertThat(harness.extractOutputValues().get(0).y())
                    .containsExactly(Reading.step(session, Reading.of(2, 1)));
        }
    }

    @Test
    void aJobThatIsSetBackToItsFirstModelDoesNotGoBackToWhatCameThen() throws Exception {
        OperatorSubtaskState state;
        try (var harness = two(function())) {
            harness.open();
            harness.processElement2(new StreamRecord<>(Reading.model(2).toBytes()));
            state = harness.snapshot(1, 1);
        }
        try (var harness = two(Reading.function(Reading.model(3)))) {
            harness.initializeState(state);
            harness.open();
            state = harness.snapshot(2, 2);
        }
        try (var harness = two(function())) {
            harness.initializeState(state);
            harness.open();
            harness.processElement1(new StreamRecord<>(Reading.of(0, 1), 1));
            harness.processWatermark1(new Watermark(1));
            assertThat(harness.extractOutputValues().get(0).y()).containsExactly(expected(Reading.of(0, 1)));
        }
    }

    @Test
    void modelsDoNotHoldBackThatElementsAreIdle() throws Exception {
        try (var harness = two(function())) {
            harness.open();
            harness.processWatermarkStatus2(WatermarkStatus.IDLE);
            assertThat(harness.getOutput()).isEmpty();
            harness.processWatermarkStatus2(WatermarkStatus.ACTIVE);
            harness.processWatermarkStatus1(WatermarkStatus.IDLE);
            harness.processWatermarkStatus1(WatermarkStatus.ACTIVE);
            assertThat(harness.getOutput()).containsExactly(WatermarkStatus.IDLE, WatermarkStatus.ACTIVE);
        }
    }

    @Test
    void batchExecutionModeIsRefused() throws Exception {
        try (StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1)) {
            environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
            var readings = environment.fromData(readings(0, 10)).keyBy(Reading::pump);
            function().apply(readings).sinkTo(new DiscardingSink<>());
            assertThatThrownBy(() -> environment.execute())
                    .hasStackTraceContaining("the job runs in batch execution mode");
        }
    }

    /** The session of the only pump after reading 0 with the first model and reading 1 with the next. */
    private Session after(PackedNetwork next) {
        alone.clear();
        expected(Reading.of(0, 1));
        goOnWith(next);
        expected(Reading.of(1, 1));
        return alone.get(0);
    }

    private void goOnWith(PackedNetwork next) {
        Session session = Session.of(next);
        float[] values = alone.get(0).state().values();
        System.arraycopy(values, 0, session.state().values(), 0, values.length);
        alone.put(0, session);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<Integer, Reading, byte[], Reading.Answered> two(
            CarouselProcessFunction<Integer, Reading, Reading.Answered> function) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new CarouselOperator<>(function), Reading::pump, null, Types.INT);
    }

    @Test
    void aRestoredJobGoesOnWithOtherWeightsAndRefusesAnotherNetwork() throws Exception {
        OperatorSubtaskState state;
        try (var harness = open(function())) {
            for (Reading reading : readings(0, 10)) {
                harness.processElement(reading, 0);
                expected(reading);
            }
            harness.prepareSnapshotPreBarrier(1);
            state = harness.snapshot(1, 1);
        }
        PackedNetwork next = Reading.model(2).network().pack();
        alone.replaceAll((pump, session) -> {
            Session goesOn = Session.of(next);
            float[] values = session.state().values();
            System.arraycopy(values, 0, goesOn.state().values(), 0, values.length);
            return goesOn;
        });
        try (var harness = harness(
                new CarouselOperator<>(Reading.function(Reading.model(2)).withBatches(4, Duration.ofMillis(10))))) {
            harness.initializeState(state);
            harness.open();
            for (Reading reading : readings(10, 8)) {
                harness.processElement(reading, 0);
            }
            assertAnswers(harness.extractOutputValues(), readings(10, 8));
        }
        NetworkSpec other = NetworkSpec.of(Recurrent.gru(3, 32), Dense.head(32, 2));
        var refused = harness(new CarouselOperator<>(Reading.function(Reading.model(other, 1))));
        assertThatThrownBy(() -> {
                    refused.initializeState(state);
                    refused.open();
                })
                .hasStackTraceContaining("must not be incompatible with the old state serializer");
    }

    @Test
    void sessionsAreWrittenAndReadToTheBit() throws Exception {
        KeyedSessionSerializer serializer = new KeyedSessionSerializer("a");
        KeyedSession session = new KeyedSession(new byte[] {1, 2, 3});
        var out = new org.apache.flink.core.memory.DataOutputSerializer(16);
        serializer.serialize(session, out);
        var in = new org.apache.flink.core.memory.DataInputDeserializer(out.getCopyOfBuffer());
        KeyedSession read = serializer.deserialize(in);
        assertThat(read).isEqualTo(session).hasSameHashCodeAs(session);
        assertThat(Arrays.equals(read.saved(), session.saved())).isTrue();
        assertThatThrownBy(() -> serializer.deserialize(
                        new org.apache.flink.core.memory.DataInputDeserializer(new byte[] {-1, -1, -1, -1})))
                .hasMessageContaining("has -1 bytes");
        assertThat(serializer.snapshotConfiguration().restoreSerializer()).isEqualTo(serializer);
        assertThatThrownBy(() -> new KeyedSessionSerializerSnapshot()
                        .readSnapshot(2, in, getClass().getClassLoader()))
                .hasMessageContaining("this release reads 1");
    }
}
