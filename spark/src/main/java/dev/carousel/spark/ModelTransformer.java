package dev.carousel.spark;

import dev.carousel.model.Model;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * A stage of a pipeline that adds the outputs of a network to a column of sequences.
 *
 * <pre>{@code
 * Dataset<Row> scored = new ModelTransformer()
 *         .setModel("hdfs://cluster/models/gestures.safetensors")
 *         .setInputCol("sequence")
 *         .setOutputCol("output")
 *         .transform(rows);
 * }</pre>
 *
 * <p>The input is {@code array<array<number>>}, T steps of D numbers; or {@code array<number>}, the same numbers step after step,
 * or T ids where the network reads ids. The output is {@code array<array<float>>}, T steps of O numbers, or one step where the
 * network gives its last output alone. A row without a sequence has no output. Numbers that are missing within a sequence, or not
 * finite, are refused.
 *
 * <p>Each partition is scored in batches, sequences of similar length together; a sequence's output is that of {@link
 * dev.carousel.network.PackedNetwork#predict}, whatever it shares a batch with. For rows that are one step each, see {@link
 * SequenceAssembler}.
 */
public final class ModelTransformer extends ModelSource {

    private static final long serialVersionUID = 1;

    private static final int BATCH = 256;
    private static final List<DataType> WHOLE_NUMBERS =
            List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

    private final Param<String> inputCol = new Param<>(this, "inputCol", "the column of sequences");
    private final Param<String> outputCol = new Param<>(this, "outputCol", "the column of outputs that is added");
    private final IntParam batchSize =
            new IntParam(this, "batchSize", "how many sequences are scored together", ParamValidators.gt(0));

    /** A stage without a model as yet. */
    public ModelTransformer() {
        this(randomUid("carouselModel"));
    }

    /** As pipelines make it. */
    public ModelTransformer(String uid) {
        super(uid);
        setDefault(inputCol, "sequence");
        setDefault(outputCol, "output");
        setDefault(batchSize, BATCH);
    }

    /** A stage with a model in memory. */
    public static ModelTransformer of(Model model) {
        ModelTransformer stage = new ModelTransformer();
        stage.useModel(model);
        return stage;
    }

    /** The column of sequences. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** The column of outputs that is added. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** How many sequences are scored together. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** Sets the path of the model file. */
    public ModelTransformer setModel(String path) {
        set(model(), path);
        return this;
    }

    /** Sets the column of sequences; {@code sequence} by default. */
    public ModelTransformer setInputCol(String name) {
        set(inputCol, name);
        return this;
    }

    /** Sets the column of outputs; {@code output} by default. */
    public ModelTransformer setOutputCol(String name) {
        set(outputCol, name);
        return this;
    }

    /** Sets how many sequences are scored together; 256 by default. Changes no bit. */
    public ModelTransformer setBatchSize(int sequences) {
        set(batchSize, (Object) sequences);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        String input = getOrDefault(inputCol);
        String output = getOrDefault(outputCol);
        List<String> names = Arrays.asList(schema.fieldNames());
        if (!names.contains(input)) {
            throw new IllegalArgumentException(
                    "ModelTransformer: there is no column '" + input + "' of sequences; there are " + names + ".");
        }
        DataType type = schema.apply(input).dataType();
        if (!numbers(type) && !(type instanceof ArrayType steps && numbers(steps.elementType()))) {
            throw new IllegalArgumentException("ModelTransformer: the column '" + input + "' is " + type.simpleString()
                    + " but must be array<array<number>>, steps of numbers, or array<number>.");
        }
        if (names.contains(output)) {
            throw new IllegalArgumentException("ModelTransformer: there is a column '" + output
                    + "' already. Choose another name with setOutputCol.");
        }
        return schema.add(new StructField(
                output,
                DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType, false), false),
                true,
                Metadata.empty()));
    }

    private static boolean numbers(DataType type) {
        return type instanceof ArrayType array && array.elementType() instanceof NumericType;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> rows) {
        transformSchema(rows.schema());
        String input = getOrDefault(inputCol);
        Model loaded = loaded(rows);
        NetworkSpec spec = loaded.spec();
        DataType type = rows.schema().apply(input).dataType();
        if (spec.readsIds() && !(type instanceof ArrayType ids && WHOLE_NUMBERS.contains(ids.elementType()))) {
            throw new IllegalArgumentException("ModelTransformer: the network of " + loaded.name()
                    + " reads ids, one a step, but the column '" + input + "' is " + type.simpleString()
                    + ". Make it array<int>.");
        }
        Broadcast<byte[]> model = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(loaded.toBytes());
        SequenceScoring scoring = new SequenceScoring(loaded.name(), model, (Integer) getOrDefault(batchSize));
        return scored(rows.toDF(), input, spec, scoring, getOrDefault(outputCol));
    }

    private static Dataset<Row> scored(
            Dataset<Row> rows, String input, NetworkSpec spec, SequenceScoring scoring, String output) {
        DataType type = rows.schema().apply(input).dataType();
        Column sequence = flat(rows.col(quoted(input)), type, spec);
        // A column of flat floats comes back from its own array; whatever else it is, Spark keeps it as it is.
        boolean kept =
                type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType) && !spec.readsIds();
        List<Column> others = new ArrayList<>(List.of(functions.lit(0)));
        List<Column> result = new ArrayList<>();
        for (String name : rows.columns()) {
            boolean fromArray = kept && name.equals(input);
            if (!fromArray) {
                others.add(rows.col(quoted(name)));
            }
            result.add(functions
                    .col(fromArray ? "_2.x" : "_1.c" + (others.size() - 1))
                    .as(name));
        }
        result.add(functions.col("_2.y").as(output));
        for (int i = 0; i < others.size(); i++) {
            others.set(i, others.get(i).as("c" + i));
        }
        Column numbers = spec.readsIds() ? functions.lit(null).cast("array<float>") : sequence;
        Column ids = spec.readsIds() ? sequence : functions.lit(null).cast("array<int>");
        Column row = functions.struct(others.toArray(Column[]::new)).as("_1");
        Column array = functions
                .struct(
                        ids.as("ids"),
                        numbers.as("x"),
                        functions.lit(null).cast("array<array<float>>").as("y"))
                .as("_2");
        Dataset<Row> pairs = rows.select(row, array);
        StructType otherTypes = (StructType) pairs.schema().apply("_1").dataType();
        Encoder<Tuple2<Row, SequenceRow>> encoder =
                Encoders.tuple(Encoders.row(otherTypes), Encoders.bean(SequenceRow.class));
        return pairs.as(encoder).mapPartitions(scoring, encoder).select(result.toArray(Column[]::new));
    }

    /** The numbers of a sequence step after step, as floats or ids; each that is missing is an error. */
    private static Column flat(Column sequence, DataType type, NetworkSpec spec) {
        ArrayType outer = (ArrayType) type;
        Column missing = functions.raise_error(functions.lit(
                "A number within a sequence is missing (null); fill it, or leave out the whole sequence."));
        Column flat = sequence;
        DataType element = outer.elementType();
        if (element instanceof ArrayType step) {
            int size = spec.inputSize();
            Column steps = functions.when(
                    functions.exists(
                            sequence, one -> one.isNull().or(functions.size(one).notEqual(size))),
                    functions.raise_error(functions.lit(
                            "A step of a sequence has not the " + size + " numbers that the network reads.")));
            flat = steps.otherwise(functions.flatten(sequence));
            element = step.elementType();
        }
        String target = spec.readsIds() ? "array<int>" : "array<float>";
        boolean nullable =
                outer.containsNull() || (outer.elementType() instanceof ArrayType step && step.containsNull());
        Column checked = nullable
                ? functions
                        .when(functions.exists(flat, Column::isNull), missing)
                        .otherwise(flat)
                : flat;
        if (spec.readsIds() && element.equals(DataTypes.LongType)) {
            // A cast would make another id of it where spark.sql.ansi.enabled is false.
            checked = functions
                    .when(
                            functions.exists(
                                    checked,
                                    id -> id.lt((long) Integer.MIN_VALUE).or(id.gt((long) Integer.MAX_VALUE))),
                            functions.raise_error(functions.lit("An id within a sequence is not within the range of an"
                                    + " int, so the network does not know it.")))
                    .otherwise(checked);
        }
        return checked.cast(target);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public ModelTransformer copy(ParamMap extra) {
        return copyTo(new ModelTransformer(uid()), extra);
    }

    /** Reads a stage that was saved. */
    public static MLReader<ModelTransformer> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads a stage that was saved there. */
    public static ModelTransformer load(String path) {
        return read().load(path);
    }
}
