package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.carousel.network.Network;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read by the protocol buffers of Google and by the fields that TensorFlow's own .proto files have. */
class TensorBoardLogTest {

    private static final FileDescriptor PROTO = proto();

    private static FieldDescriptorProto field(
            int number, String name, FieldDescriptorProto.Type type, FieldDescriptorProto.Label label, String message) {
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder()
                .setNumber(number)
                .setName(name)
                .setType(type)
                .setLabel(label);
        return message.isEmpty()
                ? field.build()
                : field.setTypeName(".tensorflow." + message).build();
    }

    private static FieldDescriptorProto one(int number, String name, FieldDescriptorProto.Type type) {
        return field(number, name, type, FieldDescriptorProto.Label.LABEL_OPTIONAL, "");
    }

    private static FieldDescriptorProto message(int number, String name, String type) {
        return field(
                number, name, FieldDescriptorProto.Type.TYPE_MESSAGE, FieldDescriptorProto.Label.LABEL_OPTIONAL, type);
    }

    private static DescriptorProto type(String name, FieldDescriptorProto... fields) {
        return DescriptorProto.newBuilder()
                .setName(name)
                .addAllField(List.of(fields))
                .build();
    }

    /** As event.proto, summary.proto, histogram.proto and tensor.proto have them. */
    private static FileDescriptor proto() {
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("event.proto")
                .setSyntax("proto3")
                .setPackage("tensorflow")
                .addMessageType(type(
                        "Event",
                        one(1, "wall_time", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        one(2, "step", FieldDescriptorProto.Type.TYPE_INT64),
                        one(3, "file_version", FieldDescriptorProto.Type.TYPE_STRING),
                        message(5, "summary", "Summary")))
                .addMessageType(type(
                        "Summary",
                        field(
                                1,
                                "value",
                                FieldDescriptorProto.Type.TYPE_MESSAGE,
                                FieldDescriptorProto.Label.LABEL_REPEATED,
                                "SummaryValue")))
                .addMessageType(type(
                        "SummaryValue",
                        one(1, "tag", FieldDescriptorProto.Type.TYPE_STRING),
                        one(2, "simple_value", FieldDescriptorProto.Type.TYPE_FLOAT),
                        message(5, "histo", "HistogramProto"),
                        message(8, "tensor", "TensorProto"),
                        message(9, "metadata", "SummaryMetadata")))
                .addMessageType(type("SummaryMetadata", message(1, "plugin_data", "PluginData")))
                .addMessageType(type("PluginData", one(1, "plugin_name", FieldDescriptorProto.Type.TYPE_STRING)))
                .addMessageType(type(
                        "TensorProto",
                        one(1, "dtype", FieldDescriptorProto.Type.TYPE_INT32),
                        field(
                                8,
                                "string_val",
                                FieldDescriptorProto.Type.TYPE_BYTES,
                                FieldDescriptorProto.Label.LABEL_REPEATED,
                                "")))
                .addMessageType(type(
                        "HistogramProto",
                        one(1, "min", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        one(2, "max", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        one(3, "num", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        one(4, "sum", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        one(5, "sum_squares", FieldDescriptorProto.Type.TYPE_DOUBLE),
                        field(
                                6,
                                "bucket_limit",
                                FieldDescriptorProto.Type.TYPE_DOUBLE,
                                FieldDescriptorProto.Label.LABEL_REPEATED,
                                ""),
                        field(
                                7,
                                "bucket",
                                FieldDescriptorProto.Type.TYPE_DOUBLE,
                                FieldDescriptorProto.Label.LABEL_REPEATED,
                                "")))
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object get(Object message, String field) {
        DynamicMessage dynamic = (DynamicMessage) message;
        return dynamic.getField(dynamic.getDescriptorForType().findFieldByName(field));
    }

    /** The events of a file; any field that the messages do not have, and any checksum that is wrong, fails. */
    private static List<DynamicMessage> events(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<DynamicMessage> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            requireChecksum(length, bytes.getInt());
            byte[] record = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            bytes.get(record);
            requireChecksum(record, bytes.getInt());
            DynamicMessage event = DynamicMessage.parseFrom(PROTO.findMessageTypeByName("Event"), record);
            assertThat(event.getUnknownFields().asMap()).isEmpty();
            events.add(event);
        }
        return events;
    }

    private static void requireChecksum(byte[] of, int masked) {
        CRC32C checksum = new CRC32C();
        checksum.update(of);
        int unmasked = masked - 0xa282ead8;
        assertThat(unmasked << 15 | unmasked >>> 17).isEqualTo((int) checksum.getValue());
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private static List<DynamicMessage> values(List<DynamicMessage> events, String tag) {
        return events.stream()
                .flatMap(event -> ((List<?>) get(get(event, "summary"), "value")).stream())
                .map(DynamicMessage.class::cast)
                .filter(value -> get(value, "tag").equals(tag))
                .toList();
    }

    private static List<Float> scalars(List<DynamicMessage> events, String tag) {
        return values(events, tag).stream()
                .map(value -> (Float) get(value, "simple_value"))
                .toList();
    }

    @Test
    void aFileBeginsAsEveryEventFileDoes(@TempDir Path folder) throws IOException {
        TensorBoardLog.in(folder).close();
        Path file = only(folder);
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        // The length of the first event, 24, and its checksum, as TensorFlow writes them.
        byte[] frame = {24, 0, 0, 0, 0, 0, 0, 0, (byte) 0xa3, 0x7f, 0x4b, 0x22};
        assertThat(Files.readAllBytes(file)).startsWith(frame).hasSize(40);
        assertThat(get(events(file).get(0), "file_version")).isEqualTo("brain.Event:2");
    }

    @Test
    void aTrainingLeavesItsLossesRatesAndNorms(@TempDir Path folder) throws IOException {
        Network network = SmallTraining.network();
        TrainingResult result;
        try (TensorBoardLog log = TensorBoardLog.in(folder)) {
            result = SmallTraining.run(network, log.withParameters(network.parameters()));
            assertThat(log.failure()).isEmpty();
        }
        List<DynamicMessage> events = events(only(folder));
        assertThat(scalars(events, "epoch/training_loss")).isEqualTo(floats(result, EpochFigures::trainingLoss));
        assertThat(scalars(events, "epoch/held_out_loss"))
                .isEqualTo(floats(result, epoch -> epoch.heldOutLoss().orElseThrow()));
        assertThat(scalars(events, "epoch/learning_rate")).containsOnly(0.02f).hasSize(SmallTraining.EPOCHS);
        assertThat(scalars(events, "epoch/gradient_norm")).isEqualTo(floats(result, EpochFigures::gradientNorm));
        assertThat(scalars(events, "gradient_norm/rnn.l0"))
                .isEqualTo(floats(result, epoch -> epoch.layerNorms().get("rnn.l0")));
        assertThat(scalars(events, "epoch/steps_per_second")).allMatch(speed -> speed > 0);
        assertThat(scalars(events, "update/loss")).hasSize(SmallTraining.EPOCHS * SmallTraining.BATCHES);
        List<Long> steps = events.stream()
                .filter(event -> !values(List.of(event), "update/gradient_norm").isEmpty())
                .map(event -> (Long) get(event, "step"))
                .toList();
        assertThat(steps)
                .isEqualTo(IntStream.rangeClosed(1, SmallTraining.EPOCHS * SmallTraining.BATCHES)
                        .mapToObj(step -> (long) step)
                        .toList());
        assertThat(events).allMatch(event -> (Double) get(event, "wall_time") > 1.7e9);
        requireHistogram(
                values(events, "parameters/rnn.weight_hh_l0").get(SmallTraining.EPOCHS - 1),
                network.parameters().get("rnn.weight_hh_l0"));
    }

    private static List<Float> floats(TrainingResult result, java.util.function.ToDoubleFunction<EpochFigures> what) {
        return result.epochs().stream()
                .map(epoch -> (float) what.applyAsDouble(epoch))
                .toList();
    }

    private static void requireHistogram(DynamicMessage value, float[] weights) {
        Object histogram = get(value, "histo");
        double[] sorted = IntStream.range(0, weights.length)
                .mapToDouble(i -> weights[i])
                .sorted()
                .toArray();
        assertThat(get(histogram, "num")).isEqualTo((double) weights.length);
        assertThat(get(histogram, "min")).isEqualTo(sorted[0]);
        assertThat(get(histogram, "max")).isEqualTo(sorted[sorted.length - 1]);
        assertThat((Double) get(histogram, "sum"))
                .isCloseTo(Arrays.stream(sorted).sum(), within(1e-9));
        List<?> limits = (List<?>) get(histogram, "bucket_limit");
        List<?> counts = (List<?>) get(histogram, "bucket");
        assertThat(limits).hasSameSizeAs(counts);
        double below = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < limits.size(); i++) {
            double from = below;
            double to = (Double) limits.get(i);
            assertThat(to).isGreaterThan(from);
            assertThat((Double) counts.get(i))
                    .isEqualTo(Arrays.stream(sorted)
                            .filter(weight -> weight >= from && weight < to)
                            .count());
            below = to;
        }
    }

    @Test
    void aTextIsATensorOfTheTextPlugin(@TempDir Path folder) throws IOException {
        try (TensorBoardLog log = TensorBoardLog.in(folder)) {
            log.text("plan", 7, "grüße");
        }
        DynamicMessage value = values(events(only(folder)), "plan").get(0);
        assertThat(get(get(get(value, "metadata"), "plugin_data"), "plugin_name"))
                .isEqualTo("text");
        assertThat(get(get(value, "tensor"), "dtype")).isEqualTo(7);
        assertThat(((List<?>) get(get(value, "tensor"), "string_val")).get(0))
                .isEqualTo(com.google.protobuf.ByteString.copyFromUtf8("grüße"));
    }

    @Test
    void afterEachEpochAllOfItIsInTheFile(@TempDir Path folder) throws IOException {
        try (TensorBoardLog log = TensorBoardLog.in(folder)) {
            SmallTraining.run(SmallTraining.network(), log);
            assertThat(scalars(events(only(folder)), "epoch/training_loss")).hasSize(SmallTraining.EPOCHS);
        }
    }

    @Test
    void twoLogsInOneFolderAreTwoFiles(@TempDir Path folder) throws IOException {
        try (TensorBoardLog first = TensorBoardLog.in(folder);
                TensorBoardLog second = TensorBoardLog.in(folder)) {
            assertThat(first).isNotSameAs(second);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsAnError(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> TensorBoardLog.in(file)).isInstanceOf(IOException.class);
    }

    @Test
    void aLogThatCannotBeWrittenDoesNotEndTheTraining(@TempDir Path folder) throws IOException {
        TensorBoardLog log = TensorBoardLog.in(folder);
        log.close();
        TrainingResult result = SmallTraining.run(SmallTraining.network(), log);
        assertThat(result.epochs()).hasSize(SmallTraining.EPOCHS);
        assertThat(log.failure()).isPresent();
    }
}
