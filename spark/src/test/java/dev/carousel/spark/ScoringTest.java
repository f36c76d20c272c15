package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Seq;

class ScoringTest {

    private static final int D = 3;

    private static Model model(NetworkSpec spec) {
        return Model.of(Network.initialised(spec, new SplittableRandom(4)), Task.of("test"));
    }

    private static final Model STEPS = model(NetworkSpec.of(Recurrent.lstm(D, 20), Dense.head(20, 2)));

    private static List<float[][]> sequences(int count) {
        SplittableRandom random = new SplittableRandom(1);
        List<float[][]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[][] one = new float[random.nextInt(1, 15)][D];
            for (float[] step : one) {
                for (int d = 0; d < D; d++) {
                    step[d] = (float) random.nextGaussian();
                }
            }
            all.add(one);
        }
        return all;
    }

    private static List<Object> boxed(float[] numbers) {
        List<Object> list = new ArrayList<>();
        for (float number : numbers) {
            list.add(number);
        }
        return list;
    }

    private static Dataset<Row> nested(List<float[][]> sequences) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            List<Object> steps = new ArrayList<>();
            for (float[] step : sequences.get(i)) {
                steps.add(boxed(step));
            }
            rows.add(RowFactory.create(i, steps, "row " + i));
        }
        StructType schema = new StructType()
                .add("id", DataTypes.IntegerType)
                .add("sequence", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)))
                .add("a.name", DataTypes.StringType);
        return LocalSpark.session().createDataFrame(rows, schema).repartition(3);
    }

    private static float[][] output(Row row, String column) {
        List<Seq<Float>> steps = row.getList(row.fieldIndex(column));
        float[][] y = new float[steps.size()][];
        for (int t = 0; t < y.length; t++) {
            y[t] = new float[steps.get(t).size()];
            for (int o = 0; o < y[t].length; o++) {
                y[t][o] = steps.get(t).apply(o);
            }
        }
        return y;
    }

    @Test
    void outputsAreThoseOfEachSequenceAlone() {
        List<float[][]> sequences = sequences(700);
        Dataset<Row> scored = ModelTransformer.of(STEPS).setBatchSize(64).transform(nested(sequences));
        assertThat(scored.columns()).containsExactly("id", "sequence", "a.name", "output");
        List<Row> rows = scored.collectAsList();
        assertThat(rows).hasSize(700);
        PackedNetwork network = STEPS.network().pack();
        for (Row row : rows) {
            float[][] x = sequences.get(row.getInt(0));
            assertThat(row.getString(2)).isEqualTo("row " + row.getInt(0));
            assertThat(output(row, "output")).isDeepEqualTo(network.predict(new float[][][] {x})[0]);
            assertThat(output(row, "sequence")).isDeepEqualTo(x);
        }
    }

    @Test
    void flatNumbersAndIdsAndLastOutputs() {
        StructType flat = new StructType()
                .add("x", DataTypes.createArrayType(DataTypes.FloatType))
                .add("twice", DataTypes.createArrayType(DataTypes.DoubleType));
        List<Object> numbers = boxed(new float[] {1, 2, 3, 4, 5, 6});
        List<Object> doubles = List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        Dataset<Row> rows = LocalSpark.session()
                .createDataFrame(List.of(RowFactory.create(numbers, doubles), RowFactory.create(null, null)), flat);
        float[][] expected = STEPS.network().pack().predict(new float[][][] {{{1, 2, 3}, {4, 5, 6}}})[0];
        for (String column : List.of("x", "twice")) {
            List<Row> scored = ModelTransformer.of(STEPS)
                    .setInputCol(column)
                    .setOutputCol("y")
                    .transform(rows)
                    .collectAsList();
            assertThat(output(scored.get(0), "y")).isDeepEqualTo(expected);
            assertThat(scored.get(0).<Object>getList(0)).isEqualTo(numbers);
            assertThat(scored.get(0).<Object>getList(1)).isEqualTo(doubles);
            assertThat(scored.get(1).isNullAt(0)).isTrue();
            assertThat(scored.get(1).isNullAt(2)).isTrue();
        }
        Model ids = model(NetworkSpec.of(
                new Embedding("embedding", 9, 4), Recurrent.gru(4, 8), new Parameterless.Mean(8), Dense.head(8, 3)));
        Dataset<Row> tokens = LocalSpark.session()
                .createDataFrame(
                        List.of(RowFactory.create(List.of(1L, 8L, 2L))),
                        new StructType().add("sequence", DataTypes.createArrayType(DataTypes.LongType)));
        Row row = ModelTransformer.of(ids).transform(tokens).first();
        assertThat(output(row, "output"))
                .isDeepEqualTo(ids.network().pack().predict(new int[][] {{1, 8, 2}})[0])
                .hasDimensions(1, 3);
    }

    @Test
    void anIdOutsideIntIsRefusedWhateverSparksModeOfCasts() {
        Model ids = model(NetworkSpec.of(new Embedding("embedding", 9, 4), Recurrent.gru(4, 8), Dense.head(8, 3)));
        Dataset<Row> tokens = LocalSpark.session()
                .createDataFrame(
                        List.of(RowFactory.create(List.of(1L, (1L << 32) + 3))),
                        new StructType().add("sequence", DataTypes.createArrayType(DataTypes.LongType)));
        String before = LocalSpark.session().conf().get("spark.sql.ansi.enabled");
        try {
            for (String ansi : List.of("false", "true")) {
                LocalSpark.session().conf().set("spark.sql.ansi.enabled", ansi);
                assertThatThrownBy(
                                () -> ModelTransformer.of(ids).transform(tokens).collectAsList())
                        .hasStackTraceContaining("is not within the range of an int");
            }
        } finally {
            LocalSpark.session().conf().set("spark.sql.ansi.enabled", before);
        }
    }

    @Test
    void longRowsInAPipelineThatIsSavedAndLoaded(@TempDir Path folder) {
        List<float[][]> sequences = sequences(60);
        List<Row> steps = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            float[][] one = sequences.get(i);
            for (int t = 0; t < one.length; t++) {
                steps.add(RowFactory.create("key" + i, (long) t, one[t][0], (double) one[t][1], one[t][2]));
            }
        }
        Collections.shuffle(steps, new Random(5));
        StructType schema = new StructType()
                .add("device", DataTypes.StringType)
                .add("time", DataTypes.LongType)
                .add("a", DataTypes.FloatType)
                .add("b", DataTypes.DoubleType)
                .add("c", DataTypes.FloatType);
        Dataset<Row> rows = LocalSpark.session().createDataFrame(steps, schema).repartition(3);
        String file = folder.resolve("model.safetensors").toUri().toString();
        HadoopFiles.of(LocalSpark.session()).save(STEPS, file);
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new SequenceAssembler().setKeyCol("device").setOrderCol("time").setInputCols("a", "b", "c"),
            new ModelTransformer().setModel(file).setOutputCol("scores")
        });
        String saved = folder.resolve("pipeline").toUri().toString();
        try {
            pipeline.fit(rows).write().overwrite().save(saved);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        List<Row> scored = PipelineModel.load(saved).transform(rows).collectAsList();
        assertThat(scored).hasSize(60);
        PackedNetwork network = STEPS.network().pack();
        for (Row row : scored) {
            float[][] x = sequences.get(Integer.parseInt(row.getString(0).substring(3)));
            assertThat(output(row, "scores")).isDeepEqualTo(network.predict(new float[][][] {x})[0]);
        }
    }

    private static void assertRefused(Object sequence, String message) {
        StructType schema = new StructType()
                .add("sequence", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)));
        Dataset<Row> rows = LocalSpark.session().createDataFrame(List.of(RowFactory.create(sequence)), schema);
        Dataset<Row> scored = ModelTransformer.of(STEPS).transform(rows);
        assertThatThrownBy(scored::collectAsList).hasStackTraceContaining(message);
    }

    @Test
    void brokenSequencesAreRefusedAndNotScored() {
        List<Object> step = boxed(new float[] {1, 2, 3});
        List<Object> withNull = new ArrayList<>(step);
        withNull.set(1, null);
        assertRefused(List.of(step, withNull), "is missing (null)");
        assertRefused(List.of(step, boxed(new float[] {1, 2})), "A step of a sequence has not the 3 numbers");
        assertRefused(Collections.singletonList(null), "A step of a sequence");
        assertRefused(
                List.of(step, boxed(new float[] {1, Float.NaN, 3})),
                "Number 1 of step 1 of a sequence of 2 steps is NaN");
    }

    @Test
    void mistakesAreTold() {
        Dataset<Row> rows = nested(sequences(3));
        assertThatThrownBy(() -> new ModelTransformer().transform(rows)).hasMessageContaining("no model is set");
        assertThatThrownBy(
                        () -> ModelTransformer.of(STEPS).setInputCol("nothing").transform(rows))
                .hasMessageContaining("there is no column 'nothing' of sequences");
        assertThatThrownBy(() -> ModelTransformer.of(STEPS).setInputCol("id").transform(rows))
                .hasMessageContaining("the column 'id' is int but must be array<array<number>>");
        assertThatThrownBy(() -> ModelTransformer.of(STEPS).setOutputCol("id").transform(rows))
                .hasMessageContaining("there is a column 'id' already");
        Model ids = model(NetworkSpec.of(new Embedding("embedding", 9, 4), Recurrent.gru(4, 8), Dense.head(8, 3)));
        assertThatThrownBy(() -> ModelTransformer.of(ids).transform(rows))
                .hasMessageContaining("reads ids, one a step");
        assertThatThrownBy(() -> new ModelTransformer()
                        .setModel("file:///nowhere/m.safetensors")
                        .transform(rows))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> new SequenceAssembler().setKeyCol("id").transform(rows))
                .hasMessageContaining("orderCol");
    }
}
