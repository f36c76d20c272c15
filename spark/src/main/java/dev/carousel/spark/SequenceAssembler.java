package dev.carousel.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * A stage of a pipeline that makes sequences of long rows, each of which is one step: a row for each key, with its steps in the
 * order of time, for {@link ModelTransformer}.
 *
 * <pre>{@code
 * new Pipeline().setStages(new PipelineStage[] {
 *     new SequenceAssembler().setKeyCol("device").setOrderCol("time").setInputCols("x", "y", "z"),
 *     new ModelTransformer().setModel("hdfs://cluster/models/gestures.safetensors")
 * });
 * }</pre>
 *
 * <p>A number that is missing, or a step without a place in time, is refused when the sequence is scored. Two steps of a key at the
 * same time are put in the order of their numbers.
 */
public final class SequenceAssembler extends Transformer implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> keyCol;
    private final Param<String> orderCol;
    private final StringArrayParam inputCols;
    private final Param<String> outputCol;

    /** A stage of which the columns are to be set. */
    public SequenceAssembler() {
        this(Identifiable$.MODULE$.randomUID("carouselSequences"));
    }

    /** As pipelines make it. */
    public SequenceAssembler(String uid) {
        this.uid = uid;
        this.keyCol = new Param<>(uid, "keyCol", "the column of keys");
        this.orderCol = new Param<>(uid, "orderCol", "the column by which steps are ordered");
        this.inputCols = new StringArrayParam(
                this, "inputCols", "the columns of numbers, in the order in which the network reads them");
        this.outputCol = new Param<>(uid, "outputCol", "the column of sequences");
        setDefault(outputCol, "sequence");
    }

    @Override
    public String uid() {
        return uid;
    }

    /** The column of keys. */
    public Param<String> keyCol() {
        return keyCol;
    }

    /** The column by which steps are ordered. */
    public Param<String> orderCol() {
        return orderCol;
    }

    /** The columns of numbers. */
    public StringArrayParam inputCols() {
        return inputCols;
    }

    /** The column of sequences. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Sets the column of keys. */
    public SequenceAssembler setKeyCol(String name) {
        set(keyCol, name);
        return this;
    }

    /** Sets the column by which the steps of a key are ordered. */
    public SequenceAssembler setOrderCol(String name) {
        set(orderCol, name);
        return this;
    }

    /** Sets the columns of numbers, in the order in which the network reads them. */
    public SequenceAssembler setInputCols(String... names) {
        set(inputCols, names);
        return this;
    }

    /** Sets the column of sequences; {@code sequence} by default. */
    public SequenceAssembler setOutputCol(String name) {
        set(outputCol, name);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        List<String> names = new ArrayList<>(List.of(required(keyCol), required(orderCol)));
        String[] inputs = isSet(inputCols) ? getOrDefault(inputCols) : new String[0];
        if (inputs.length == 0) {
            throw new IllegalArgumentException("SequenceAssembler: no columns of numbers are set (setInputCols).");
        }
        names.addAll(Arrays.asList(inputs));
        for (String name : names) {
            if (!Arrays.asList(schema.fieldNames()).contains(name)) {
                throw new IllegalArgumentException("SequenceAssembler: there is no column '" + name + "'; there are "
                        + Arrays.toString(schema.fieldNames()) + ".");
            }
        }
        for (String name : inputs) {
            if (!(schema.apply(name).dataType() instanceof NumericType)) {
                throw new IllegalArgumentException("SequenceAssembler: the column '" + name + "' is "
                        + schema.apply(name).dataType().simpleString() + " but must be of numbers.");
            }
        }
        return new StructType()
                .add(schema.apply(names.get(0)))
                .add(
                        getOrDefault(outputCol),
                        DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType, true), false),
                        false);
    }

    private String required(Param<String> parameter) {
        if (!isSet(parameter)) {
            throw new IllegalArgumentException(
                    "SequenceAssembler: " + parameter.name() + ", " + parameter.doc() + ", is not set.");
        }
        return getOrDefault(parameter);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> rows) {
        transformSchema(rows.schema());
        String[] inputs = getOrDefault(inputCols);
        Column order = rows.col(quoted(required(orderCol)));
        Column numbers = functions.array(Arrays.stream(inputs)
                .map(name -> rows.col(quoted(name)).cast("float"))
                .toArray(Column[]::new));
        Column placed = functions
                .when(
                        order.isNull(),
                        functions.raise_error(functions.lit(
                                "A step has no place in time: its '" + required(orderCol) + "' is missing (null).")))
                .otherwise(order);
        Column steps =
                functions.sort_array(functions.collect_list(functions.struct(placed.as("at"), numbers.as("numbers"))));
        return rows.groupBy(rows.col(quoted(required(keyCol))))
                .agg(steps.getField("numbers").as(getOrDefault(outputCol)));
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public SequenceAssembler copy(ParamMap extra) {
        SequenceAssembler copy = new SequenceAssembler(uid);
        copyValues(copy, extra);
        return copy;
    }

    /** Reads a stage that was saved. */
    public static MLReader<SequenceAssembler> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads a stage that was saved there. */
    public static SequenceAssembler load(String path) {
        return read().load(path);
    }
}
