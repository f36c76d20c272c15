package dev.carousel.spark;

import dev.carousel.model.Model;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * A stage of a pipeline that runs a model: one in a file that the driver can read, by its path, or one in memory.
 *
 * <p>A pipeline that is saved has the path, not the model.
 */
public abstract class ModelSource extends Transformer implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> model;

    /** Where there is no path; it stays with the driver. */
    private transient @Nullable Model inMemory;

    ModelSource(String uid) {
        this.uid = uid;
        this.model = new Param<>(uid, "model", "the path of the model file, as Hadoop names it");
    }

    static String randomUid(String prefix) {
        return Identifiable$.MODULE$.randomUID(prefix);
    }

    @Override
    public final String uid() {
        return uid;
    }

    /** The path of the model file, as Hadoop names it. */
    public final Param<String> model() {
        return model;
    }

    /** As set. */
    public final String getModel() {
        return getOrDefault(model);
    }

    final void useModel(Model other) {
        inMemory = other;
    }

    final Optional<Model> inMemory() {
        return isSet(model) ? Optional.empty() : Optional.ofNullable(inMemory);
    }

    /** The model, read once more for each transformation. */
    final Model loaded(Dataset<?> of) {
        if (isSet(model)) {
            return HadoopFiles.of(of.sparkSession()).load(getModel());
        }
        return Optional.ofNullable(inMemory)
                .orElseThrow(() -> new IllegalArgumentException(getClass().getSimpleName() + " " + uid
                        + ": no model is set. Set the path of a model file with setModel."));
    }

    /** Copies what is set, and the model in memory. */
    final <T extends ModelSource> T copyTo(T copy, ParamMap extra) {
        copyValues(copy, extra);
        ModelSource source = copy;
        source.inMemory = inMemory;
        return copy;
    }
}
